"""The opportunity of a quote for programs."""

import pytest

from quotes.actions.opportunities import note_opportunity
from quotes.models import Opportunity, Quote
from tests.factories import AT, make_customer, make_draft_quote

pytestmark = pytest.mark.django_db

ONE, LIST = "/api/v1/quotes/Q-2026-0001/opportunity/", "/api/v1/opportunities/"
BODY = {"system": "salesforce", "external_id": "006A1", "name": "Acme 2027"}


@pytest.fixture
def adas(ada, client_of):
    return client_of(ada)


def put(client, body, match="*"):
    return client.put(ONE, body, content_type="application/json", headers={"If-Match": match})


def test_linked_read_and_taken_off(adas):
    make_draft_quote()
    before = adas.get(ONE)
    assert (before.headers["ETag"], before.json()["external_id"]) == ('"none"', None)
    linked = put(adas, BODY, before.headers["ETag"])
    assert (linked.status_code, linked.json()["state"]) == (200, "open")
    late = put(adas, {**BODY, "external_id": "006B2"}, before.headers["ETag"])
    assert (late.status_code, Opportunity.objects.count()) == (412, 1)
    whole = adas.get("/api/v1/quotes/Q-2026-0001/").json()
    [row] = adas.get("/api/v1/quotes/?opportunity=006A1").json()["results"]
    assert whole["opportunity"] == row["opportunity"] == linked.json()
    [listed] = adas.get(f"{LIST}?system=salesforce&external_id=006A1").json()["results"]
    assert listed == {**linked.json(), "customer": "acme", "quotes": ["Q-2026-0001"]}
    gone = adas.delete(ONE, headers={"If-Match": linked.headers["ETag"]})
    assert (gone.status_code, gone.json()["system"], Quote.objects.get().opportunity) == (200, None, None)


def test_a_quote_starts_with_it(adas):
    make_customer()
    body = {"customer": "acme", "package": "hybrid", "opportunity": BODY}
    made = adas.post("/api/v1/quotes/", body, content_type="application/json")
    assert (made.status_code, Quote.objects.get().opportunity.external_id) == (201, "006A1")
    wrong = {**body, "opportunity": {**BODY, "system": "Sales Force"}}
    answer = adas.post("/api/v1/quotes/", wrong, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["opportunity.system"])
    assert Quote.objects.count() == 1


def test_a_seller_sees_those_of_own_quotes_and_those_of_none(adas, ada, eve, ben, client_of):
    quote = make_draft_quote().quote
    put(adas, BODY)
    note_opportunity("hubspot", "77", customer=quote.customer, values={}, by=ada, at=AT)
    seen = [
        [one["external_id"] for one in browser.get(LIST).json()["results"]]
        for browser in (adas, client_of(eve), client_of(ben))
    ]
    assert seen == [["006A1", "77"], ["77"], ["006A1", "77"]]
    assert adas.get(f"{LIST}?changed_since=2999-01-01T00:00:00Z").json()["results"] == []
    assert len(adas.get(f"{LIST}?changed_since=2026-01-01T00:00:00Z").json()["results"]) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_rows_take_the_same_queries(adas, ada, django_assert_num_queries, rows):
    customer = make_customer(history=False)
    for n in range(rows):
        note_opportunity("hubspot", str(n), customer=customer, values={}, by=ada, at=AT)
    with django_assert_num_queries(4):
        assert len(adas.get(LIST).json()["results"]) == rows
