"""An amount, opened."""

from decimal import Decimal

import pytest

from pricing import Series, Terms, Usage, rate
from quotes.actions.drafts import edit_version
from quotes.actions.versions import submit
from quotes.queries.explanations import counts
from tests.factories import AT, make_draft_quote
from tests.pricing.test_rating import JAN, metered, unit
from tests.quotes.views.deals import HTMX, a_draft, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version, key: str) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/lines/{key}/explanation/"


def test_a_fixed_line_step_by_step(ada, client_of):
    version = a_draft(ada, discount_percent=Decimal(10))
    response = client_of(ada).get(path(version, "seats"), headers=HTMX)
    html = response.content.decode()
    assert "dialog:open" in response.headers["HX-Trigger-After-Swap"]
    assert "Agreed seats" in html
    assert "USD\u00a0725.00" in html
    assert "USD\u00a0652.50" in html
    assert 'name="price:unit"' in html


def test_a_metered_line_at_its_median_month(ada, client_of):
    version = a_draft(ada, keys=("requests",))
    levels = {"low": "1600", "base": "1600", "high": "1600"}
    version = edit_version(version, by=ada, at=AT, assumptions={"requests|": levels})
    html = client_of(ada).get(path(version, "requests")).content.decode()
    assert "At the median forecast usage of each meter" in html
    assert "Tier 2: 500 x 0.04" in html
    assert "<html" in html


def test_a_credit_says_what_is_left_of_it(ada, client_of):
    version = make_draft_quote()
    first, later = (client_of(ada).get(path(version, "prepaid") + f"?month={n}").context["explained"] for n in (1, 3))
    granted, paid, left = (step.amount for step in first.parts[-1].steps)
    assert [step.text for step in first.parts[-1].steps] == [
        "Granted, less what expired",
        "Paid with it in this month",
        "Left after this month",
    ]
    assert (granted, granted + paid, paid < 0) == (10500, left, True)
    assert later.parts[-1].steps[0].text == "Left from the month before"


def test_a_minimum_that_asks_for_nothing_is_not_shown():
    terms = Terms.parse({**JAN, "months": 2, "charges": [metered("u", unit("1"), minimum="5")]})
    bill = rate(terms, Usage.exactly({Series("units"): ["10", "2"]}))
    assert [[line.key for line in bill.lines if counts(line, month)] for month in (0, 1)] == [["u"], ["u", "u/minimum"]]


def test_a_frozen_version_has_no_inputs_and_opens_other_months(ada, client_of):
    version = submitted(ada)
    html = client_of(ada).get(path(version, "seats") + "?month=3").content.decode()
    assert 'name="price:' not in html
    assert '<option value="3" selected>' in html


def test_prices_that_were_frozen_in_the_customer_s_language_are_named_in_the_reader_s(ada, client_of):
    version = a_draft(ada, keys=("requests",), assumptions={"requests|": {"low": "1", "base": "1", "high": "1"}})
    version = submit(version, by=ada, at=AT)
    ada.language = "de"
    ada.save()
    html = client_of(ada).get(path(version, "requests")).content.decode()
    assert "Bis 1.000" in html
    assert "Up to 1,000" not in html


def test_who_may_and_what_is_there(ada, ben, eve, dan, client_of):
    version = a_draft(ada)
    assert client_of(ben).get(path(version, "seats")).status_code == 200
    assert [client_of(who).get(path(version, "seats")).status_code for who in (eve, dan)] == [404, 404]
    assert client_of(ada).get(path(version, "no-such")).status_code == 404
    assert client_of(ada).post(path(version, "seats")).status_code == 405


def test_alone_in_a_tab_the_prices_save_through_the_page_itself(ada, client_of):
    version = a_draft(ada)
    for address in (path(version, "seats"), f"/quotes/{version.quote.number}/prices/"):
        html = client_of(ada).get(address).content.decode()
        for name in ("builder", "edit-number", "save-state", "conflict"):
            assert html.count(f'id="{name}"') == 1
        part = client_of(ada).get(address, headers=HTMX).content.decode()
        assert 'id="edit-number"' not in part
