"""What is left of credits after an amendment: granted once more at Metronome, for the new contract alone."""

from dataclasses import replace

import pytest

from billing.targets.base import Later, Rejected
from billing.targets.metronome import Metronome, client
from tests.billing.targets.deals import order_of
from tests.billing.targets.metronome.mock import FakeMetronome
from tests.billing.targets.metronome.test_push import TERMS as WHOLE
from tests.billing.targets.pushing import BOUGHT, follow, push, replacing
from tests.metering.sources.vendor import serving

TERMS = {**WHOLE, "commitments": [], "escalator": None}
SEATS, TOKENS, CALLS = TERMS["charges"]
DAY, DUE = "2027-07-31", "2027-08-03"
SMALLER = {**CALLS, "price": {"model": "package", "size": "50", "price": "0.30"}}


@pytest.fixture
def fake():
    made = FakeMetronome()
    with serving(made.vendor):
        yield made


def amended(fake, account, used, *, charges=(SEATS, TOKENS, SMALLER), **terms):
    """An amendment that has taken the place of a contract with a credit, and what was booked on that."""
    first = order_of({**TERMS, **terms})
    reference = Metronome().reference(push(Metronome(), first, account))
    [contract] = fake.of("contract")
    for one in (*contract.get("credits", []), *contract.get("commits", [])):
        one["used"] = used
    new = replacing(order_of({**TERMS, "charges": list(charges), "credits": []}), reference, DAY, credits=True)
    return replace(new, replaces=replace(new.replaces, number=first.number))


def names_of(fake, ids):
    return sorted(fake.objects[one]["name"] for one in ids)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_left_is_granted_once_more_for_the_new_contract_alone(fake, account, sign):
    """Whichever sign a deduction has, and whether the rest has expired already."""
    used = {"AUTOMATED_INVOICE_DEDUCTION": sign * 3700, "EXPIRATION": sign * 6300}
    changed = amended(fake, account, used)
    assert follow(Metronome(), changed, account, "carry_over_credits") == (DUE, "")
    [made] = fake.of("credit")
    old, new = fake.of("contract")
    [span] = made["access_schedule"]["schedule_items"]
    assert span == {"amount": 6300, "starting_at": f"{DAY}T00:00:00Z", "ending_before": "2028-01-31T00:00:00Z"}
    assert (made["applicable_contract_ids"], made["priority"]) == ([new["id"]], 0)
    assert names_of(fake, made["applicable_product_ids"]) == ["Calls (calls.50.up)", "Tokens (tokens)"]
    assert made["description"] == f"Carried over from {old['credits'][0]['id']}"
    assert fake.vendor.refused == []


def test_what_was_paid_for_stays_paid(fake, account):
    changed = amended(fake, account, {"AUTOMATED_INVOICE_DEDUCTION": -1000}, credits=[BOUGHT])
    assert follow(Metronome(), changed, account, "carry_over_credits") == (DUE, "")
    [made] = fake.of("commit")
    assert (made["type"], made["access_schedule"]["schedule_items"][0]["amount"]) == ("PREPAID", 9000)
    assert "invoice_schedule" not in made


@pytest.mark.parametrize("used", [{"MANUAL": 500}, {"AUTOMATED_INVOICE_DEDUCTION": -1000, "EXPIRATION": -5}])
def test_what_a_person_has_booked_is_for_a_person(fake, account, used):
    _due, left = follow(Metronome(), amended(fake, account, used), account, "carry_over_credits")
    assert f"Left for a person: Grant what is left of Welcome on {DAY} once more" in left
    assert fake.of("credit") == []


def test_what_pays_for_no_charge_of_the_new_contract_is_for_a_person(fake, account):
    credit = {**WHOLE["credits"][0], "scope": {"meters": ["calls"]}}
    changed = amended(fake, account, {}, charges=[SEATS, TOKENS], credits=[credit])
    assert "Grant what is left of Welcome" in follow(Metronome(), changed, account, "carry_over_credits")[1]


def test_where_nothing_is_left_nothing_is_granted(fake, account):
    changed = amended(fake, account, {"AUTOMATED_INVOICE_DEDUCTION": -10000})
    assert follow(Metronome(), changed, account, "carry_over_credits") == (DUE, "")
    assert fake.of("credit") == []


def test_until_the_last_usage_is_invoiced_it_is_waited(fake, account):
    changed = amended(fake, account, {})
    fake.finalized = False
    with pytest.raises(Later, match=f"last usage of {changed.replaces.number}"):
        follow(Metronome(), changed, account, "carry_over_credits")
    assert fake.of("credit") == []


def test_it_goes_on_to_the_next_amendment(fake, account):
    changed = amended(fake, account, {"AUTOMATED_INVOICE_DEDUCTION": -3700})
    reference = Metronome().reference(push(Metronome(), changed, account))
    follow(Metronome(), changed, account, "carry_over_credits")
    again = replace(replacing(changed, reference, "2027-09-30", credits=True), sha256="b" * 64, number="C-2027-0010")
    assert follow(Metronome(), again, account, "carry_over_credits")[1] == ""
    second, third = fake.of("credit")
    assert third["description"] == f"Carried over from {second['id']}"
    assert third["access_schedule"]["schedule_items"][0]["amount"] == 6300


@pytest.mark.parametrize("paid", [True, False])
def test_the_mock_would_refuse_a_grant_that_is_malformed(fake, account, paid):
    body = {"customer_id": fake.new_id(), "product_id": fake.new_id(), "priority": "high", "access_schedule": {}}
    with pytest.raises(Rejected, match="Metronome answered"):
        client.grant(client.connect(account), body, paid=paid)
    assert (len(fake.vendor.refused), fake.of("credit"), fake.of("commit")) == (1, [], [])
