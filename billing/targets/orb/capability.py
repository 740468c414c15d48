"""What Orb bills exactly: prices on any days, fees, packages and volume tiers, monthly minimums and credit blocks."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.targets.breakdown import Breakdown
from billing.targets.capability import Ability, C, No, Problem, Yes
from billing.targets.limits import (
    USAGE,
    Limit,
    credit_for_usage,
    hundredths,
    one_pool,
    one_promise,
    problem,
    settled,
    undivided_scope,
    whole_cents,
    whole_edges,
)
from billing.targets.refusals import BY_HAND, EACH_MONTH, refusals
from core.languages import lazily
from pricing.models import Package
from pricing.values import MONTHS

CAN: dict[C, Ability] = {
    **refusals("Orb"),
    C.FLAT: Yes("unit price, fixed quantity"),
    C.PER_UNIT: Yes("unit"),
    C.GRADUATED: Yes("tiered"),
    C.VOLUME: Yes("bulk"),
    C.PACKAGE: Yes("package, rounded up"),
    C.MATRIX: Yes("a metric and a price per cell"),
    C.FIXED_QUANTITY: Yes("fixed_price_quantity"),
    C.ONE_TIME: Yes("cadence one_time"),
    C.METERED: Yes("metric"),
    C.FILTERED: Yes("conditions of the metric"),
    C.QUARTERLY: Yes("cadence of the price"),
    C.YEARLY: Yes("cadence of the price"),
    C.METERED_LONGER: Yes("cadence of the price"),
    C.FIXED_ARREARS: Yes("billed_in_advance: false"),
    C.ALLOWANCE: Yes("first tier at 0"),
    C.MONTH_RANGE: Yes("price intervals"),
    C.CREDIT: Yes("credit block"),
    C.CREDIT_BOUGHT: Yes("credit block and a one-time price"),
    C.CREDIT_RECURRING: Yes("a credit block each time"),
    C.CREDIT_SCOPE: Yes("items of the block"),
    C.CREDIT_EXPIRY: Yes("expiry_date"),
    C.TRUE_UP_MONTH: Yes("adjustment, minimum"),
    C.TRUE_UP_LONGER: No(
        lazily("Orb trues a minimum up with every bill, not at the end of a quarter or a year."),
        EACH_MONTH,
        BY_HAND,
    ),
    C.PREPAID: Yes("credit blocks and one-time prices"),
    C.COMMITMENT_SCOPE: Yes("items of the minimum or the block"),
    C.LINE_DISCOUNT: Yes("worked into prices"),
    C.SCOPED_DISCOUNT: Yes("worked into prices"),
    C.DISCOUNT_RANGE: Yes("price intervals"),
    C.RAMP_QUANTITY: Yes("price intervals"),
    C.RAMP_PRICE: Yes("price intervals"),
    C.RAMP_COMMITMENT: Yes("adjustment intervals, credit blocks"),
    C.ESCALATOR: Yes("price intervals"),
    C.FREE_MONTHS: Yes("price intervals"),
}


def begun_packages(deal: Breakdown) -> Iterator[Problem]:
    for rate in deal.rates:
        if isinstance(rate.price, Package) and (rate.price.rounding == "down" or rate.price.free):
            why = _("Orb bills a package of {name} as soon as it is begun, without free units.")
            yield problem(C.PACKAGE, "charges", why, rate.charge)


def soonest_first(deal: Breakdown) -> Iterator[Problem]:
    """Orb burns what expires first; a priority cannot be told."""
    for earlier, later in ((a, b) for n, a in enumerate(deal.lots) for b in deal.lots[n + 1 :]):
        if later.stop < earlier.stop and later.stop > earlier.first and later.first < earlier.stop:
            why = _("Orb uses the credit that expires first: {name} would be used after one that lasts longer.")
            yield problem(C.CREDIT, "credits", why, later)
            return


def monthly_minimums(deal: Breakdown) -> Iterator[Problem]:
    """A minimum is of one bill, and credits pay for it there."""
    monthly = {rate.key for rate in deal.rates if MONTHS[rate.charge.interval] == 1}
    for n, part in enumerate(deal.terms.commitments):
        lines = {line for one in deal.promises if one.source == part.key for line in one.lines}
        if lines and (deal.lots or not lines <= monthly):
            why = _("Orb bills the minimum {name} of usage that is billed monthly, and without credits beside it.")
            yield problem(C.TRUE_UP_MONTH, f"commitments[{n}]", why, part)


LIMITS: tuple[Limit, ...] = (
    hundredths,
    *USAGE,
    whole_cents,
    whole_edges,
    begun_packages,
    credit_for_usage,
    one_pool,
    undivided_scope,
    one_promise,
    settled,
    soonest_first,
    monthly_minimums,
)
