"""What if over the API: the pages' futures and sentences, and drafts that stand on what was explored."""

from decimal import Decimal

import pytest

from core.api_keys import create_key
from forecasting.actions.scenarios import make_scenario
from forecasting.rules.drivers import Growth
from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from quotes.queries.exploring import explored
from quotes.queries.replay import replay
from quotes.rules.limits import MOST_DRIVERS
from tests.conftest import make_person
from tests.factories import AT, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

VERSION = "/api/v1/quotes/Q-2026-0001/versions/1/"
GROWS = {"kind": "growth", "per_year": 40, "start": "2027-01-01"}


@pytest.fixture
def version():
    return make_draft_quote()


@pytest.fixture
def adas(ada, client_of):
    return client_of(ada)


def call(client, method, where, body=None, match="*", **headers):
    given = {**({"If-Match": match} if match else {}), **headers}
    return getattr(client, method)(f"{VERSION}{where}", body or {}, content_type="application/json", headers=given)


def stored():
    return QuoteVersion.objects.get(number=1)


def test_what_is_explored_is_what_the_page_shows_and_stores_nothing(version, adas):
    found = call(adas, "post", "explorations/", {"drivers": [GROWS]}, match="").json()
    page = explored(version, [Growth(per_year=40, start=version.start.replace(2027, 1, 1))], with_margin=True)
    band = {"p10": str(page.term.p10), "p50": str(page.term.p50), "p90": str(page.term.p90)}
    assert (found["bill"], found["currency"]) == (band, "USD")
    assert found["margin"]["p50"] == str(page.margin.margin.p50)
    assert found["sentences"] == ["Grows 40 % a year beyond the forecast, from 1 January 2027."]
    assert found["words"].startswith("9 in 10 futures cost less than USD")
    assert Decimal(found["change_percent"]) > 0
    assert len(found["months"]) == len(found["usage"][0]["p50"]) == version.months
    assert (stored().edit_number, stored().scenario) == (version.edit_number, {})


def test_nothing_moved_changes_nothing(version, adas):
    found = call(adas, "post", "explorations/", {"drivers": []}).json()
    assert (found["change_percent"], found["margin_change_percent"]) == ("0.00", "0.00")


def test_what_was_explored_is_used_on_top_and_undone_as_one_step(version, adas, ada):
    first = call(adas, "post", "scenario/drivers/", {"name": "Growth", "drivers": [GROWS]})
    again = {"name": "Launch", "drivers": [{"kind": "step", "percent": 30, "start": "2027-03-01"}]}
    second = call(adas, "post", "scenario/drivers/", again, match=first["ETag"])
    assert (first.status_code, second.status_code) == (201, 201)
    found = adas.get(f"{VERSION}scenario/")
    assert (found.json()["name"], found["ETag"]) == ("Growth; Launch", second["ETag"])
    assert [one["kind"] for one in found.json()["drivers"]] == ["growth", "step"]
    assert [one.split(" ")[0] for one in found.json()["sentences"]] == ["Grows", "+30"]
    undo(stored(), by=ada, at=AT, edit_number=stored().edit_number)
    assert stored().scenario["name"] == "Growth"


def test_a_scenario_is_copied_and_left_again(version, adas, ada):
    drivers = [Growth(per_year=5, start=AT.date())]
    kept = make_scenario(customer=version.quote.customer, name="Slow", drivers=drivers, by=ada, at=AT)
    used = call(adas, "put", "scenario/", {"scenario": kept.pk})
    assert (used.status_code, stored().scenario["name"]) == (200, "Slow")
    side = call(adas, "get", f"scenarios/?scenario={kept.pk}").json()["results"]
    assert [(one["id"], one["name"], one["in_use"]) for one in side] == [
        (None, "Base forecast", False),
        (kept.pk, "Slow", True),
    ]
    assert (side[0]["change_percent"], Decimal(side[1]["change_percent"]) > 0) == (None, True)
    assert call(adas, "delete", "scenario/", match=used["ETag"]).status_code == 200
    assert stored().scenario == {}


WRONG = [
    ("post", "explorations/", {}, 422, ["drivers"]),
    ("post", "explorations/", {"drivers": [{"kind": "growth"}]}, 422, ["drivers.0.per_year", "drivers.0.start"]),
    ("post", "scenario/drivers/", {"name": "None", "drivers": []}, 422, ["drivers"]),
    ("post", "scenario/drivers/", {"drivers": [GROWS]}, 422, ["name"]),
    ("put", "scenario/", {}, 422, ["scenario"]),
    ("put", "scenario/", {"scenario": 77}, 422, ["scenario"]),
    ("get", "scenarios/?scenario=77", None, 422, ["scenario"]),
    ("get", "replay/?months=13", None, 422, ["months"]),
    ("get", "ways/?risk=99", None, 422, ["risk"]),
]


