"""What Stripe bills exactly: fees in advance, usage by meter, ramps and money credits; no commitments, no limits."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.targets.breakdown import Breakdown
from billing.targets.capability import Ability, C, Problem, Yes
from billing.targets.limits import (
    CREDIT,
    USAGE,
    Limit,
    first_fee_always,
    hundredths,
    one_value,
    problem,
    whole_cents,
    whole_edges,
)
from billing.targets.refusals import refusals
from billing.targets.stripe import translation

CAN: dict[C, Ability] = {
    **refusals("Stripe"),
    C.FLAT: Yes("licensed price"),
    C.PER_UNIT: Yes("metered price"),
    C.GRADUATED: Yes("tiers, graduated"),
    C.VOLUME: Yes("tiers, volume"),
    C.STAIRSTEP: Yes("tiers, volume, flat amounts"),
    C.PACKAGE: Yes("transform_quantity"),
    C.MATRIX: Yes("a meter and a price per cell"),
    C.TIER_FLAT: Yes("flat_amount"),
    C.FIXED_QUANTITY: Yes("licensed price with quantity"),
    C.ONE_TIME: Yes("add_invoice_items of a phase"),
    C.METERED: Yes("meter"),
    C.FILTERED: Yes("a meter of its own"),
    C.QUARTERLY: Yes("a schedule of its own"),
    C.YEARLY: Yes("a schedule of its own"),
    C.METERED_LONGER: Yes("interval of the price"),
    C.ALLOWANCE: Yes("first tier at 0"),
    C.MONTH_RANGE: Yes("phases"),
    C.CREDIT: Yes("credit grant"),
    C.CREDIT_BOUGHT: Yes("credit grant and invoice item"),
    C.CREDIT_RECURRING: Yes("a credit grant each time"),
    C.CREDIT_SCOPE: Yes("prices of the grant, at most 20"),
    C.CREDIT_EXPIRY: Yes("expires_at"),
    C.PREPAID: Yes("credit grant and invoice items"),
    C.COMMITMENT_SCOPE: Yes("prices of the grant"),
    C.LINE_DISCOUNT: Yes("worked into prices"),
    C.SCOPED_DISCOUNT: Yes("worked into prices"),
    C.DISCOUNT_RANGE: Yes("phases"),
    C.RAMP_QUANTITY: Yes("phases"),
    C.RAMP_PRICE: Yes("phases"),
    C.RAMP_COMMITMENT: Yes("credit grants"),
    C.ESCALATOR: Yes("phases"),
    C.FREE_MONTHS: Yes("phases"),
}

MOST_PHASES, MOST_ITEMS, MOST_PRICES, MOST_GRANTS = 10, 20, 20, 100


def within_schedules(deal: Breakdown) -> Iterator[Problem]:
    """Something is billed in every month, in no more phases and items than a schedule takes."""
    widths = translation.widths(deal)
    for width in widths:
        phases = list(translation.phases(width, deal))
        if not all(phase["items"] for phase in phases):
            yield problem(C.MONTH_RANGE, "charges", _("Stripe needs something to bill in every month of the term."))
        if len(phases) > MOST_PHASES or any(len(phase["items"]) > MOST_ITEMS for phase in phases):
            why = _("Stripe takes at most 10 phases of 20 prices; let fewer things change.")
            yield problem(C.RAMP_PRICE, "phases", why)
    if not widths:
        yield problem(
            C.ONE_TIME, "charges", _("Stripe needs something that recurs; a one-time fee alone is an invoice.")
        )
    elif any(period % min(widths) for period in translation.once(deal)):
        yield problem(C.ONE_TIME, "charges", _("A one-time fee is due within an interval; let it be due at its start."))


def within_grants(deal: Breakdown) -> Iterator[Problem]:
    prices = max((sum(rate.key in lot.lines for rate in deal.rates) for lot in deal.lots), default=0)
    if prices > MOST_PRICES or len(deal.lots) > MOST_GRANTS:
        why = _("Stripe takes at most 100 credit grants for 20 prices each.")
        yield problem(C.CREDIT, "credits", why)


LIMITS: tuple[Limit, ...] = (
    hundredths,
    *USAGE,
    one_value,
    whole_cents,
    whole_edges,
    first_fee_always,
    *CREDIT,
    within_schedules,
    within_grants,
)
