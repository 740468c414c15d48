"""A CRM is told of quotes in its own words: those of its opportunities, what happened, nothing of cost."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from standardwebhooks import Webhook

from core import audit, webhooks
from core.models import WebhookMessage
from crm.actions.connections import change_mapping, create_connection, switch
from crm.rules.mappings import Terms
from crm.rules.telling import exact_number, told
from quotes.actions.opportunities import link_quote
from tests.core.receiving import receiver
from tests.crm.sending import message, send
from tests.factories import AT, make_draft_quote, make_sent_quote, sign

pytestmark = pytest.mark.django_db


def link(version, ada, system="salesforce"):
    return link_quote(version.quote, system=system, external_id="006A1", by=ada, at=AT)


def bodies():
    return [json.loads(one.body) for one in WebhookMessage.objects.order_by("pk")]


def test_a_linked_draft_is_told_in_the_words_of_the_crm(made, ada, settings):
    version = make_draft_quote()
    assert bodies() == []
    link(version, ada)
    assert bodies() == [
        {
            "type": "quote.linked",
            "timestamp": "2026-11-24T18:00:00Z",
            "data": {
                "system": "salesforce",
                "object": "Opportunity",
                "id": "006A1",
                "fields": {
                    "StageName": "Proposal/Price Quote",
                    "Amount": 53920,
                    "CloseDate": version.valid_until.isoformat(),
                },
                "quote": version.quote.number,
                "version": 1,
                "sha256": None,
            },
        }
    ]


def test_the_way_of_a_deal_is_told(made, ada):
    sent = make_sent_quote()
    link(sent.version, ada)
    contract = sign(sent)
    told = [(one["type"], one["data"]["fields"].get("StageName")) for one in bodies()]
    assert told == [
        ("quote.linked", "Proposal/Price Quote"),
        ("quote.accepted", "Closed Won"),
        ("contract.created", None),
    ]
    last = bodies()[-1]["data"]
    assert (last["sha256"], last["fields"]["CloseDate"]) == (sent.version.sha256, AT.date().isoformat())
    everything = {fact: fact for fact in ("committed", "expected", "status", "contract", "url", "discount_percent")}
    terms = Terms(object="O", reads={"id": "Id"}, fields=everything)
    change_mapping(made.connection, terms=terms, by=ada, at=AT)
    audit.record(None, "accept", f"quote:{sent.version.quote.number}", at=AT, data={"version": 1})
    fields = bodies()[-1]["data"]["fields"]
    assert (fields["contract"], fields["status"], fields["discount_percent"]) == (contract.number, "accepted", "25")
    assert (fields["committed"], Decimal(fields["expected"]) > Decimal(fields["committed"])) == ("42940.00", True)
    assert fields["url"].endswith(f"/quotes/{sent.version.quote.number}/v1/")


def test_only_quotes_of_its_own_opportunities_are_told(made, ada, ivo):
    version = make_draft_quote()
    link(version, ada, system="hubspot")
    audit.record(ada, "submit", f"quote:{version.quote.number}", at=AT, data={"version": 1})
    assert bodies() == []
    other = create_connection(system="hubspot", url="https://hub.example/", seller=ada, by=ivo, at=AT).connection
    audit.record(ada, "send", f"quote:{version.quote.number}", at=AT, data={"version": 1})
    assert [one["data"]["fields"] for one in bodies()] == [
        {"dealstage": "contractsent", "amount": "53920.00", "closedate": version.valid_until.isoformat()}
    ]
    switch(other, on=False, by=ivo, at=AT)
    audit.record(ada, "accept", f"quote:{version.quote.number}", at=AT, data={"version": 1})
    assert len(bodies()) == 1


def test_what_one_crm_tells_is_told_to_others_and_not_back(made, ada, ivo):
    every = webhooks.create_endpoint(url="https://all.example/", about="", chosen=["quote.linked"], by=ivo, at=AT)
    make_draft_quote()
    send(made.secret, message("opportunity.quote_wanted"))
    assert [(one.endpoint, one.event) for one in WebhookMessage.objects.all()] == [(every.endpoint, "quote.linked")]


def test_it_is_signed_and_sent_like_every_webhook(made, ada, settings, monkeypatch):
    with receiver() as server:
        settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
        type(made.connection.endpoint).objects.update(url=server.url)
        link(make_draft_quote(), ada)
        assert webhooks.sweep(at=AT + timedelta(minutes=1)) == 1
        headers, body = server.got[0]
    Webhook(made.our_secret).verify(body, headers)
    assert json.loads(body)["data"]["id"] == "006A1"


@pytest.mark.parametrize(
    ("amount", "number"),
    [
        ("1250.50", 1250.5),
        ("1250", 1250),
        ("1250.00", 1250),
        ("0.10", 0.1),
        ("999999999999999.999", "999999999999999.999"),
    ],
)
def test_an_amount_is_a_number_only_where_it_comes_back_the_same(amount, number):
    assert exact_number(Decimal(amount)) == number
    assert Decimal(json.dumps(exact_number(Decimal(amount))).strip('"')) == Decimal(amount)


def test_an_event_without_a_stage_leaves_the_stage():
    terms = Terms(fields={"stage": "S", "start": "D", "expected": "E"}, stages={"quote.sent": "Sent"})
    facts = {"start": date(2027, 1, 1), "expected": None}
    assert told(terms, "quote.sent", facts) == {"S": "Sent", "D": "2027-01-01", "E": None}
    assert told(terms, "quote.expired", facts) == {"D": "2027-01-01", "E": None}
