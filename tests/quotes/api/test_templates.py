"""Quotes like others, and changes of contracts, for programs."""

from decimal import Decimal

import pytest

from quotes.models import Quote, Template
from tests.factories import make_accepted_quote, make_customer, make_draft_quote

pytestmark = pytest.mark.django_db

VERSION = "/api/v1/quotes/Q-2026-0001/versions/1/"


@pytest.fixture
def post(ada, client_of):
    adas = client_of(ada)
    return lambda url, body: adas.post(url, body, content_type="application/json")


def test_a_template_is_kept_and_a_quote_started_from_it(post, ada, client_of):
    make_draft_quote(discount_percent=Decimal(10))
    make_customer("beta", history=False)
    kept = post(f"{VERSION}templates/", {"name": "Usual"})
    assert (kept.status_code, kept.json()["source"]) == (201, "Q-2026-0001 v1")
    assert post(f"{VERSION}templates/", {"name": "Usual"}).status_code == 422
    [listed] = client_of(ada).get("/api/v1/templates/").json()["results"]
    assert listed == kept.json()
    for url in (f"/api/v1/templates/{listed['id']}/quotes/", f"{VERSION}copies/"):
        made = post(url, {"customer": "beta"})
        assert (made.status_code, made.json()["discount_percent"], made.json()["left_out"]) == (201, "10", [])
        assert made["Location"] == f"/api/v1/quotes/{made.json()['quote']}/"
    assert list(Quote.objects.order_by("pk").values_list("customer__slug", flat=True)) == ["acme", "beta", "beta"]
    wrong = post(f"{VERSION}copies/", {"customer": "nobody"})
    assert (wrong.status_code, list(wrong.json()["errors"]), Quote.objects.count()) == (422, ["customer"], 3)


def test_a_template_is_forgotten_by_whoever_kept_it(post, ada, eve, client_of):
    make_draft_quote()
    url = f"/api/v1/templates/{post(f'{VERSION}templates/', {'name': 'Usual'}).json()['id']}/"
    assert (client_of(eve).delete(url).status_code, Template.objects.count()) == (403, 1)
    assert (client_of(ada).delete(url).status_code, Template.objects.count()) == (204, 0)


def test_a_contract_is_changed_by_a_quote(post, ada, client_of):
    contract = make_accepted_quote()
    url = f"/api/v1/contracts/{contract.number}/changes/"
    made = post(url, {"kind": "amendment", "month": 6})
    assert (made.status_code, made.json()["kind"], made.json()["months"]) == (201, "amendment", 6)
    found = client_of(ada).get(url).json()
    assert found == {
        "why_not": "",
        "results": [{"quote": made.json()["quote"], "kind": "amendment", "status": "draft", "contract": None}],
    }
    for body in ({"kind": "renewal", "month": 3}, {"kind": "amendment"}, {"kind": "early_end", "month": 12}):
        wrong = post(url, body)
        assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["month"])
    assert Quote.objects.filter(changes=contract).count() == 1
