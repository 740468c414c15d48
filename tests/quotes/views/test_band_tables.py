"""Bill, cost and margin by year, and what else the futures say: internal parts only for those who may see them."""

from decimal import Decimal

import pytest

from quotes.queries.priced import priced
from quotes.rules.band_words import percent
from quotes.views.band_tables import band_context
from tests.conftest import make_person
from tests.factories import make_customer, make_draft_quote

pytestmark = pytest.mark.django_db


def titles(context):
    return [(group.title, group.internal, [row.label for row in group.rows]) for group in context["band_groups"]]


def test_years_and_term_of_bill_cost_and_margin():
    context = band_context(priced(make_draft_quote(months=30)))
    years = [f"Year {n}, from Dec {2025 + n}" for n in (1, 2, 3)]
    rows = [*years, "Whole term"]
    assert titles(context) == [("Bill", False, rows), ("Cost", True, rows), ("Margin", True, rows)]
    assert (len(context["band_months"]), len(context["band_months"][0].bands)) == (30, 3)
    assert context["precision"].startswith("2,000 futures: chance alone moves")


def test_within_a_year_there_is_the_term_alone():
    context = band_context(priced(make_draft_quote()))
    assert [rows for _, _, rows in titles(context)] == [["Whole term"]] * 3


def test_who_may_not_see_margin_sees_the_bill_only():
    context = band_context(priced(make_draft_quote(), with_margin=False))
    assert titles(context) == [("Bill", False, ["Whole term"])]
    assert {len(row.bands) for row in context["band_months"]} == {1}
    assert [row.name for row in context["risk_rows"] if row.internal] == []


def test_credits_overage_and_the_missing_cap_are_told():
    rows = {row.name: row for row in band_context(priced(make_draft_quote()))["risk_rows"]}
    assert list(rows) == ["Chance of a loss", "Prepaid credits gone", "Beyond what is committed", "Largest bill"]
    months = [label for label, _, _ in rows["Prepaid credits gone"].bars]
    assert months == ["Feb 2027", "May 2027", "Aug 2027", "Nov 2027"]
    assert rows["Largest bill"].figure == "no cap:"


def test_nothing_uncertain_needs_no_table():
    draft = make_draft_quote(customer=make_customer(history=False))
    context = band_context(priced(draft))
    assert (context["band_groups"], context["risk_rows"]) == ([], [])


@pytest.mark.parametrize(
    ("share", "text"), [("0", "0 %"), ("0.004", "under 1 %"), ("0.25", "25 %"), ("0.996", "over 99 %"), ("1", "100 %")]
)
def test_a_share_has_no_more_digits_than_simulation_gives(share, text):
    assert percent(Decimal(share)) == text


def test_the_builder_shows_them(client_of):
    draft = make_draft_quote(months=24)
    html = client_of(make_person("ada")).get(f"/quotes/{draft.quote.number}/").content.decode()
    shown = ("Bill, cost and margin, year by year", "Month by month", "What else the futures say", "Compare scenarios")
    assert [text for text in shown if text not in html] == []
