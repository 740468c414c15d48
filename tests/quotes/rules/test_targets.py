from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotes.rules.targets import STEP, WHOLE, discount_for


def total_at(percent: Decimal) -> Decimal:
    """A bill of 12 rounded months."""
    return 12 * round(Decimal("3225.55") * (100 - percent) / 100, 2)


def test_both_ends_are_reached():
    assert discount_for(total_at(Decimal(0)), total_at) == 0
    assert total_at(discount_for(Decimal(0), total_at)) == 0


@given(st.integers(0, WHOLE))
def test_what_a_discount_gives_is_found_again(steps):
    target = total_at(steps * STEP)
    assert total_at(discount_for(target, total_at)) == target


@given(st.decimals(0, total_at(Decimal(0)), places=2))
def test_no_neighbour_comes_nearer(target):
    found = discount_for(target, total_at)
    off = abs(total_at(found) - target)
    around = (max(found - STEP, Decimal(0)), min(found + STEP, Decimal(100)))
    assert all(abs(total_at(other) - target) >= off for other in around)
