"""How many of its components a package takes."""

from decimal import Decimal

import pytest

from catalog.rules.packages import Slot, fitting, limits_in_words, nearest, wrong_quantity


def seats(low: str | None = None, high: str | None = None, step: str | None = None) -> Slot:
    low_, high_, step_ = (None if one is None else Decimal(one) for one in (low, high, step))
    return Slot("seats", "Seats", required=True, low=low_, high=high_, step=step_)


@pytest.mark.parametrize(
    ("slot", "quantity", "near"),
    [
        (seats(), "7.5", ["7.5"]),
        (seats("5", "500", "5"), "12", ["10", "15"]),
        (seats("5", "500", "5"), "15", ["15"]),
        (seats("5", "500", "5"), "1", ["5"]),
        (seats("5", "500", "5"), "900", ["500"]),
        (seats("3", None, "10"), "20", ["13", "23"]),
        (seats(None, "25", "10"), "24", ["20"]),
        (seats(None, "25", "10"), "90", ["20"]),
        (seats("1", "20"), "-4", ["1"]),
    ],
)
def test_what_is_near_is_taken_and_what_is_taken_is_near_itself(slot, quantity, near):
    found = fitting(slot, Decimal(quantity))
    assert found == list(map(Decimal, near))
    assert [wrong_quantity(slot, one) for one in found] == [""] * len(found)
    assert (wrong_quantity(slot, Decimal(quantity)) == "") == (found == [Decimal(quantity)])
    assert nearest(slot, Decimal(quantity)) == found[-1]


def test_the_limits_are_said_in_words():
    assert wrong_quantity(seats("5", "500", "5"), Decimal(12)) == (
        "the quantity goes in steps of 5 from 5; take 10 or 15."
    )
    assert limits_in_words(Decimal(5), Decimal(5000), Decimal(5)) == "from 5 to 5,000, in steps of 5"
    assert limits_in_words(None, Decimal(20), Decimal(1)) == "up to 20"
    assert limits_in_words(Decimal(5), None, None) == "at least 5"
    assert limits_in_words(None, None, None) == ""