def test_what_is_wrong_changes_nothing(version, adas):
    for method, where, body, status, fields in WRONG:
        answer = call(adas, method, where, body)
        assert (answer.status_code, list(answer.json().get("errors", []))) == (status, fields), (where, body)
    assert (stored().edit_number, stored().scenario) == (version.edit_number, {})


def test_who_looked_at_another_state_overwrites_nothing(version, adas):
    seen = adas.get(f"{VERSION}scenario/")["ETag"]
    body = {"name": "Growth", "drivers": [GROWS]}
    statuses = [call(adas, "post", "scenario/drivers/", body, match=match).status_code for match in (seen, seen, "")]
    assert (statuses, stored().scenario["name"]) == ([201, 412, 428], "Growth")


def test_drivers_do_not_pile_up_for_ever(version, adas):
    body = {"name": "Growth", "drivers": [GROWS] * 20}
    answers = [call(adas, "post", "scenario/drivers/", body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert len(stored().scenario["drivers"]) == MOST_DRIVERS


def test_what_was_submitted_stands_on_what_it_stood_on(ada, ben, client_of):
    make_submitted_quote()
    assert call(client_of(ada), "delete", "scenario/").status_code == 409
    assert call(client_of(ben), "post", "scenario/drivers/", {"name": "x", "drivers": [GROWS]}).status_code == 409
    assert client_of(ada).get(f"{VERSION}scenario/").json() == {"name": None, "drivers": [], "sentences": []}


def test_without_the_right_there_is_no_margin(version, adas, monkeypatch):
    monkeypatch.setattr("quotes.api.exploring.may", lambda *_: False)
    monkeypatch.setattr("quotes.api.advising.may", lambda *_: False)
    found = call(adas, "post", "explorations/", {"drivers": []}).json()
    base = call(adas, "get", "scenarios/").json()["results"][0]
    way = call(adas, "get", "ways/").json()["results"][0]
    assert [one["margin"] for one in (found, base, way)] == [None] * 3
    assert [one["loss_percent"] for one in (found, base, way)] == [None] * 3


def test_each_way_to_buy_can_be_used_as_it_is_told(version, adas):
    ways = call(adas, "get", "ways/?risk=30").json()["results"]
    assert [one["plan"]["kind"] for one in ways] == ["none", "credit"]
    assert ways[0]["promise_words"] is None
    assert ways[1]["promise_words"].endswith("of the futures.")
    answer = call(adas, "put", "plan/", ways[1]["plan"])
    [line] = [one for one in answer.json()["lines"] if one["key"] == ways[1]["plan"]["promise"]]
    assert Decimal(line["component"]["amount"]) == Decimal(ways[1]["plan"]["size"])
    assert call(adas, "get", "ways/?risk=30").json()["results"][1]["bill"] == ways[1]["bill"]


def test_advice_says_itself_in_words(version, adas):
    found = call(adas, "get", "advice/?risk=10").json()
    size = f"{Decimal(found['size']):,.2f}"
    assert found["words"].startswith(f"Prepay USD {size} over 12 months: in ")
    assert found["fair_words"].endswith(".")


def test_the_past_is_billed_by_these_terms(version, adas):
    found = call(adas, "get", "replay/").json()
    past = replay(version, 12)
    assert (len(found["months"]), found["total"], found["unpriced"]) == (12, f"{past.total:.2f}", [])
    assert sum(Decimal(one["bill"]) for one in found["months"]) == Decimal(found["total"])
    assert call(adas, "get", "replay/?months=24").json()["total"] != found["total"]


def test_an_agent_explores_and_drafts(version, ada, client):
    scopes = ["quotes:read", "quotes:write"]
    text = create_key(owner=ada, name="a", scopes=scopes, expires_at=None, by=ada, at=AT, agent=True).text
    key = {"Authorization": f"Bearer {text}"}
    assert call(client, "post", "explorations/", {"drivers": [GROWS]}, **key).status_code == 200
    assert call(client, "post", "scenario/drivers/", {"name": "G", "drivers": [GROWS]}, **key).status_code == 201
    assert make_person("ada").roles == ["sales"]


def test_what_a_call_asks_of_the_database(version, adas, django_assert_num_queries):
    call(adas, "post", "explorations/", {"drivers": [GROWS]})
    call(adas, "get", "ways/")
    for method, where, queries in (
        ("post", "explorations/", 5),
        ("get", "ways/", 6),
        ("get", "scenarios/", 9),
        ("get", "scenario/", 3),
    ):
        body = {"drivers": [GROWS] * 20} if method == "post" else None
        with django_assert_num_queries(queries):
            assert call(adas, method, where, body).status_code == 200
