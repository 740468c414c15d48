"""Contracts for machines."""

import hashlib

import pytest
from django.test import Client

from billing.actions import delivering
from billing.targets import TARGETS
from billing.targets.base import Unclear
from tests.billing.picky import Picky
from tests.quotes.frozen import LATER, make_contract

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(ada, ivo, client_of, django_assert_num_queries, count):
    numbers = [make_contract(ada).number for _ in range(count)]
    client = client_of(ivo)
    with django_assert_num_queries(3):
        body = client.get("/api/v1/contracts/").json()

    assert [row["number"] for row in body["results"]] == numbers[::-1]
    assert body["next"] is None


def test_a_contract_with_its_terms_and_hand_off(ada, ivo, client_of):
    contract = make_contract(ada)
    delivering.deliver(contract.number, at=LATER)
    body = client_of(ivo).get(f"/api/v1/contracts/{contract.number}/").json()

    assert hashlib.sha256(body["terms"].encode()).hexdigest() == body["terms_sha256"] == contract.terms_sha256
    assert (body["customer"], body["quote"], body["version"]) == (
        "hartmann-logistics",
        contract.version.quote.number,
        2,
    )
    assert (body["currency"], body["committed"]) == ("USD", "54000.00")
    assert (body["accepted_by"], body["sha256"]) == ("Cleo Hartmann, Chief Operating Officer", contract.sha256)
    delivery = body["delivery"]
    assert (delivery["target"], delivery["state"], delivery["reference"]) == ("ledger", "created", "L-2026-0001")
    assert [(step["name"], step["state"]) for step in delivery["steps"]] == [("create_contract", "done")]


class Silent(Picky):
    def perform(self, *args, **kwargs):
        raise Unclear("Picky did not answer.")


def test_what_is_not_done_yet_has_no_moment(ada, ivo, client_of, monkeypatch):
    contract = make_contract(ada)
    monkeypatch.setitem(TARGETS, "ledger", Silent())
    with pytest.raises(Unclear):
        delivering.deliver(contract.number, at=LATER)
    [step] = client_of(ivo).get(f"/api/v1/contracts/{contract.number}/").json()["delivery"]["steps"]
    assert step["done_at"] is None
    described = client_of(ivo).get("/api/v1/openapi.json").json()["components"]["schemas"]["Step"]["properties"]
    assert described["done_at"]["type"] == ["string", "null"]


PAST, FUTURE = "2026-01-01T00:00:00Z", "2999-01-01T00:00:00Z"


def test_filters(ada, ivo, client_of):
    delivering.deliver(make_contract(ada).number, at=LATER)
    make_contract(ada)
    client = client_of(ivo)
    counts = [
        len(client.get(f"/api/v1/contracts/?{query}").json()["results"])
        for query in (
            "state=created",
            "text=L-2026",
            "created_since=2026-01-01T00:00:00Z",
            "created_since=2999-01-01T00:00:00Z",
        )
    ]
    assert counts == [1, 1, 2, 0]


@pytest.mark.parametrize("name", ["dan", "pia"])
def test_for_strangers_nothing_is_there(ada, name, client_of, request):
    number = make_contract(ada).number
    client = client_of(request.getfixturevalue(name))
    answers = [client.get(path) for path in ("/api/v1/contracts/", f"/api/v1/contracts/{number}/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[1].json()["type"] == "urn:quantile:problem:not-found"


def test_sellers_get_their_own(ada, eve, client_of):
    number = make_contract(ada).number
    assert client_of(eve).get("/api/v1/contracts/").json()["results"] == []
    assert client_of(eve).get(f"/api/v1/contracts/{number}/").status_code == 404
    assert client_of(ada).get(f"/api/v1/contracts/{number}/").status_code == 200


def test_without_sign_in_it_is_401(db):
    assert Client().get("/api/v1/contracts/").status_code == 401


def test_it_is_read_only(ada, ivo, client_of):
    assert client_of(ivo).post("/api/v1/contracts/", {}).status_code == 405


class Changed(Picky):
    """Billing that holds something else than it was given."""

    def read_back(self, reference, *, account):
        return {**super().read_back(reference, account=account), "customer": "somebody-else"}


class Away(Picky):
    def read_back(self, reference, *, account):
        raise Unclear("Picky did not answer.")


def test_billing_is_read_back_and_what_differs_is_settled_by_a_person(ada, ivo, fay, client_of, monkeypatch):
    contract = make_contract(ada)
    url = f"/api/v1/contracts/{contract.number}/delivery/"
    fays = client_of(fay)
    assert fays.post(f"{url}checks/", content_type="application/json").status_code == 409
    delivering.deliver(contract.number, at=LATER)
    assert client_of(ivo).post(f"{url}checks/", content_type="application/json").status_code == 403
    same = fays.post(f"{url}checks/", content_type="application/json").json()
    assert (same["state"], same["drift"], same["read_at"] is not None) == ("created", [], True)
    assert fays.post(f"{url}solution/", {"note": "Mended."}, content_type="application/json").status_code == 409

    monkeypatch.setitem(TARGETS, "ledger", Changed())
    found = fays.post(f"{url}checks/", content_type="application/json").json()
    assert (found["state"], found["drift"]) == (
        "drifted",
        [{"path": "customer", "ours": "hartmann-logistics", "theirs": "somebody-else"}],
    )
    monkeypatch.setitem(TARGETS, "ledger", Away())
    away = fays.post(f"{url}checks/", content_type="application/json")
    assert (away.status_code, away.json()["detail"]) == (409, "Billing could not be read: Picky did not answer.")
    assert client_of(ivo).post(f"{url}solution/", {"note": "x"}, content_type="application/json").status_code == 403
    assert fays.post(f"{url}solution/", {"note": ""}, content_type="application/json").status_code == 422
    solved = fays.post(f"{url}solution/", {"note": "It is as agreed."}, content_type="application/json")
    assert (solved.status_code, solved.json()["state"], "It is as agreed." in solved.json()["solved"]) == (
        201,
        "created",
        True,
    )
