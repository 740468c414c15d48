"""The quote discount with which a total comes out as wanted."""

from collections.abc import Callable
from decimal import Decimal

STEP = Decimal("0.0001")  # percent: what a discount can be told in
WHOLE = int(100 / STEP)


def discount_for(target: Decimal, total_at: Callable[[Decimal], Decimal]) -> Decimal:
    """The discount in percent whose total is nearest to the target; of several with that total, the roundest.

    `total_at` is the total at a discount; it never rises with the discount. The target must lie between its ends.
    """
    low, high = 0, WHOLE
    while high - low > 1:
        middle = (low + high) // 2
        if total_at(middle * STEP) >= target:
            low = middle
        else:
            high = middle
    nearest = min((low * STEP, high * STEP), key=lambda percent: abs(total_at(percent) - target))
    reached = total_at(nearest)
    return next(percent for digits in range(5) if total_at(percent := round(nearest, digits)) == reached)
