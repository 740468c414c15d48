"""What Metronome bills exactly: prices per unit, tiers and blocks; fees on any schedule; credits and commitments."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.targets.breakdown import Breakdown
from billing.targets.capability import Ability, C, Problem, Yes
from billing.targets.limits import CREDIT, Limit, no_flat_usage, plain_allowance, problem, whole_cells, whole_cents
from billing.targets.metronome import translation
from billing.targets.refusals import refusals

CAN: dict[C, Ability] = {
    **refusals("Metronome"),
    C.FLAT: Yes("scheduled charge"),
    C.PER_UNIT: Yes("rate, FLAT"),
    C.GRADUATED: Yes("rate, TIERED"),
    C.PACKAGE: Yes("quantity conversion and rounding of the product"),
    C.MATRIX: Yes("pricing group values"),
    C.FIXED_QUANTITY: Yes("scheduled charges"),
    C.ONE_TIME: Yes("scheduled charge"),
    C.METERED: Yes("billable metric"),
    C.FILTERED: Yes("property filters of the metric"),
    C.QUARTERLY: Yes("scheduled charges"),
    C.YEARLY: Yes("scheduled charges"),
    C.FIXED_ARREARS: Yes("scheduled charges on the last day"),
    C.ALLOWANCE: Yes("first tier at 0"),
    C.MONTH_RANGE: Yes("dates of rates"),
    C.DAY_RANGE: Yes("scheduled charges, prorated"),
    C.CREDIT: Yes("credit"),
    C.CREDIT_BOUGHT: Yes("prepaid commit with its invoice"),
    C.CREDIT_RECURRING: Yes("a credit each time"),
    C.CREDIT_SCOPE: Yes("applicable products"),
    C.CREDIT_EXPIRY: Yes("access schedule"),
    C.TRUE_UP_MONTH: Yes("postpaid commit per month"),
    C.TRUE_UP_LONGER: Yes("postpaid commit per window"),
    C.PREPAID: Yes("prepaid commit with invoice schedule"),
    C.COMMITMENT_SCOPE: Yes("applicable products"),
    C.LINE_DISCOUNT: Yes("worked into rates"),
    C.SCOPED_DISCOUNT: Yes("worked into rates"),
    C.DISCOUNT_RANGE: Yes("overrides, OVERWRITE"),
    C.RAMP_QUANTITY: Yes("scheduled charges"),
    C.RAMP_PRICE: Yes("overrides, OVERWRITE"),
    C.RAMP_COMMITMENT: Yes("a commit per window"),
    C.ESCALATOR: Yes("overrides, OVERWRITE"),
    C.FREE_MONTHS: Yes("scheduled charges"),
}


def in_dollars(deal: Breakdown) -> Iterator[Problem]:
    if deal.terms.currency != "USD":
        yield problem(C.PER_UNIT, "currency", _("Metronome bills in US dollars unless it is set up otherwise."))


def in_numbers(deal: Breakdown) -> Iterator[Problem]:
    """Its amounts are JSON numbers: more than 15 digits would be cut on the way."""
    for rate in deal.rates:
        prices = [tier["price"] for tier in translation.tiers_of(rate)]
        if any(Decimal(repr(float(price))) != price for price in prices):
            yield problem(C.PER_UNIT, "charges", _("A price of {name} has too many digits for Metronome."), rate.charge)


LIMITS: tuple[Limit, ...] = (
    in_dollars,
    no_flat_usage,
    whole_cells,
    plain_allowance,
    whole_cents,
    in_numbers,
    *CREDIT,
)
