"""The tools for assistants, by the SDK's own client: over memory, and over the stdin of the command."""

import json
import os
import sys

import anyio
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client

from core.api_keys import create_key
from cpq.assistants import server
from quotes.actions.versions import revise
from quotes.models import QuoteVersion
from tests.conftest import make_person
from tests.cpq.test_worker import address_of_test_database
from tests.factories import AT, make_customer, make_sent_quote

pytestmark = pytest.mark.django_db(transaction=True)

SCOPES = ["customers:read", "catalog:read", "forecasts:read", "prices:read", "quotes:read", "quotes:write"]
TOOLS = [
    "change_line",
    "draft_quote",
    "explain",
    "forecast",
    "price",
    "price_book",
    "search_customers",
    "state_usage",
    "submit_quote",
]
FLAT = {
    "version": 1,
    "currency": "USD",
    "start": "2027-01-01",
    "months": 2,
    "charges": [
        {
            "kind": "charge",
            "key": "fee",
            "name": "Fee",
            "quantity": {"source": "fixed", "value": "1"},
            "price": {"model": "flat", "fee": "10"},
        }
    ],
}


@pytest.fixture(autouse=True)
def no_connection_is_kept(monkeypatch):
    """Tools run in threads of their own; what they open they close, so that the database can be removed."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


def agents_key(*more: str) -> str:
    ada = make_person("ada")
    scopes = [*SCOPES, *more]
    return create_key(owner=ada, name="a", scopes=scopes, expires_at=None, by=ada, at=AT, agent=True).text


def asked(transport, *calls: tuple[str, dict]) -> list:
    """What each tool answers, one after the other; a function of the answers before gives its arguments."""

    async def talk() -> list:
        found = []
        async with Client(transport) as client:
            found.append(sorted(tool.name for tool in (await client.list_tools()).tools))
            for name, arguments in calls:
                result = await client.call_tool(name, arguments(found) if callable(arguments) else arguments)
                text = result.content[0].text
                found.append(text if result.is_error else json.loads(text))
        return found

    return anyio.run(talk)


def test_an_assistant_finds_forecasts_prices_drafts_and_explains():
    make_customer()
    tools, customers, forecast, bill, draft, changed, explained, refused, nobody = asked(
        server(agents_key()),
        ("search_customers", {"text": "acm"}),
        ("forecast", {"customer": "acme", "months": 3}),
        ("price", {"terms": FLAT}),
        ("draft_quote", {"customer": "acme", "package": "hybrid", "title": "Pilot"}),
        ("change_line", lambda found: {**of(found[4]), "line": "seats", "etag": found[4]["etag"], "quantity": "50"}),
        ("explain", lambda found: {**of(found[4]), "line": "seats"}),
        ("submit_quote", lambda found: {"quote": found[4]["quote"], "etag": found[5]["etag"]}),
        ("forecast", {"customer": "nobody"}),
    )
    assert tools == TOOLS
    assert [one["slug"] for one in customers["results"]] == ["acme"]
    assert len(forecast["series"]) == 2
    assert bill["exact"]["months"] == ["10.00", "10.00"]
    assert (draft["title"], draft["status"], draft["pricing"]["problems"]) == ("Pilot", "draft", [])
    assert draft["url"].endswith(f"/quotes/{draft['quote']}/v1/")
    assert changed["committed"] != draft["committed"]
    assert explained["parts"][0]["name"]
    assert "quotes:submit" in refused
    assert "not-found" in nobody
    assert QuoteVersion.objects.get().created_by == make_person("ada")


def test_the_tools_say_which_version_of_the_api_they_call():
    tools = server(agents_key())

    async def talk() -> tuple[str, str]:
        async with Client(tools) as client:
            return client.server_info.name, client.server_info.version

    assert anyio.run(talk) == ("Quantile", settings.SPECTACULAR_SETTINGS["VERSION"])


def test_what_a_tool_does_not_take_is_named():
    make_customer()
    _, refused, unknown = asked(server(agents_key()), ("search_customers", {"q": "zzz"}), ("search", {"q": "zzz"}))
    assert refused == "search_customers does not take q; it takes text, limit."
    assert "Unknown tool: search" in unknown


def test_what_was_never_metered_is_stated_before_it_is_submitted():
    make_customer(history=False)
    levels = {"low": "1000000", "base": "2000000", "high": "3000000"}
    _, draft, stated = asked(
        server(agents_key()),
        ("draft_quote", {"customer": "acme", "package": "hybrid"}),
        (
            "state_usage",
            lambda found: {
                **of(found[1]),
                "etag": found[1]["etag"],
                "usage": {one["series"]: levels for one in found[1]["usage"]},
            },
        ),
    )
    assert [(one["series"], one["base"]) for one in draft["usage"]] == [
        ("tokens|direction=input", None),
        ("tokens|direction=output", None),
    ]
    assert (len(draft["pricing"]["problems"]), stated["pricing"]["problems"]) == (2, [])
    assert {one["base"] for one in stated["usage"]} == {"2000000"}


def test_a_person_puts_what_an_assistant_drafted_in_the_place_of_what_was_sent():
    sent = make_sent_quote().version
    quote, draft = sent.quote.number, revise(sent, by=sent.created_by, at=AT)
    _, refused = asked(server(agents_key("quotes:submit")), ("submit_quote", {"quote": quote, "etag": "*"}))
    assert "Version 1 is sent; no agent takes it back or puts another in its place. A person decides at " in refused
    assert f"/quotes/{quote}/ (urn:quantile:problem:person-needed)" in refused
    assert set(QuoteVersion.objects.values_list("status", flat=True)) == {"sent", draft.status}


def test_what_an_assistant_says_leads_to_no_other_address():
    make_customer()
    *_, astray, away = asked(
        server(agents_key()),
        ("forecast", {"customer": "../quotes"}),
        ("explain", {"quote": "x/../../customers/acme/forecast", "version": 1, "line": "?a"}),
    )
    assert ["not-found" in said for said in (astray, away)] == [True, True]


def of(draft: dict) -> dict:
    return {"quote": draft["quote"], "version": draft["version"]}


def test_the_command_serves_them_over_stdin():
    make_customer(history=False)
    address = address_of_test_database()
    environment = {**os.environ, "QUANTILE_API_KEY": agents_key(), "DATABASE_URL": address}
    command = StdioServerParameters(command=sys.executable, args=["manage.py", "mcp"], env=environment)
    tools, customers = asked(stdio_client(command), ("search_customers", {}))
    assert tools == TOOLS
    assert [one["slug"] for one in customers["results"]] == ["acme"]


def test_without_a_key_nothing_is_served(monkeypatch):
    monkeypatch.setenv("QUANTILE_API_KEY", "qk_made_up")
    with pytest.raises(CommandError, match="QUANTILE_API_KEY: This API key is unknown"):
        call_command("mcp")
