"""Seats: one's own, an absent colleague's, one meant for a single person, an overdue one."""

from dataclasses import dataclass
from datetime import date

import pytest

from quotes.rules.desk import Acting, why_not_delegate

TODAY = date(2026, 11, 24)


@dataclass
class Person:
    pk: int
    roles: list[str]


@dataclass
class Seat:
    role: str = "deal_desk"
    assignee_id: int | None = None
    escalated: bool = False


BEN, FAY, ADA = Person(1, ["deal_desk"]), Person(2, ["finance"]), Person(3, ["sales"])


@pytest.mark.parametrize(
    ("acting", "seat", "whom"),
    [
        (Acting(BEN, {}), Seat(), 1),
        (Acting(FAY, {}), Seat(), None),
        (Acting(FAY, {1: ("deal_desk",)}), Seat(), 1),
        (Acting(FAY, {1: ("deal_desk",)}), Seat("finance"), 2),
        (Acting(BEN, {}), Seat(assignee_id=2), None),
        (Acting(FAY, {}), Seat(assignee_id=2), 2),
        (Acting(BEN, {2: ("finance",)}), Seat(assignee_id=2), 2),
        (Acting(FAY, {}), Seat(escalated=True), 2),
        (Acting(FAY, {}), Seat(assignee_id=1, escalated=True), 2),
        (Acting(ADA, {}), Seat(escalated=True), None),
    ],
)
def test_for_whom(acting, seat, whom):
    assert acting.for_whom(seat) == whom
    assert acting.takes(seat) is (whom is not None)


@pytest.mark.parametrize(
    ("absent", "stand_in", "first", "last", "taken", "says"),
    [
        (BEN, FAY, 24, 30, [], ""),
        (BEN, BEN, 24, 30, [], "not yourself"),
        (BEN, ADA, 24, 30, [], "not a seller"),
        (ADA, BEN, 24, 30, [], "Only somebody who decides"),
        (BEN, FAY, 30, 24, [], "make it 2026-11-30 or later"),
        (BEN, FAY, 1, 3, [], "These days are over"),
        (BEN, FAY, 24, 30, [(1, 9)], "You have a stand-in"),
        (BEN, FAY, 24, 30, [(2, 1)], "does not pass decisions on"),
        (BEN, FAY, 24, 30, [(2, 9)], "does not pass decisions on"),
        (BEN, FAY, 24, 30, [(9, 1)], "does not pass decisions on"),
    ],
)
def test_why_not_delegate(absent, stand_in, first, last, taken, says):
    days = date(2026, 11, first), date(2026, 11, last)
    sentence = why_not_delegate(absent, stand_in, *days, today=TODAY, taken=taken)
    assert says in sentence
    assert bool(sentence) is bool(says)
