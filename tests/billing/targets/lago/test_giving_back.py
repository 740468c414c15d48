"""What was billed ahead of a contract that ends early: a credit note at Lago, once, of exactly so much."""

from dataclasses import replace

import pytest
from lago_python_client.models import CreditNote

from billing.targets.base import Later, Rejected
from billing.targets.lago import Lago, client
from tests.billing.targets.deals import order_of
from tests.billing.targets.lago.mock import FakeLago
from tests.billing.targets.pushing import AHEAD, CALLS, PLATFORM, follow, push, replacing, step_of
from tests.metering.sources.vendor import serving

TERMS = {"currency": "EUR", "start": "2027-01-31", "months": 12, "charges": [PLATFORM, CALLS]}
DAY, DUE = "2027-07-31", "2027-08-02"
LEFT = "Left for a person: Credit EUR 604.93 of Platform, which was billed ahead for days from 2027-07-31 on."


@pytest.fixture
def fake():
    made = FakeLago()
    with serving(made.vendor):
        yield made


@pytest.fixture
def changed(fake, account):
    """An amendment seven months into a year that was billed ahead."""
    reference = Lago().reference(push(Lago(), order_of(TERMS), account))
    return replacing(order_of(TERMS), reference, DAY, ahead=AHEAD)


def billed(fake, **how):
    """The fee of the first year, and one of the year after."""
    yearly = next(one for one in fake.of("subscription") if one["external_id"] == "C-2027-0007.fees.yearly")
    fake.bill(yearly, "platform", "2028-01-31T00:00:00Z", "2029-01-30T23:59:59Z")
    return fake.bill(yearly, "platform", "2027-01-31T00:00:00Z", "2028-01-30T23:59:59Z", **how)


def notes(fake):
    return [(one["items"][0]["fee"]["lago_id"], one["items"][0]["amount_cents"]) for one in fake.of("credit_note")]


def test_a_credit_note_gives_back_what_was_billed_ahead_taxes_included(fake, account, changed):
    fee = billed(fake, taxes=19)
    assert follow(Lago(), changed, account, "give_back") == (DUE, "")
    [note] = fake.of("credit_note")
    assert notes(fake) == [(fee["lago_id"], 60493)]
    assert (note["credit_amount_cents"], note["reason"], note["description"]) == (
        71987,
        "order_change",
        "Platform, 604.93",
    )
    assert note["metadata"]["quantile_sha256"] == changed.sha256
    assert fake.vendor.refused == []


def test_the_end_itself_leaves_nothing_to_a_person(fake, account, changed):
    ended = step_of(Lago(), changed, "end_replaced")
    answer = Lago().perform(ended, key="any", account=account, at=None)
    assert answer == {"id": changed.replaces.reference}


@pytest.mark.parametrize(("cents", "left"), [(60493, ""), (60500, LEFT), (100, LEFT)])
def test_what_lago_or_a_person_has_credited_already_is_looked_at(fake, account, changed, cents, left):
    fee = billed(fake)
    _fee, total, amounts = fake.amounts({"items": [{"fee_id": fee["lago_id"], "amount_cents": cents}]})
    fake.made("credit_note", {}, **fake.note(fee, cents, total, amounts))
    assert left in follow(Lago(), changed, account, "give_back")[1]
    assert notes(fake) == [(fee["lago_id"], cents)]


def test_a_coupon_is_for_a_person(fake, account, changed):
    """Less was paid than was agreed: how much of it is given back is nothing to guess."""
    fee = billed(fake)
    fake.objects[fee["id"]]["coupon"] = 500
    assert LEFT in follow(Lago(), changed, account, "give_back")[1]
    assert notes(fake) == []


def test_what_was_not_billed_is_for_a_person(fake, account, changed):
    assert LEFT in follow(Lago(), changed, account, "give_back")[1]


def test_an_invoice_that_is_no_more_than_a_draft_is_waited_for(fake, account, changed):
    billed(fake, status="draft")
    with pytest.raises(Later, match="has not finalized the invoice of Platform yet"):
        follow(Lago(), changed, account, "give_back")
    assert notes(fake) == []


def test_where_nothing_was_billed_ahead_nothing_follows(fake, account, changed):
    names = [step.name for step in Lago().steps(replace(changed, replaces=replace(changed.replaces, ahead=())))]
    assert names[-1] == "end_replaced"


def test_the_mock_would_refuse_a_credit_note_that_is_malformed(fake, account):
    connection = client.connect(account)
    with pytest.raises(Rejected, match="Lago answered"), client.spoken_plainly():
        connection.credit_notes.create(CreditNote.parse_obj({"invoice_id": "any", "reason": "because", "items": []}))
    assert (len(fake.vendor.refused), fake.of("credit_note")) == (1, [])
