"""What is left to a person when a contract takes the place of another one: said exactly, and soon done."""

from datetime import date
from decimal import Decimal

import pytest

from billing.actions import delivering
from billing.actions.helping import solve
from billing.queries import handoff
from billing.rules import State
from billing.targets.base import Rejected, Step
from billing.targets.ledger import Ledger
from pricing import Terms
from quotes.actions.amending import start_change
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.queries.amending import billed_ahead
from tests.billing.picky import send_all_to
from tests.billing.targets.pushing import BOUGHT, CALLS, PLATFORM
from tests.factories import AT, approved, make_accepted_quote, sign

LEFT = "old-1 of contract C-2026-0001 in Leaving ends on 2027-07-31: Credit USD 604.93 of Platform."


class Leaving(Ledger):
    """Creates the contract, and leaves the end of the old one to a person."""

    name = "leaving"
    label = "Leaving"

    def steps(self, order):
        return (*super().steps(order), Step("end_replaced", "End the contract that it replaces", "end_replaced"))

    def perform(self, step, *, key, account, at):
        if step.name == "end_replaced":
            raise Rejected(LEFT)
        return super().perform(step, key=key, account=account, at=at)


@pytest.mark.django_db
def test_the_number_is_known_and_a_note_is_enough(ada, fay, client_of, monkeypatch):
    contract = make_accepted_quote()
    send_all_to(Leaving(), monkeypatch, by=fay, at=AT)
    delivery = delivering.deliver(contract.number, at=AT)
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, LEFT)
    assert delivery.reference.startswith("L-")

    html = client_of(fay).get(f"/contracts/{contract.number}/").content.decode()
    assert LEFT in html
    assert "Billing holds the contract, but a step is left." in html
    assert f'value="{delivery.reference}"' in html
    solved = solve(contract, note="Credited.", by=fay, at=AT)
    assert (solved.state, solved.reference) == (State.CREATED, delivery.reference)


def a_year(**charge):
    fee = {**PLATFORM, **charge}
    return Terms.parse({"currency": "USD", "start": "2027-01-01", "months": 12, "charges": [fee]})


@pytest.mark.parametrize(
    ("terms", "on", "ahead"),
    [
        (a_year(), "2027-07-01", "604.93"),  # 184 of 365 days
        (a_year(interval="quarter"), "2027-07-01", ""),
        (a_year(interval="quarter"), "2027-08-01", "795.65"),  # 61 of 92 days
        (a_year(timing="arrears"), "2027-07-01", ""),
        (a_year(interval="month"), "2027-07-01", ""),
        (a_year(interval="once"), "2027-07-01", ""),
        (a_year(), "2028-01-01", ""),
        (a_year(), "2027-01-01", ""),
    ],
)
def test_what_was_billed_ahead_is_counted_by_day(terms, on, ahead):
    told = [("platform", "Platform", Decimal(ahead))] if ahead else []
    assert [one[:3] for one in billed_ahead(terms, date.fromisoformat(on))] == told


def test_two_lines_of_one_name_are_both_counted():
    terms = a_year().model_dump(mode="json")
    terms["charges"].append({**terms["charges"][0], "key": "platform-2"})
    ahead = billed_ahead(Terms.parse(terms), date(2027, 7, 1))
    assert [(one.key, one.amount) for one in ahead] == [
        ("platform", Decimal("604.93")),
        ("platform-2", Decimal("604.93")),
    ]


def amended(contract, by):
    quote = start_change(contract, kind="amendment", month=3, by=by, at=AT)
    return sign(send(approved(submit(quote.version, by=by, at=AT)), by=by, at=AT))


@pytest.mark.django_db
def test_a_target_is_told_what_amendments_build_on(ada):
    """The first contract of the line, when the one before began, and whether it may have credit left."""
    first = make_accepted_quote()
    second = amended(first, ada)
    third = amended(second, ada)
    orders = [handoff.order_of(handoff.whole_contract(one.number)) for one in (first, second, third)]
    assert orders[0].replaces is None
    told = [(one.replaces.number, one.replaces.first, one.replaces.began) for one in orders[1:]]
    assert told == [
        (first.number, first.number, first.version.start),
        (second.number, first.number, second.version.start),
    ]
    granted = bool(Terms.parse(first.terms).credits)
    assert [one.replaces.credits for one in orders[1:]] == [granted, granted]


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ({"credits": [BOUGHT]}, True),
        (
            {
                "commitments": [
                    {"kind": "commitment", "key": "p", "amount": "100", "window": "year", "settle": "prepaid"}
                ]
            },
            True,
        ),
        ({"commitments": [{"kind": "commitment", "key": "p", "amount": "100", "window": "year"}]}, False),
        ({}, False),
    ],
)
def test_credit_is_left_of_what_is_granted_or_paid_ahead(part, left):
    terms = {"currency": "USD", "start": "2027-01-01", "months": 12, "charges": [PLATFORM, CALLS], **part}
    assert handoff.grants_credit(Terms.parse(terms)) is left
