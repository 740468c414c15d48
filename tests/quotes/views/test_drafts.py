"""The builder page, the fields that hold for the whole draft, and new quotes."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Price
from quotes.actions.lines import add_price
from quotes.models import Quote, QuoteVersion
from tests.factories import AT
from tests.quotes.views.deals import a_customer, a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def facts(version: QuoteVersion) -> str:
    return f"/quotes/{version.quote.number}/facts/"


def ids(html: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', html))


def test_the_builder_shows_the_draft(ada, client_of):
    version = a_draft(ada)
    html = client_of(ada).get(f"/quotes/{version.quote.number}/").content.decode()
    assert "Agent platform" in html
    assert 'id="quantity-seats"' in html
    assert "USD\u00a038,700.00" in html
    assert "none needed" in html


def test_a_reader_sees_the_draft_and_no_way_to_change_it(ada, ben, client_of):
    version = a_draft(ada)
    html = client_of(ben).get(f"/quotes/{version.quote.number}/").content.decode()
    assert "You are reading a draft" in html
    assert 'name="quantity"' not in html
    assert "submit-button" not in html


def test_strangers_do_not_learn_that_it_exists(ada, eve, dan, client_of):
    version = a_draft(ada)
    answers = [client_of(who).get(f"/quotes/{version.quote.number}/").status_code for who in (eve, dan)]
    assert answers == [404, 404]


def test_one_field_is_saved_and_everything_that_follows_is_drawn_again(ada, client_of):
    version = a_draft(ada)
    sent = {"discount_percent": "25 %", "edit_number": version.edit_number}
    response = post(client_of(ada), facts(version), sent, htmx=True)
    html = response.content.decode()
    version.refresh_from_db()
    assert (response.status_code, version.discount_percent) == (200, Decimal(25))
    assert {"totals", "needs", "submit", "new-amounts", "fact-discount_percent", "edit-number"} <= ids(html)
    assert "fact-title" not in ids(html)
    assert 'id="term-seats"' in html
    assert "The discount of 25 % is over the limit of 20 %." in html
    assert f'value="{version.edit_number}"' in html
    assert response.headers["HX-Trigger"] == "quote-saved"
    assert "<noscript>" not in html


def test_a_plain_browser_sends_the_whole_form_and_goes_back_to_the_page(ada, client_of):
    version = a_draft(ada)
    sent = {
        "title": "Support, first year",
        "start": "2027-01-01",
        "months": "24",
        "discount_percent": "12,5",
        "valid_until": "2026-12-20",
        "payment_days": "45",
        "edit_number": version.edit_number,
    }
    response = post(client_of(ada), facts(version), sent)
    version.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (303, f"/quotes/{version.quote.number}/")
    assert (version.title, version.months, version.discount_percent) == ("Support, first year", 24, Decimal("12.5"))


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("discount_percent", "150", "Quote discount must be from 0 to 100 %."),
        ("discount_percent", "much", "Quote discount must be a number, such as 25 %."),
        ("months", "0", "Term must be from 1 to 120 months."),
        ("months", "", "Term must be a number."),
        ("title", "", "Title must not be empty."),
        ("valid_until", "2020-01-01", "The last valid day is over"),
        ("start", "soon", "Start must be a day, such as 2027-01-31."),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_wrong_input_is_said_beside_the_field_and_stays_typed(ada, client_of, field, typed, message, htmx):
    version = a_draft(ada)
    before = stored(version)
    sent = {field: typed, "edit_number": version.edit_number}
    response = post(client_of(ada), facts(version), sent, htmx=htmx)
    html = response.content.decode()
    assert response.status_code == 422
    assert message in html
    assert "Not saved:" in html
    assert typed in html
    assert stored(version) == before


@pytest.mark.parametrize("htmx", [False, True])
def test_a_lost_race_shows_both_values_and_overwrites_nothing(ada, client_of, htmx):
    version = a_draft(ada)
    client = client_of(ada)
    old = version.edit_number
    post(client, facts(version), {"title": "First", "edit_number": old})
    response = post(client, facts(version), {"title": "Second", "edit_number": old}, htmx=htmx)
    html = response.content.decode()
    version.refresh_from_db()
    assert (response.status_code, version.title) == (409, "First")
    assert "Not saved: this draft was changed elsewhere" in html
    assert re.search(r"<td>First</td><td><b>Second</b>", html)
    post(client, facts(version), {"title": "Second", "edit_number": version.edit_number}, htmx=htmx)
    version.refresh_from_db()
    assert version.title == "Second"


def test_a_page_without_its_edit_number_saves_nothing(ada, client_of):
    version = a_draft(ada)
    before = stored(version)
    assert post(client_of(ada), facts(version), {"title": "Other"}).status_code == 422
    assert stored(version) == before


def test_only_fields_of_the_form_move(ada, client_of):
    version = a_draft(ada)
    sent = {"title": "Other", "status": "approved", "committed_total": "1", "edit_number": version.edit_number}
    post(client_of(ada), facts(version), sent)
    version.refresh_from_db()
    assert (version.title, version.status, version.committed_total) == ("Other", "draft", Decimal(38700))


def test_an_edit_takes_the_same_queries_with_1_and_20_lines(ada, client_of):
    client = client_of(ada)
    counts = []
    for keys in (("seats",), ("seats",), ("seats",) * 20):  # the first one also reads what stays of the price book
        version = a_draft(ada, keys=())
        for key in keys:
            version = add_price(version, price=Price.objects.get(book=version.price_book, key=key), by=ada, at=AT)
        path = f"/quotes/{version.quote.number}/lines/seats/"
        with CaptureQueriesContext(connection) as queries:
            response = post(client, path, {"quantity": "9", "edit_number": version.edit_number}, htmx=True)
        assert response.status_code == 200
        counts.append(len(queries))
    assert counts[1:] == [14, 14]  # twelve, and the begin and the end of the transaction


def test_a_new_quote_starts_from_its_customer(ada, client_of):
    customer = a_customer()
    client = client_of(ada)
    html = client.get("/quotes/new/?customer=acme").content.decode()
    assert re.findall(r'name="customer" value="([^"]*)"', html) == ["Acme"]
    sent = {"customer": customer.slug, "title": "", "start": "2027-01-01", "months": "12"}
    response = post(client, "/quotes/new/", sent)
    quote = Quote.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, f"/quotes/{quote.number}/")
    assert (quote.owner, quote.versions.get().title) == (ada, "Offer for Acme")
    assert post(client, "/quotes/new/", sent, htmx=True).headers["HX-Redirect"].startswith("/quotes/Q-")


def test_a_new_quote_needs_a_customer_and_a_term(ada, client_of):
    a_customer()
    response = post(client_of(ada), "/quotes/new/", {"start": "2027-01-01", "months": "0"}, htmx=True)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Term must be from 1 to 120 months." in html
    assert not Quote.objects.exists()


def test_who_does_not_sell_starts_no_quote(ben, dan, client_of):
    a_customer()
    for who in (ben, dan):
        assert client_of(who).get("/quotes/new/").status_code == 404
        assert (
            post(client_of(who), "/quotes/new/", {"customer": "acme", "start": "2027-01-01", "months": "1"}).status_code
            == 404
        )
    assert not Quote.objects.exists()
