"""What is left of credits after an amendment: granted once more at Stripe, for the new prices of the same lines."""

from dataclasses import replace
from datetime import date

import pytest

from billing.targets.base import Later, Rejected
from billing.targets.ending import moment
from billing.targets.stripe import Stripe, client
from tests.billing.targets.deals import order_of
from tests.billing.targets.pushing import BOUGHT, CALLS, SEATS, TOKENS, follow, push, replacing, step_of
from tests.billing.targets.stripe.mock import FakeStripe
from tests.metering.sources.vendor import serving

DAY, DUE = "2027-07-31", "2027-08-03"
CREDIT = {**BOUGHT, "scope": {"meters": ["calls"]}}
TERMS = {"currency": "EUR", "start": "2027-01-31", "months": 12, "charges": [SEATS, CALLS, TOKENS], "credits": [CREDIT]}
DEARER = [{**CALLS, "price": {"model": "per_unit", "unit": "0.03"}, "allowance": None}, TOKENS]


@pytest.fixture
def fake():
    made = FakeStripe()
    with serving(made.vendor):
        yield made


@pytest.fixture
def changed(fake, account):
    """An amendment that has taken the place of a contract with a credit, of which 37 euros are used."""
    return amended(fake, account, TERMS, DEARER)


def amended(fake, account, terms, charges, used=3700):
    first = order_of(terms)
    reference = Stripe().reference(push(Stripe(), first, account))
    [grant] = grants_of(fake)
    grant["used"] = used
    new = replacing(order_of({**terms, "charges": charges, "credits": []}), reference, DAY, credits=True)
    return replace(new, replaces=replace(new.replaces, number=first.number))


def grants_of(fake):
    return [one for one in fake.objects.values() if one["object"] == "billing.credit_grant"]


def carried_to(fake):
    return next((one for one in grants_of(fake) if "quantile_from" in one["metadata"]), None)


def lines_of(fake, grant):
    prices = grant["applicability_config"]["scope"]["prices"]
    return [fake.objects[price["id"]]["lookup_key"].partition(".")[2] for price in prices]


def test_what_is_left_is_granted_once_more_for_the_new_prices_of_the_same_lines(fake, account, changed):
    assert follow(Stripe(), changed, account, "carry_over_credits") == (DUE, "")
    old, new = grants_of(fake)
    assert (new["amount"]["monetary"], new["expires_at"] > old["expires_at"]) == (
        {"currency": "eur", "value": 6300},
        True,
    )
    assert (new["name"], new["category"], new["priority"]) == (old["name"], old["category"], 0)
    assert lines_of(fake, new) == ["calls.1"]
    assert new["metadata"] | {"quantile_from": ""} == {
        "quantile_contract": changed.number,
        "quantile_carried": changed.sha256,
        "quantile_credit": "bought.1",
        "quantile_from": "",
    }
    assert fake.vendor.refused == []


def test_killed_after_the_new_grant_the_next_one_lets_the_old_one_expire(fake, account, changed):
    """The new grant names the old one: it is found, although its key is forgotten."""
    follow(Stripe(), changed, account, "carry_over_credits")
    old, new = grants_of(fake)
    old["expires_at"], fake.keys = new["expires_at"], {}
    follow(Stripe(), changed, account, "carry_over_credits")
    assert len(grants_of(fake)) == 2
    assert old["expires_at"] < new["expires_at"]


def test_while_an_invoice_still_draws_on_it_nothing_is_carried_over(fake, account, changed):
    grants_of(fake)[0]["drawn"] = 100
    with pytest.raises(Later, match="still draws on the credit grant"):
        follow(Stripe(), changed, account, "carry_over_credits")
    assert len(grants_of(fake)) == 1


def test_where_nothing_is_left_nothing_is_granted(fake, account):
    changed = amended(fake, account, TERMS, DEARER, used=10000)
    assert follow(Stripe(), changed, account, "carry_over_credits") == (DUE, "")
    assert len(grants_of(fake)) == 1


def test_what_pays_for_no_line_of_the_new_contract_is_for_a_person(fake, account):
    changed = amended(fake, account, TERMS, [SEATS, TOKENS])
    _due, left = follow(Stripe(), changed, account, "carry_over_credits")
    assert "Left for a person: Grant what is left of Bought (obj_" in left
    assert f"on {DAY} once more, for the contract that takes its place." in left
    assert carried_to(fake) is None


def test_the_contract_that_it_was_carried_to_is_read_back_as_agreed(fake, account, changed):
    reference = Stripe().reference(push(Stripe(), changed, account))
    follow(Stripe(), changed, account, "carry_over_credits")
    assert Stripe().compare(changed, Stripe().read_back(reference, account=account)) == ()


def test_it_goes_on_to_the_next_amendment_and_ends_with_an_early_end(fake, account, changed):
    reference = Stripe().reference(push(Stripe(), changed, account))
    follow(Stripe(), changed, account, "carry_over_credits")
    again = replace(replacing(changed, reference, "2027-09-30", credits=True), sha256="b" * 64, number="C-2027-0010")
    assert follow(Stripe(), again, account, "carry_over_credits")[1] == ""
    [_old, second, third] = grants_of(fake)
    assert (third["metadata"]["quantile_from"], third["amount"]) == (second["id"], second["amount"])

    last = replacing(again, Stripe().reference(push(Stripe(), again, account)), "2027-10-31", kind="early_end")
    Stripe().perform(step_of(Stripe(), last, "end_replaced"), key="any", account=account, at=None)
    assert third["expires_at"] == moment(date(2027, 11, 3))


def test_the_mock_would_refuse_an_expiry_that_is_malformed(fake, account, changed):
    [grant] = grants_of(fake)
    before = grant["expires_at"]
    with pytest.raises(Rejected, match="Stripe answered"), client.spoken_plainly():
        client.connect(account).v1.billing.credit_grants.expire(grant["id"], params={"expires_at": "soon"})
    assert (len(fake.vendor.refused), grant["expires_at"]) == (1, before)
