"""The opportunity that a quote belongs to: linked, shown, found in the list, taken off."""

import pytest

from core import audit
from quotes.actions.opportunities import note_opportunity
from quotes.models import Opportunity, Quote
from tests.conftest import make_person
from tests.factories import AT, make_customer, make_draft_quote, make_sent_quote

pytestmark = pytest.mark.django_db

URL = "/quotes/Q-2026-0001/opportunity/"
TYPED = {"system": "salesforce", "external_id": "006A1", "name": "Acme 2027", "url": "https://acme.example/006A1"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def adas(ada, client_of):
    make_draft_quote()
    return client_of(ada)


def test_a_quote_is_linked_and_says_so(adas):
    assert adas.post(URL, TYPED).headers["Location"] == "/quotes/Q-2026-0001/"
    quote = Quote.objects.get()
    assert (str(quote.opportunity), quote.opportunity.system_label) == ("Acme 2027", "Salesforce")
    page = adas.get(URL).content.decode()
    assert '<a href="https://acme.example/006A1" target="_blank" rel="noopener noreferrer">Acme 2027' in page
    assert [entry.verb for entry in audit.history("quote:Q-2026-0001")][-1] == "link_opportunity"
    assert "linked it to opportunity 006A1" in adas.get("/quotes/Q-2026-0001/timeline/").content.decode()
    again = adas.post(URL, TYPED, headers=HTMX)
    assert (again.status_code, again.content.decode().count('id="opportunity"')) == (200, 1)
    assert audit.history("quote:Q-2026-0001").filter(verb="link_opportunity").count() == 1


def test_one_that_the_crm_told_of_is_chosen(adas, ada):
    quote = Quote.objects.get()
    known, _ = note_opportunity("hubspot", "77", customer=quote.customer, values={"name": "Renewal"}, by=ada, at=AT)
    assert "Renewal · 77 (HubSpot)" in adas.get(URL).content.decode()
    assert adas.post(URL, {"known": known.pk, "system": "salesforce", "external_id": ""}).status_code == 303
    assert Quote.objects.get().opportunity == known


def test_it_is_taken_off_again(adas):
    adas.post(URL, TYPED)
    assert adas.get(f"{URL}removal/").status_code == 405
    assert adas.post(f"{URL}removal/", headers=HTMX).status_code == 200
    assert (Quote.objects.get().opportunity, Opportunity.objects.count()) == (None, 1)
    adas.post(f"{URL}removal/")
    assert audit.history("quote:Q-2026-0001").filter(verb="unlink_opportunity").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"external_id": ""}, "Give the opportunity’s id"),
        ({"external_id": "00 6"}, "without blanks"),
        ({"system": "zoho"}, "Select a valid choice"),
        ({"url": "javascript:alert(1)"}, "Give an address like"),
        ({"external_id": "x" * 101}, "at most 100"),
    ],
)
def test_what_is_wrong_links_nothing(adas, typed, said):
    answer = adas.post(URL, {**TYPED, **typed}, headers=HTMX)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert (Quote.objects.get().opportunity, Opportunity.objects.count()) == (None, 0)


def test_an_opportunity_of_another_customer_is_not_taken(adas):
    adas.post(URL, TYPED)
    make_draft_quote(customer=make_customer("beta", history=False))
    answer = adas.post("/quotes/Q-2026-0002/opportunity/", TYPED)
    assert answer.status_code == 422
    assert "belongs to Acme, whose quote Q-2026-0001 carries it" in answer.content.decode()
    assert Quote.objects.get(number="Q-2026-0002").opportunity is None


@pytest.mark.parametrize(("username", "status"), [("eve", 404), ("dan", 404), ("ben", 409), ("ivo", 404)])
def test_who_does_not_sell_it_links_nothing(adas, client_of, username, status):
    browser = client_of(make_person(username))
    assert browser.post(URL, TYPED).status_code == status
    assert browser.post(f"{URL}removal/").status_code == status
    assert not Opportunity.objects.exists()


def test_a_sent_quote_may_be_linked_too(ada, client_of):
    sent = make_sent_quote().version
    assert client_of(ada).post(URL, TYPED).status_code == 303
    after = Quote.objects.get().versions.get()
    assert (after.sha256, after.status) == (sent.sha256, "sent")


def test_the_list_is_narrowed_and_shows_it(adas, django_assert_num_queries):
    adas.post(URL, TYPED)
    make_draft_quote(customer=make_customer("beta", history=False))
    for text, found in (("006A1", 1), ("2027", 1), ("nothing", 0)):
        page = adas.get(f"/quotes/?opportunity={text}&columns=opportunity").content.decode()
        assert page.count("row-link") == found
    assert "Salesforce · 006A1" in adas.get("/quotes/?columns=opportunity&sort=-opportunity").content.decode()
    rows = b"".join(adas.get("/quotes/list.csv?opportunity=006A1").streaming_content).decode().splitlines()
    assert (len(rows), ",006A1," in rows[1]) == (2, True)


def test_a_quote_is_begun_from_one_that_waits_for_it(ada, client_of):
    customer, adas = make_customer(history=False), client_of(ada)
    known, _ = note_opportunity("hubspot", "77", customer=customer, values={"name": "Renewal"}, by=ada, at=AT)
    panel = adas.get("/customers/acme/quotes/").content.decode()
    assert f"/quotes/new/?customer=acme&amp;opportunity={known.pk}" in panel
    assert f'name="opportunity" value="{known.pk}"' in adas.get(f"/quotes/new/?opportunity={known.pk}").content.decode()
    typed = {"customer": "acme", "start": "2027-01-01", "months": "12", "opportunity": known.pk}
    assert adas.post("/quotes/new/", typed).status_code == 303
    assert Quote.objects.get().opportunity == known
    assert "&amp;opportunity=" not in adas.get("/customers/acme/quotes/").content.decode()
    assert adas.post("/quotes/new/", {**typed, "opportunity": "x"}).status_code == 422
