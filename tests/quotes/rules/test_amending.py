"""What of a contract holds until a change begins: the bill of the first months is the one that was agreed."""

from decimal import Decimal

import pytest

from pricing import Terms, Usage, rate
from quotes.rules.amending import truncated

START = {"currency": "USD", "start": "2026-01-01", "months": 12}
TOKENS = {"source": "meter", "meter": "tokens"}
PRICE = {"model": "per_unit", "unit": "0.01"}
PLATFORM = {
    "kind": "charge",
    "key": "platform",
    "price": {"model": "flat", "fee": "100"},
    "quantity": {"source": "fixed", "value": "1"},
}
EARLY = {"kind": "charge", "key": "early", "product": "models", "price": PRICE, "quantity": TOKENS}
LATE = {**EARLY, "key": "late", "product": "later-models", "from_month": 9}
SCOPE = {"charges": ["late"]}


def terms(**parts) -> Terms:
    return Terms.parse({**START, "charges": [PLATFORM, EARLY, LATE], **parts})


@pytest.mark.parametrize(
    "parts",
    [
        {"credits": [{"kind": "credit", "key": "c", "amount": "500", "purchase": "400", "scope": SCOPE}]},
        {"commitments": [{"kind": "commitment", "key": "m", "amount": "50", "window": "month", "scope": SCOPE}]},
        {"commitments": [{"kind": "commitment", "key": "u", "quantity": "700", "window": "month", "scope": SCOPE}]},
        {"discounts": [{"key": "d", "percent": "10", "charges": ["late"]}]},
        {"discounts": [{"key": "d", "percent": "10", "scope": SCOPE}]},
        {"escalator": {"percent": "5", "every_months": 3, "charges": ["late"]}},
    ],
)
def test_what_named_only_a_charge_that_had_not_begun_covers_nothing_else(parts):
    agreed = terms(**parts)
    first = truncated(agreed, 4)
    assert first.months == 4
    assert [rate(first, Usage.zero(first)).net[0].tolist()] == [rate(agreed, Usage.zero(agreed)).net[0, :4].tolist()]


@pytest.mark.parametrize("field", ["credits", "commitments"])
def test_a_scope_that_lost_its_charges_does_not_widen(field):
    part = {
        "credits": {"kind": "credit", "key": "c", "amount": "500", "purchase": "400", "scope": SCOPE},
        "commitments": {"kind": "commitment", "key": "c", "amount": "50", "window": "month", "scope": SCOPE},
    }[field]
    [left] = getattr(truncated(terms(**{field: [part]}), 4), field)
    assert not any(left.scope.covers(charge) for charge in truncated(terms(), 4).charges)
    assert Decimal(str(left.amount)) == Decimal(part["amount"])


def test_a_scope_that_names_more_keeps_the_rest():
    scope = {"charges": ["late", "early"]}
    part = {"kind": "commitment", "key": "m", "amount": "50", "window": "month", "scope": scope}
    [left] = truncated(terms(commitments=[part]), 4).commitments
    assert left.scope.charges == ("early",)
