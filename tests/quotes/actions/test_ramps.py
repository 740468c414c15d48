"""Lines by year, months of discounts, free months, the yearly rise: cost, undo, merging, limits, what is frozen."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Conflict, Invalid
from quotes.actions.drafts import edit_version
from quotes.actions.lines import edit_line
from quotes.actions.ramps import edit_year
from quotes.actions.undoing import redo, undo
from quotes.actions.versions import revise, submit
from quotes.models import QuoteVersion
from quotes.queries.priced import priced
from quotes.queries.steps import content_of, history
from tests.factories import AT, make_draft_quote
from tests.quotes.configured import make_ruled_quote
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db


def line(version: QuoteVersion, key: str = "seats"):
    return version.lines.select_related("version").get(key=key)


def year(version: QuoteVersion, number: int, by, key: str = "seats", **changes) -> QuoteVersion:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    return edit_year(line(fresh, key), year=number, by=by, at=AT, edit_number=fresh.edit_number, **changes)


@pytest.fixture
def seats(ada) -> QuoteVersion:
    """25 seats at 29 for three years: 26,100."""
    return a_draft(ada, keys=("seats",), months=36)


@pytest.mark.parametrize(
    ("said", "total"),
    [
        ({2: {"quantity": Decimal(40)}}, "36540.00"),  # 8,700 and twice 13,920
        ({2: {"quantity": Decimal(40)}, 3: {"quantity": Decimal(30)}}, "33060.00"),
        ({2: {"prices": {"unit": Decimal(27)}, "discount_percent": Decimal(10)}}, "23280.00"),  # 7,290 twice
        ({2: {"discount_percent": Decimal(10)}, 3: {"discount_percent": Decimal(0)}}, "25230.00"),
        ({3: {"quantity": Decimal(40), "prices": {"unit": Decimal(27)}}}, "30360.00"),
    ],
)
def test_a_later_year_holds_until_another_says_otherwise(ada, seats, said, total):
    for number, changes in said.items():
        seats = year(seats, number, ada, **changes)
    deal = priced(seats)
    assert seats.committed_total == deal.totals.committed == deal.lines[0].net_term.p50 == Decimal(total)


def test_empty_is_as_the_year_before(ada, seats):
    seats = year(seats, 2, ada, quantity=Decimal(40), prices={"unit": Decimal(27)})
    seats = year(seats, 2, ada, quantity=None)
    assert line(seats).years == {"2": {"prices": {"unit": "27"}}}
    seats = year(seats, 2, ada, prices={"unit": None})
    assert (line(seats).years, seats.committed_total) == ({}, Decimal("26100.00"))


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"free_months": 2}, "24650.00"),
        ({"escalator_percent": Decimal(10)}, "28797.00"),  # 8,700 and 9,570 and 10,527
        ({"discount_percent": Decimal(10), "discount_from": 1, "discount_to": 6}, "25665.00"),
        ({"discount_percent": Decimal(10), "discount_from": 31}, "25665.00"),
        ({"discount_percent": Decimal(10), "discount_from": 40}, "26100.00"),
    ],
)
def test_what_changes_over_the_term_for_the_whole_quote(ada, seats, changes, total):
    version = edit_version(seats, by=ada, at=AT, **changes)
    assert version.committed_total == Decimal(total)
    fresh = QuoteVersion.objects.get(pk=version.pk)
    undo(fresh, by=ada, at=AT)
    assert QuoteVersion.objects.get(pk=version.pk).committed_total == Decimal("26100.00")


def test_a_line_is_discounted_in_some_months(ada, seats):
    version = edit_line(line(seats), discount_percent=Decimal(20), discount_from=7, discount_to=18, by=ada, at=AT)
    assert version.committed_total == Decimal("24360.00")
    terms = json.loads(submit(version, by=ada, at=AT + timedelta(hours=1)).terms)
    assert [(one["from_month"], one["to_month"]) for one in terms["discounts"]] == [(7, 18)]


def test_a_shorter_term_leaves_out_what_lies_beyond_it(ada, seats):
    seats = year(seats, 3, ada, quantity=Decimal(40))
    version = edit_version(
        seats, by=ada, at=AT, months=12, free_months=24, discount_percent=Decimal(5), discount_from=13
    )
    assert version.committed_total == 0
    version = edit_version(version, by=ada, at=AT, free_months=0)
    assert version.committed_total == Decimal("8700.00")


def test_list_price_knows_quantities_and_rises_but_no_favours(ada, seats):
    seats = year(seats, 2, ada, quantity=Decimal(40), prices={"unit": Decimal("14.5")})
    version = edit_version(seats, by=ada, at=AT, escalator_percent=Decimal(10), free_months=1)
    totals, facts = priced(version).totals, priced(version).facts
    assert totals.list_term == Decimal("8700.00") + Decimal("15312.00") + Decimal("16843.20")
    assert totals.discount == totals.list_term - totals.committed
    assert (facts.free_months, facts.discount_percent > 30) == (1, True)


def test_undo_redo_and_words(ada, seats):
    before = content_of(seats)
    seats = year(seats, 2, ada, quantity=Decimal(40))
    after = content_of(QuoteVersion.objects.get(pk=seats.pk))
    assert history(seats, {"seats": "Seats"}).undo == "quantity of Seats in year 2 – → 40"
    undo(QuoteVersion.objects.get(pk=seats.pk), by=ada, at=AT)
    assert content_of(QuoteVersion.objects.get(pk=seats.pk)) == before
    redo(QuoteVersion.objects.get(pk=seats.pk), by=ada, at=AT)
    assert content_of(QuoteVersion.objects.get(pk=seats.pk)) == after


def test_two_people_edit_two_years(ada, seats):
    seen = seats.edit_number
    edit_year(line(seats), year=2, quantity=Decimal(40), by=ada, at=AT, edit_number=seen)
    edit_year(line(seats), year=3, quantity=Decimal(60), by=ada, at=AT, edit_number=seen)
    edit_year(line(seats), year=2, discount_percent=Decimal(5), by=ada, at=AT, edit_number=seen)
    with pytest.raises(Conflict):
        edit_year(line(seats), year=2, quantity=Decimal(50), by=ada, at=AT, edit_number=seen)
    assert line(seats).years == {"2": {"quantity": "40", "discount_percent": "5"}, "3": {"quantity": "60"}}


@pytest.mark.parametrize(
    ("number", "changes", "field"),
    [
        (1, {"quantity": Decimal(40)}, "quantity"),
        (4, {"quantity": Decimal(40)}, "quantity"),
        (2, {"quantity": Decimal(-1)}, "quantity"),
        (2, {"discount_percent": Decimal(101)}, "discount_percent"),
        (2, {"prices": {"nowhere": Decimal(1)}}, "prices.nowhere"),
    ],
)
def test_what_no_year_takes_changes_nothing(ada, seats, number, changes, field):
    with pytest.raises(Invalid) as caught:
        edit_year(line(seats), year=number, by=ada, at=AT, **changes)
    assert list(caught.value.errors) == [field]
    assert (line(seats).years, QuoteVersion.objects.get(pk=seats.pk).edit_number) == ({}, seats.edit_number)


def test_months_in_the_wrong_order_are_refused(ada, seats):
    for write, thing in ((edit_line, line(seats)), (edit_version, seats)):
        with pytest.raises(Invalid) as caught:
            write(thing, discount_from=6, discount_to=5, by=ada, at=AT)
        assert list(caught.value.errors) in (["discount_to"], ["discount_from"])


def test_usage_and_commitments_ramp_too_but_credits_do_not(ada):
    draft = make_draft_quote(months=24)
    path = priced(draft).lines[2].prices[0].path
    draft = year(draft, 2, ada, "tokens", prices={path: Decimal(1)})
    assert list(line(draft, "tokens").years["2"]["prices"]) == [path]
    with pytest.raises(Invalid):
        year(draft, 2, ada, "prepaid", quantity=Decimal(5))


def test_limits_and_approvals_look_at_every_year(ada):
    version = make_ruled_quote(months=24)
    with pytest.raises(Invalid):
        year(version, 2, ada, discount_percent=Decimal(41))
    with pytest.raises(Invalid):
        year(version, 2, ada, prices={"unit": Decimal(19)})
    version = year(version, 2, ada, discount_percent=Decimal(30))
    deal = priced(version)
    assert [need.rule for need in deal.needs if need.rule.startswith("limit")] == ["limit-finance"]
    assert (deal.facts.line_discount_percent, deal.facts.discount_percent) == (Decimal(30), Decimal(30))


def test_years_are_frozen_and_go_into_the_next_version(ada, seats):
    seats = year(seats, 2, ada, quantity=Decimal(40), discount_percent=Decimal(5))
    seats = edit_version(seats, by=ada, at=AT, free_months=1, escalator_percent=Decimal(3))
    frozen = submit(seats, by=ada, at=AT + timedelta(hours=1))
    [row] = json.loads(frozen.snapshot)["lines"]
    assert [(one["year"], one["quantity"], one["discount_percent"]) for one in row["years"]] == [
        (1, "25", None),
        (2, "40", "5"),
        (3, "40", "5"),
    ]
    again = revise(frozen, by=ada, at=AT + timedelta(hours=2))
    assert (line(again).years, again.free_months, again.escalator_percent) == (line(frozen).years, 1, Decimal(3))
    assert again.committed_total == frozen.committed_total
