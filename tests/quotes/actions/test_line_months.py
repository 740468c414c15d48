"""Lines that run for a part of the term: the exact bill, what is refused, undo, merging, and where the months go."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Conflict, Invalid, Refused
from quotes.actions.amending import start_change
from quotes.actions.batches import edit_lines
from quotes.actions.drafts import edit_version
from quotes.actions.lines import add_price, edit_line
from quotes.actions.ramps import edit_year
from quotes.actions.sending import send
from quotes.actions.starting import start_like
from quotes.actions.undoing import redo, undo
from quotes.actions.versions import revise, submit
from quotes.models import Contract, QuoteVersion
from quotes.queries.priced import priced
from quotes.queries.steps import content_of, history
from quotes.queries.version_changes import compared
from quotes.rules.components import months_of
from tests.factories import AT, approved, sign
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db


def fresh(version: QuoteVersion) -> QuoteVersion:
    return QuoteVersion.objects.get(pk=version.pk)


def line(version: QuoteVersion, key: str = "seats"):
    return version.lines.select_related("version").get(key=key)


def months(version: QuoteVersion, key: str = "seats") -> tuple[int | None, int | None]:
    return months_of(line(version, key).component)


@pytest.fixture
def seats(ada) -> QuoteVersion:
    """25 seats at 29 for a year from December 2026: 725.00 a month."""
    return a_draft(ada, keys=("seats",))


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, "8700.00"),
        ({"from_month": 4, "to_month": 12}, "6525.00"),
        ({"from_month": 4}, "6525.00"),
        ({"to_month": 3}, "2175.00"),
        ({"from_month": 6, "to_month": 6}, "725.00"),
        ({"from_month": 4, "discount_percent": Decimal(20), "discount_from": 2, "discount_to": 6}, "6090.00"),
        ({"from_month": 1, "to_month": 12}, "8700.00"),
    ],
)
def test_the_bill_of_a_line_that_runs_in_some_months(ada, seats, changes, total):
    version = edit_line(line(seats), by=ada, at=AT, **changes)
    deal = priced(version)
    assert version.committed_total == deal.totals.committed == deal.lines[0].net_term.p50 == Decimal(total)


def test_a_line_of_months_4_to_12_month_by_month(ada, seats):
    """With a tenth off the quote and two free months, which are over before the line begins."""
    version = edit_line(line(seats), from_month=4, to_month=12, by=ada, at=AT)
    version = edit_version(version, discount_percent=Decimal(10), free_months=2, by=ada, at=AT)
    bill = [month.committed for month in priced(version).months]
    assert bill == [Decimal("0.00")] * 3 + [Decimal("652.50")] * 9
    assert priced(version).totals.list_term == Decimal("6525.00")


def test_a_later_year_holds_for_a_line_that_began_late(ada):
    version = a_draft(ada, keys=("seats",), months=24)
    version = edit_line(line(version), from_month=7, to_month=18, by=ada, at=AT)
    version = edit_year(line(version), year=2, quantity=Decimal(40), by=ada, at=AT)
    assert version.committed_total == 6 * 725 + 6 * 1160


def test_credits_are_granted_and_usage_is_billed_in_their_months(ada):
    version = a_draft(ada, keys=("platform", "seats"))
    for key in ("tokens", "prepaid"):
        price = version.price_book.prices.get(key=key)
        version = add_price(version, price=price, by=ada, at=AT)
    version = edit_line(line(version, "prepaid"), from_month=4, by=ada, at=AT)
    version = edit_line(line(version, "tokens"), from_month=4, by=ada, at=AT)
    assert (
        priced(version).warnings[-1] == "Tokens: usage in months 1 to 3 is billed on no line, though its cost counts."
    )
    bill = [month.committed for month in priced(version).months]
    assert bill == [Decimal("3225.00")] * 3 + [Decimal("13225.00")] + [Decimal("3225.00")] * 8
    with pytest.raises(Invalid) as caught:
        edit_line(line(version, "prepaid"), to_month=9, by=ada, at=AT)
    assert caught.value.errors == {"to_month": "It is billed once; say only in which month."}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"from_month": 13}, {"from_month": "The term has 12 months; choose a month from 1 to 12, or leave it empty."}),
        ({"to_month": 13}, {"to_month": "The term has 12 months; choose a month from 1 to 12, or leave it empty."}),
        ({"from_month": 0}, {"from_month": "The term has 12 months; choose a month from 1 to 12, or leave it empty."}),
        (
            {"from_month": 6, "to_month": 5},
            {"to_month": "The line begins in month 6; its last month is that one or a later one."},
        ),
    ],
)
def test_months_outside_the_term_or_in_the_wrong_order_change_nothing(ada, seats, changes, errors):
    with pytest.raises(Invalid) as caught:
        edit_line(line(seats), by=ada, at=AT, **changes)
    assert caught.value.errors == errors
    assert (months(seats), fresh(seats).edit_number) == ((None, None), seats.edit_number)


def test_the_price_book_has_the_first_word(ada, seats):
    mine = line(seats)
    mine.component = mine.list_component = {**mine.component, "from_month": 2, "to_month": 9}
    mine.save()
    for changes in ({"from_month": 1}, {"to_month": 10}):
        with pytest.raises(Invalid, match="The price itself runs in months 2 to 9; choose one of them"):
            edit_line(line(seats), by=ada, at=AT, **changes)
    version = edit_line(line(seats), from_month=3, to_month=5, by=ada, at=AT)
    version = edit_line(line(version), to_month=None, by=ada, at=AT)
    assert (months(version), priced(version).problems) == ((3, 9), ())
    mine.component = mine.list_component = {**mine.component, "from_month": 1, "to_month": None, "starts": "2026-12-15"}
    mine.save()
    with pytest.raises(Invalid, match="The price book charges this by days"):
        edit_line(line(seats), from_month=3, by=ada, at=AT)


def test_a_shorter_term_leaves_the_lines_and_says_what_to_do(ada, seats):
    version = edit_line(line(seats), from_month=8, to_month=10, by=ada, at=AT)
    version = edit_version(version, months=9, by=ada, at=AT)
    assert [(one.field, one.sentence, one.line) for one in priced(version).problems] == [
        ("to_month", "Seats: it ends in month 10, but the term has 9 months.", "seats")
    ]
    assert version.committed_total == 2 * 725
    version = edit_version(version, months=6, by=ada, at=AT)
    [problem] = priced(version).problems
    assert problem.sentence == (
        "Seats: it begins in month 8, but the term has 6 months; until it is mended it counts in the last."
    )
    assert (problem.field, version.committed_total) == ("from_month", Decimal("725.00"))
    with pytest.raises(Refused, match="Seats: it begins in month 8"):
        submit(version, by=ada, at=AT + timedelta(hours=1))
    version = edit_line(line(version), from_month=None, to_month=None, by=ada, at=AT)
    assert (priced(version).problems, version.committed_total) == ((), 6 * 725)


def test_undo_redo_and_words(ada, seats):
    before = content_of(seats)
    version = edit_line(line(seats), from_month=4, by=ada, at=AT)
    after = content_of(fresh(version))
    assert history(version, {"seats": "Seats"}).undo == "first month of Seats – → 4"
    undo(fresh(version), by=ada, at=AT)
    assert content_of(fresh(version)) == before
    redo(fresh(version), by=ada, at=AT)
    assert content_of(fresh(version)) == after


def test_two_people_edit_the_first_and_the_last_month(ada, seats):
    seen = seats.edit_number
    for changes in ({"from_month": 4}, {"to_month": 9}, {"quantity": Decimal(30)}):
        edit_line(line(seats), by=ada, at=AT, edit_number=seen, **changes)
    with pytest.raises(Conflict):
        edit_line(line(seats), from_month=5, by=ada, at=AT, edit_number=seen)
    assert (months(seats), fresh(seats).committed_total) == ((4, 9), 6 * 30 * 29)


def test_many_lines_at_once_where_they_take_it(ada):
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    done = edit_lines(version, keys=["seats", "onboarding"], from_month=4, by=ada, at=AT)
    assert (done.changed, done.left) == (2, ())
    done = edit_lines(fresh(version), keys=["seats", "onboarding"], to_month=9, by=ada, at=AT)
    assert (done.changed, done.left) == (1, ("Onboarding",))
    assert [months(version, key) for key in ("platform", "seats", "onboarding")] == [(None, None), (4, 9), (4, None)]
    bill = [month.committed for month in priced(fresh(version)).months]
    assert bill[3:5] == [Decimal("15225.00"), Decimal("3225.00")]


def test_they_are_frozen_copied_and_compared(ada, seats):
    version = edit_line(line(seats), from_month=4, to_month=9, by=ada, at=AT)
    frozen = submit(version, by=ada, at=AT + timedelta(hours=1))
    [charge], [row] = json.loads(frozen.terms)["charges"], json.loads(frozen.snapshot)["lines"]
    assert (charge["from_month"], charge["to_month"], row["months"]) == (4, 9, [4, 9])
    again = edit_line(line(revise(frozen, by=ada, at=AT)), from_month=None, to_month=6, by=ada, at=AT)
    [change] = compared(frozen, again, with_margin=False).rows
    assert (change.what, change.before, change.after) == ("Seats: runs", "months 4 to 9", "to month 6")
    assert change.effect.committed == 0
    copy = start_like(again, customer=again.quote.customer, by=ada, at=AT)
    assert (copy.left_out, months(copy.version), copy.version.committed_total) == ([], (None, 6), 6 * 725)


def test_a_line_that_runs_for_the_whole_term_is_frozen_as_ever(ada, seats):
    version = edit_line(line(seats), from_month=4, to_month=9, by=ada, at=AT)
    version = edit_line(line(version), from_month=None, to_month=None, by=ada, at=AT)
    untouched, touched = (
        submit(one, by=ada, at=AT + timedelta(hours=1)) for one in (a_draft(ada, keys=("seats",)), version)
    )
    assert untouched.terms == touched.terms
    assert "months" not in json.loads(touched.snapshot)["lines"][0]


@pytest.fixture
def contract(ada) -> Contract:
    """A year of the platform; seats in months 1 to 3 as a pilot, more from month 4 on; onboarding in month 9."""
    version = a_draft(ada, keys=("platform", "seats", "seats", "onboarding"))
    version = edit_line(line(version), to_month=3, by=ada, at=AT)
    version = edit_line(line(version, "seats-2"), from_month=4, by=ada, at=AT)
    version = edit_line(line(version, "onboarding"), from_month=9, by=ada, at=AT)
    return sign(send(approved(submit(version, by=ada, at=AT)), by=ada, at=AT))


WHOLE = (None, None)


@pytest.mark.parametrize(
    ("kind", "month", "runs", "gone"),
    [
        ("amendment", 2, [("seats", (None, 1)), ("seats-2", (2, None)), ("onboarding", (7, None))], ()),
        ("amendment", 6, [("seats-2", WHOLE), ("onboarding", (3, None))], ("Seats",)),
        ("amendment", 9, [("seats-2", WHOLE)], ("Seats", "Onboarding")),
        ("renewal", 0, [("seats-2", WHOLE)], ("Seats", "Onboarding")),
        ("early_end", 3, [("seats", WHOLE)], ("Seats", "Onboarding")),
        ("early_end", 10, [("seats", (None, 3)), ("seats-2", (4, None)), ("onboarding", (9, None))], ()),
    ],
)
def test_a_change_of_the_contract_counts_from_its_own_start(ada, contract, kind, month, runs, gone):
    change = start_change(contract, kind=kind, month=month, by=ada, at=AT)
    lines = change.version.lines.order_by("position")
    assert [(one.key, months_of(one.component)) for one in lines] == [("platform", WHOLE), *runs]
    assert (change.left_out, priced(change.version).problems) == (gone, ())
