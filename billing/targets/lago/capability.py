"""What Lago bills exactly: prices that last for the whole term, monthly commitments, credits at the start."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.targets import nearest
from billing.targets.breakdown import Breakdown
from billing.targets.capability import Ability, C, No, Problem, Use, Yes
from billing.targets.lago import translation
from billing.targets.limits import (
    Limit,
    credit_for_usage,
    first_fee_always,
    hundredths,
    no_fee_before_allowance,
    no_flat_usage,
    one_pool,
    plain_allowance,
    problem,
    same_throughout,
    settled,
    undivided_scope,
    whole_cells,
    whole_edges,
)
from billing.targets.refusals import BY_HAND, EACH_MONTH, NO_MINIMUM, refusals
from core.languages import lazily
from pricing.models import Matrix, Package
from pricing.values import MONTHS

MOST_WALLETS = 5

CAN: dict[C, Ability] = {
    **refusals("Lago"),
    C.FLAT: Yes("fixed charge"),
    C.PER_UNIT: Yes("charge, standard"),
    C.GRADUATED: Yes("charge, graduated"),
    C.VOLUME: Yes("charge, volume"),
    C.STAIRSTEP: Yes("charge, volume with flat amounts"),
    C.PACKAGE: Yes("charge, package, rounded up"),
    C.PERCENTAGE: Yes("charge, percentage"),
    C.MATRIX: Yes("filters of a charge"),
    C.TIER_FLAT: Yes("flat_amount"),
    C.FIXED_QUANTITY: Yes("fixed charge with units"),
    C.ONE_TIME: Yes("a subscription of one period"),
    C.METERED: Yes("billable metric"),
    C.FILTERED: Yes("filters of a charge"),
    C.QUARTERLY: Yes("a plan of its own"),
    C.YEARLY: Yes("a plan of its own"),
    C.METERED_LONGER: Yes("interval of the plan"),
    C.FIXED_ARREARS: Yes("pay_in_advance: false"),
    C.ALLOWANCE: Yes("first range at 0"),
    C.CHARGE_MINIMUM: No(
        lazily("Lago fills a rounded amount up to the minimum, and we the exact one: a cent may differ."),
        NO_MINIMUM,
        BY_HAND,
    ),
    C.CREDIT: Yes("wallet, granted credits"),
    C.CREDIT_BOUGHT: Yes("wallet and a one-time fee"),
    C.CREDIT_SCOPE: Yes("billable metrics of the wallet"),
    C.CREDIT_EXPIRY: Yes("expiration_at"),
    C.TRUE_UP_MONTH: Yes("minimum_commitment of the plan"),
    C.TRUE_UP_LONGER: No(
        lazily("Lago trues a commitment up with every bill, not at the end of a quarter or a year."),
        EACH_MONTH,
        BY_HAND,
    ),
    C.PREPAID: Yes("wallet and one-time fees"),
    C.COMMITMENT_SCOPE: Yes("all usage"),
    C.LINE_DISCOUNT: Yes("worked into prices"),
    C.SCOPED_DISCOUNT: Yes("worked into prices"),
}


def alike_cells(deal: Breakdown) -> Iterator[Problem]:
    """One charge has one model."""
    for n, charge in enumerate(deal.terms.charges):
        price = charge.price
        kinds = {translation.priced(rate)[0] for rate in deal.rates if rate.charge.key == charge.key}
        if isinstance(price, Matrix) and len(kinds) > 1:
            why = _("Lago has one price model for all dimension values of {name}.")
            instead = next(nearest.a_charge_per_cell(Use(C.MATRIX, "", charge.key), deal.terms, None), None)
            yield problem(C.MATRIX, f"charges[{n}].price", why, charge, instead)


def rounded_up(deal: Breakdown) -> Iterator[Problem]:
    for rate in deal.rates:
        if isinstance(rate.price, Package) and (rate.price.rounding == "down" or rate.price.free % 1):
            why = _("Lago bills a package of {name} as soon as it is begun, after whole free units.")
            yield problem(C.PACKAGE, "charges", why, rate.charge)


def granted_at_the_start(deal: Breakdown) -> Iterator[Problem]:
    """A wallet is there from the day it is made; a customer has few of them."""
    if any(lot.first for lot in deal.lots) or len(deal.lots) > MOST_WALLETS:
        yield problem(C.CREDIT, "credits", _("Lago grants at most 5 credits, all at the start of the term."))


def whole_commitment(deal: Breakdown) -> Iterator[Problem]:
    """A minimum commitment counts all usage of the plan, each month alike, before credits."""
    monthly = {rate.key for rate in deal.rates if MONTHS[rate.charge.interval] == 1}
    for n, part in enumerate(deal.terms.commitments):
        windows = [one for one in deal.promises if one.source == part.key]
        if not windows:
            continue
        alike = len({one.amount for one in windows}) == 1 and len(windows) == deal.periods
        if set(windows[0].lines) != monthly or len(deal.promises) != len(windows) or not alike:
            why = _("Lago commits all usage that is billed monthly, every month alike: not {name}.")
            yield problem(C.TRUE_UP_MONTH, f"commitments[{n}]", why, part)
        if any(not lot.paid for lot in deal.lots):
            why = _("Lago counts usage that free credits pay for towards {name}; we do not.")
            yield problem(C.TRUE_UP_MONTH, f"commitments[{n}]", why, part)


LIMITS: tuple[Limit, ...] = (
    hundredths,
    no_flat_usage,
    whole_cells,
    plain_allowance,
    no_fee_before_allowance,
    whole_edges,
    first_fee_always,
    same_throughout,
    alike_cells,
    rounded_up,
    credit_for_usage,
    one_pool,
    undivided_scope,
    settled,
    granted_at_the_start,
    whole_commitment,
)
