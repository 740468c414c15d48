"""Published worked examples of billing systems: every one we can express is billed to its last decimal."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pricing import Bill, Series, Terms, Usage, rate

from .vectors import Unsupported, amount_of

VECTORS = json.loads((Path(__file__).parent / "rating_vectors.json").read_text())["vectors"]

# Every skip, by model, with its reason. A new one is a decision, not an accident.
SKIPPED = {
    "credit_drawdown": "expects balances",
    "credit_drawdown_recurring": "expects balances",
    "credit_drawdown_voided": "expects balances",
    "credit_expiry": "expects balances",
    "credit_rollover": "expects balances",
    "graduated_prorated_events": "seats that come and go within a month, each prorated, in tiers",
    "usage_discount_split": "expects quantities of progressive invoices",
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['id']}-{vector['model']}")
def test_vector(vector):
    if vector["model"] in SKIPPED:
        with pytest.raises(Unsupported):
            amount_of(vector)
        pytest.skip(SKIPPED[vector["model"]])
    assert amount_of(vector) == Decimal(vector["expected_amount"])


def test_skips_are_few():
    skipped = [vector for vector in VECTORS if vector["model"] in SKIPPED]
    assert len(skipped) <= 0.12 * len(VECTORS)


def test_unknown_config_is_refused_not_ignored():
    vector = {
        "model": "per_unit",
        "config": {"unit_amount": "1", "surcharge": "2"},
        "quantity": "1",
        "expected_amount": "3",
    }
    with pytest.raises(Unsupported, match="surcharge"):
        amount_of(vector)


def bill_of(quantity: str, grants: list[dict], months: int = 1) -> Bill:
    """Rate usage at 1 per unit in the first month, paid by grants."""
    charge = {
        "kind": "charge",
        "key": "usage",
        "price": {"model": "per_unit", "unit": "1"},
        "quantity": {"source": "meter", "meter": "units"},
    }
    credits = [{"kind": "credit", "key": grant["id"], "name": grant["id"], **grant_of(grant)} for grant in grants]
    terms = {"currency": "USD", "start": "2027-01-01", "months": months, "charges": [charge], "credits": credits}
    return rate(Terms.parse(terms), Usage.exactly({Series("units"): [quantity, *["0"] * (months - 1)]}))


def grant_of(grant: dict) -> dict:
    """Days become months: an expiry of 30 days is one month."""
    made = {"amount": grant["amount"], "priority": grant.get("priority", 50)}
    return made | ({"expires_months": min(grant["expires_in_days"] // 30, 600)} if "expires_in_days" in grant else {})


DRAWS = [vector for vector in VECTORS if vector["model"] == "credit_drawdown"]


@pytest.mark.parametrize("vector", DRAWS, ids=lambda vector: vector["id"])
def test_balances_after_a_draw(vector):
    grants = vector["config"]["grants"]
    bill = bill_of(vector["quantity"], grants)
    paid = {change.text.removeprefix("Paid by "): -change.amount[0, 0] for change in bill.by_key["usage"].changes}
    balances = {grant["id"]: Decimal(grant["amount"]) - paid.get(grant["id"], 0) for grant in grants}
    assert bill.total == Decimal(vector["expected_amount"]["overage"])
    assert balances == {key: Decimal(left) for key, left in vector["expected_amount"]["balances"].items()}
