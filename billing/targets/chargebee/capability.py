"""What Chargebee bills exactly: fees in advance and usage at prices that last for the whole term."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from billing.targets.breakdown import Breakdown
from billing.targets.capability import Ability, C, Problem, Yes
from billing.targets.chargebee import translation
from billing.targets.limits import (
    USAGE,
    Limit,
    hundredths,
    one_value,
    problem,
    same_throughout,
    settled,
    whole_cents,
    whole_edges,
)
from billing.targets.refusals import refusals

CAN: dict[C, Ability] = {
    **refusals("Chargebee"),
    C.FLAT: Yes("addon"),
    C.PER_UNIT: Yes("metered addon, per_unit"),
    C.GRADUATED: Yes("metered addon, tiered"),
    C.VOLUME: Yes("metered addon, volume"),
    C.MATRIX: Yes("an addon per cell"),
    C.FIXED_QUANTITY: Yes("addon with quantity"),
    C.ONE_TIME: Yes("charge at the start"),
    C.METERED: Yes("metered addon"),
    C.FILTERED: Yes("an addon of its own"),
    C.QUARTERLY: Yes("a subscription of its own"),
    C.YEARLY: Yes("a subscription of its own"),
    C.METERED_LONGER: Yes("period of the price"),
    C.ALLOWANCE: Yes("first tier at 0"),
    C.LINE_DISCOUNT: Yes("worked into prices"),
    C.SCOPED_DISCOUNT: Yes("worked into prices"),
}


def once_at_the_start(deal: Breakdown) -> Iterator[Problem]:
    for fee in deal.fees:
        if fee.interval == "once" and any(n for n, _amount in fee.due):
            yield problem(C.ONE_TIME, "charges", _("Chargebee bills {name} when the term starts, not later."), fee)
    if not translation.widths(deal):
        why = _("Chargebee needs something that recurs; a one-time fee alone is an invoice.")
        yield problem(C.ONE_TIME, "charges", why)


LIMITS: tuple[Limit, ...] = (
    hundredths,
    *USAGE,
    one_value,
    whole_cents,
    whole_edges,
    same_throughout,
    settled,
    once_at_the_start,
)
