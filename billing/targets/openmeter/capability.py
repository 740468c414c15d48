"""What OpenMeter bills exactly: phases of rate cards, usage discounts, maximums, monthly minimums and grants."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.targets.breakdown import Breakdown
from billing.targets.capability import Ability, C, No, Problem, Yes
from billing.targets.limits import (
    Limit,
    credit_for_usage,
    first_fee_always,
    hundredths,
    no_flat_usage,
    on_the_beat,
    one_pool,
    one_promise,
    one_value,
    problem,
    settled,
    undivided_scope,
    whole_cells,
    whole_cents,
)
from billing.targets.openmeter import translation
from billing.targets.refusals import BY_HAND, EACH_MONTH, NO_MINIMUM, refusals
from core.languages import lazily
from pricing.models import Matrix, Package
from pricing.values import MONTHS

CAN: dict[C, Ability] = {
    **refusals("OpenMeter"),
    C.FLAT: Yes("flat fee"),
    C.PER_UNIT: Yes("unit price"),
    C.GRADUATED: Yes("tiered, graduated"),
    C.VOLUME: Yes("tiered, volume"),
    C.STAIRSTEP: Yes("tiered, volume, flat prices"),
    C.PACKAGE: Yes("package, rounded up"),
    C.MATRIX: Yes("a feature and a rate card per cell"),
    C.TIER_FLAT: Yes("flatPrice of a tier"),
    C.FIXED_QUANTITY: Yes("flat fee"),
    C.ONE_TIME: Yes("flat fee without cadence"),
    C.METERED: Yes("meter and feature"),
    C.FILTERED: Yes("filters of the feature"),
    C.QUARTERLY: Yes("cadence of the rate card"),
    C.YEARLY: Yes("cadence of the rate card"),
    C.METERED_LONGER: Yes("cadence of the rate card"),
    C.FIXED_ARREARS: Yes("paymentTerm in_arrears"),
    C.ALLOWANCE: Yes("usage discount"),
    C.CHARGE_MINIMUM: No(
        lazily("OpenMeter fills rounded amounts up to a minimum, and we the exact one: a cent may differ."),
        NO_MINIMUM,
        BY_HAND,
    ),
    C.CHARGE_MAXIMUM: Yes("maximumAmount"),
    C.MONTH_RANGE: Yes("phases"),
    C.CREDIT: Yes("credit grant for the whole term"),
    C.CREDIT_BOUGHT: Yes("credit grant and a one-time fee"),
    C.CREDIT_SCOPE: Yes("features of the grant"),
    C.TRUE_UP_MONTH: Yes("minimumAmount of one charge"),
    C.TRUE_UP_LONGER: No(
        lazily("OpenMeter trues a minimum up with every bill, not at the end of a quarter or a year."),
        EACH_MONTH,
        BY_HAND,
    ),
    C.PREPAID: Yes("credit grant and one-time fees"),
    C.COMMITMENT_SCOPE: Yes("one charge"),
    C.LINE_DISCOUNT: Yes("worked into prices"),
    C.SCOPED_DISCOUNT: Yes("worked into prices"),
    C.DISCOUNT_RANGE: Yes("phases"),
    C.RAMP_QUANTITY: Yes("phases"),
    C.RAMP_PRICE: Yes("phases"),
    C.ESCALATOR: Yes("phases"),
    C.FREE_MONTHS: Yes("phases"),
}


def begun_packages(deal: Breakdown) -> Iterator[Problem]:
    for rate in deal.rates:
        if isinstance(rate.price, Package) and (rate.price.rounding == "down" or rate.price.free):
            why = _("OpenMeter bills a package of {name} as soon as it is begun, without free units.")
            yield problem(C.PACKAGE, "charges", why, rate.charge)


def undivided(deal: Breakdown) -> Iterator[Problem]:
    """Each cell is a rate card: what is shared by cells cannot be said."""
    for n, charge in enumerate(deal.terms.charges):
        if charge.metered and isinstance(charge.price.innermost, Matrix) and (charge.allowance or charge.maximum):
            why = _("OpenMeter bills each dimension value of {name} alone: include and limit units per line.")
            yield problem(C.MATRIX, f"charges[{n}].price", why, charge)


def whole_in_phases(deal: Breakdown) -> Iterator[Problem]:
    """A phase that begins cuts what is billed by quarter or year; and something is billed in each."""
    widths = {MONTHS[rate.charge.interval] for rate in deal.rates} | {MONTHS.get(fee.interval, 1) for fee in deal.fees}
    if any(edge % width for edge in translation.cuts(deal) for width in widths):
        why = _("OpenMeter begins a phase with every change, and quarters and years with it: change between them.")
        yield problem(C.RAMP_PRICE, "phases", why)
    if not all(phase["rateCards"] for phase in translation.phases(deal)):
        yield problem(C.MONTH_RANGE, "charges", _("OpenMeter needs something to bill in every month of the term."))


def one_feature_each(deal: Breakdown) -> Iterator[Problem]:
    """A phase has one rate card per feature."""
    seen: dict[str, str] = {}
    for rate in deal.rates:
        if seen.setdefault(translation.feature_key(rate), rate.key) != rate.key:
            yield problem(C.METERED, "charges", _("OpenMeter prices the usage of {name} once."), rate.charge)


def for_the_whole_term(deal: Breakdown) -> Iterator[Problem]:
    """It is not published whether a grant pays when usage happens or when it is invoiced."""
    if any((lot.first, lot.stop) != (0, deal.periods) for lot in deal.lots):
        yield problem(C.CREDIT, "credits", _("OpenMeter grants credit from the start of the term to its end."))


def one_minimum(deal: Breakdown) -> Iterator[Problem]:
    """A minimum is of one rate card, every month alike, and credits pay for it."""
    for n, part in enumerate(deal.terms.commitments):
        windows = [one for one in deal.promises if one.source == part.key]
        alike = len({one.amount for one in windows}) == 1 and len(windows) == deal.periods
        lines = {line for one in windows for line in one.lines}
        monthly = {rate.key for rate in deal.rates if rate.charge.interval == "month"}
        if windows and not (alike and len(lines) == 1 and lines <= monthly and not deal.lots):
            why = _("OpenMeter commits one charge that is billed monthly, without credits beside it: not {name}.")
            yield problem(C.TRUE_UP_MONTH, f"commitments[{n}]", why, part)


LIMITS: tuple[Limit, ...] = (
    hundredths,
    no_flat_usage,
    whole_cells,
    on_the_beat,
    one_value,
    whole_cents,
    first_fee_always,
    begun_packages,
    undivided,
    one_feature_each,
    whole_in_phases,
    credit_for_usage,
    one_pool,
    undivided_scope,
    one_promise,
    settled,
    for_the_whole_term,
    one_minimum,
)
