"""A CRM tells of opportunities: signed, once, in its own words; what is wrong changes nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from core import audit
from core.models import WebhookMessage
from core.signatures import new_secret
from crm.actions.connections import change_connection, rotate_secret, switch
from crm.actions.receiving import KEPT, forget
from crm.models import Received
from customers.models import Customer
from quotes.models import Opportunity, Quote
from tests.crm.sending import URL, message, send
from tests.factories import AT, make_customer, make_draft_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    return make_customer(history=False)


def kind_of(answer):
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_an_opportunity_is_noted_and_changed(made, acme):
    first = send(made.secret, message())
    assert (first.status_code, first.json()) == (
        200,
        {
            "opportunity": "006A1",
            "customer": "acme",
            "state": "open",
            "changed": ["amount", "close_date", "currency", "name", "owner", "stage", "state"],
            "quote": None,
            "url": None,
            "started": False,
        },
    )
    found = Opportunity.objects.get()
    assert (str(found), found.amount, found.currency, found.stage, str(found.close_date)) == (
        "Acme, agents 2027",
        Decimal("125000.500"),
        "USD",
        "Qualification",
        "2026-12-31",
    )
    second = send(made.secret, message(Amount="130000", Name=None), name="m2")
    assert second.json()["changed"] == ["amount", "name"]
    third = send(made.secret, message(Amount="130000", Name=None), name="m3")
    assert third.json()["changed"] == []
    verbs = [entry.verb for entry in audit.history("opportunity:salesforce/006A1")]
    assert verbs == ["note_opportunity", "change_opportunity"]


def test_a_wanted_quote_is_started_once_and_not_echoed(made, acme, ada):
    answers = [send(made.secret, message("opportunity.quote_wanted"), name=name).json() for name in ("m1", "m2")]
    quote = Quote.objects.get()
    assert (quote.owner, quote.opportunity.external_id, quote.versions.get().title) == (
        ada,
        "006A1",
        "Acme, agents 2027",
    )
    assert [(one["quote"], one["started"]) for one in answers] == [(quote.number, True), (quote.number, False)]
    assert answers[0]["url"].endswith(f"/quotes/{quote.number}/")
    assert not WebhookMessage.objects.exists()
    assert "start_from_crm" in {entry.verb for entry in audit.history(f"quote:{quote.number}")}


def test_a_stage_may_want_a_quote_and_a_package_fills_it(made, acme, ivo):
    made.connection.mapping["reads"] |= {"package": "Package__c", "months": "=24"}
    made.connection.save()
    answer = send(made.secret, message(StageName="Proposal/Price Quote", Package__c="hybrid"))
    version = Quote.objects.get().versions.get()
    assert (answer.json()["started"], version.months, version.lines.exists()) == (True, 24, True)


def test_a_package_that_is_not_sold_starts_nothing(made, acme):
    made.connection.mapping["reads"] |= {"package": "=none"}
    made.connection.save()
    answer = send(made.secret, message("opportunity.quote_wanted"))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["package"])
    assert (Quote.objects.count(), Opportunity.objects.count(), Received.objects.get().state) == (0, 0, "refused")


def test_an_opportunity_is_lost_and_its_quote_says_so(made, client_of, ada):
    make_draft_quote()
    send(made.secret, message("opportunity.quote_wanted"))
    number = Quote.objects.latest("pk").number
    for name, body in (("m2", message("opportunity.lost")), ("m3", message(StageName="Closed Lost"))):
        assert send(made.secret, body, name=name).json()["state"] == "lost"
    page = client_of(ada).get(f"/quotes/{number}/opportunity/").content.decode()
    assert "Salesforce says that this deal is lost" in page
    assert send(made.secret, message(StageName="Negotiation/Review"), name="m4").json()["state"] == "open"


def test_the_same_id_counts_once(made, acme):
    first, again = (send(made.secret, message("opportunity.quote_wanted")) for _ in range(2))
    assert (again.status_code, again.json(), again["Webhook-Replayed"]) == (200, first.json(), "true")
    assert "Webhook-Replayed" not in first
    written_anew = {**message("opportunity.quote_wanted"), "timestamp": "2026-11-24T18:05:00Z"}
    retried = send(made.secret, dict(reversed(written_anew.items())))
    assert (retried.json(), retried["Webhook-Replayed"]) == (first.json(), "true")
    other = send(made.secret, message(Amount=1))
    assert kind_of(other) == (409, "idempotency-key-reused")
    assert (Quote.objects.count(), Opportunity.objects.get().amount) == (1, Decimal("125000.500"))
    assert Received.objects.get().state == "taken"


def test_what_was_refused_may_come_again_mended(made):
    assert send(made.secret, message()).status_code == 422
    refused = Received.objects.get()
    assert (refused.state, refused.answer["status"]) == ("refused", 422)
    assert "No customer is known as Acme" in refused.answer["detail"]
    make_customer(history=False)
    assert send(made.secret, message()).status_code == 200
    assert Received.objects.get().state == "taken"


def test_only_what_is_signed_now_is_read(made, acme, ivo):
    good, secret = message(), made.secret
    unsigned = {"webhook-signature": "v1,AAAA"}
    answers = [
        Client().post(URL, good, content_type="application/json"),
        send(new_secret(), good),
        send(secret, good, **unsigned),
        send(secret, good, **{"webhook-signature": "nonsense"}),
        send(secret, good, **{"webhook-id": "other"}),
        send(secret, good, late=timedelta(minutes=6)),
        send(secret, good, late=-timedelta(minutes=6)),
        send(secret, good, url="/api/crm/none/messages/"),
        send(made.our_secret, good),
    ]
    assert {kind_of(answer) for answer in answers} == {(401, "not-signed")}
    assert not Received.objects.exists()
    new = rotate_secret(made.connection, by=ivo, at=AT)
    assert [send(one, good).status_code for one in (new, secret)] == [200, 401]


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ("{", 400, None),
        ("[1]", 422, ["body"]),
        ('{"type": "x"}', 422, ["data", "type"]),
        (message("opportunity.gone"), 422, ["type"]),
        (message(Id=None), 422, ["data.Id"]),
        (message(Id={"x": 1}), 422, ["data.Id"]),
        (message(Amount="lots", CloseDate="soon"), 422, ["data.Amount", "data.CloseDate"]),
        (message(Amount=-1), 422, ["data.Amount"]),
        (message(Amount=True), 422, ["data.Amount"]),
        (message(Name="x" * 201), 422, ["data.Name"]),
        (message(Name="a\x00b"), 422, ["data"]),
        (message(Id="0 1"), 422, ["external_id"]),
        (message(Account={"Name": "Nobody"}, AccountId=None), 422, ["data.Account.Name"]),
        ('{"type": ' + "[" * 60 + "]" * 60 + "}", 422, ["body"]),
        ('{"x": "' + "x" * 66_000 + '"}', 413, None),
        ('{"x": NaN}', 400, None),
    ],
)
def test_what_is_wrong_changes_nothing(made, acme, body, status, fields):
    answer = send(made.secret, body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert sorted(answer.json().get("errors", {})) == sorted(fields or [])
    assert not Opportunity.objects.exists()
    assert not Received.objects.filter(state="taken").exists()


def test_an_account_is_found_by_id_then_domain_then_name(made, acme):
    by_domain, by_id = make_customer("beta", history=False), make_customer("gamma", history=False)
    Customer.objects.filter(pk=by_domain.pk).update(domain="acme.example")
    assert send(made.secret, message(), name="m1").json()["customer"] == "beta"
    Customer.objects.filter(pk=by_id.pk).update(external_id="001X")
    assert send(made.secret, message(Id="006B"), name="m2").json()["customer"] == "gamma"
    named = message(Id="006C", AccountId=None, Account={"Name": "ACME"})
    assert send(made.secret, named, name="m3").json()["customer"] == "acme"


def test_one_who_is_not_known_is_added_where_the_connection_says_so(made, acme, ada, ivo):
    change_connection(made.connection, seller=ada, adds_customers=True, by=ivo, at=AT)
    new = {"Name": "Orbit Labs", "Website": "orbit.example"}
    poor = send(made.secret, message(AccountId="001Y", Account=new))
    assert sorted(poor.json()["errors"]) == ["data.Account.BillingCountryCode", "segment"]
    made.connection.refresh_from_db()
    made.connection.mapping["reads"]["segment"] = "=startup"
    made.connection.save()
    full = message(AccountId="001Y", Account={**new, "BillingCountryCode": "us"})
    assert send(made.secret, full).json()["customer"] == "orbit-labs"
    customer = Customer.objects.get(slug="orbit-labs")
    assert (customer.external_id, customer.domain, customer.country, customer.segment) == (
        "001Y",
        "orbit.example",
        "US",
        "startup",
    )


def test_who_does_not_sell_owns_no_draft(made, acme, ada, ben):
    send(made.secret, message("opportunity.quote_wanted", Owner={"Email": ben.email}))
    assert Quote.objects.get().owner == ada
    ada.roles = []
    ada.save()
    answer = send(made.secret, message("opportunity.quote_wanted", Id="006B"), name="m2")
    assert (kind_of(answer), Quote.objects.count()) == ((409, "refused"), 1)


def test_what_is_switched_off_takes_nothing(made, acme, ivo):
    switch(made.connection, on=False, by=ivo, at=AT)
    assert kind_of(send(made.secret, message())) == (409, "refused")
    assert not Opportunity.objects.exists()


def test_only_posts_and_not_too_many(made, acme, settings, monkeypatch):
    got = Client().get(URL)
    assert (got.status_code, got.json()["type"]) == (405, "urn:quantile:problem:method-not-allowed")
    monkeypatch.setattr("crm.views.inbound.A_MINUTE", 1)
    assert send(made.secret, message()).status_code == 200
    late = send(made.secret, message(), name="m2")
    assert (late.status_code, int(late["Retry-After"]) > 0) == (429, True)


def test_after_two_months_an_id_is_forgotten(made, acme):
    send(made.secret, message())
    at = Received.objects.get().at
    assert (forget(at=at + KEPT), forget(at=at + KEPT + timedelta(seconds=1))) == (0, 1)
