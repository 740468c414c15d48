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


VARIATIONS = [
    ("package", {"package_amount": "5", "package_size": "100", "rounding": "floor"}, "250", "10"),
    ("package", {"package_amount": "5", "package_size": "100", "rounding": "none"}, "250", "12.5"),
    ("package", {"package_amount": "5", "package_size": "100", "zero_quantity_bills_first_flat": True}, "0", "0"),
    ("per_unit", {"unit_amount": "8", "minimum_amount": "10", "proration": {"days": 31, "of": 31}}, "1", "10"),
    ("per_unit", {"unit_amount": "0.333", "round_to": "0.01"}, "1", "0.33"),
    ("per_unit", {"unit_amount": "10", "usage_discount": "5", "percentage_discount": "10"}, "7", "18"),
    ("per_unit_by_group", {"unit_amount": "2", "maximum_amount": "7"}, {"a": "3", "b": "4"}, "7"),
    ("stairstep", {"tiers": [{"up_to": "10", "flat_amount": "5"}, {"up_to": None, "flat_amount": "9"}]}, "11", "9"),
    (
        "stairstep_filtered",
        {"tiers": [{"up_to": "9", "amount": "5"}, {"amount": "8"}]},
        {"total": "10", "matching": "1"},
        "8",
    ),
    ("per_unit_with_credits", {"unit_amount": "2", "credits": [{"amount": "3", "priority": 1}, "4"]}, "5", "3"),
    (
        "commitment",
        {
            **{"tiers": [{"up_to": "10", "unit_amount": "2"}, {"up_to": None, "unit_amount": "1"}], "true_up": True},
            **{"commitment_type": "amount", "commitment_value": "50"},
        },
        "20",
        "50",
    ),
]


@pytest.mark.parametrize(("model", "config", "quantity", "expected"), VARIATIONS)
def test_variations_of_the_published_forms(model, config, quantity, expected):
    vector = {"model": model, "config": config, "quantity": quantity, "expected_amount": expected}
    assert amount_of(vector) == Decimal(expected)


@pytest.mark.parametrize(
    ("model", "config", "reason"),
    [
        ("per_unit", {"unit_amount": "1", "rounding": "half_even_cents"}, "does not round half_even_cents"),
        ("per_unit", {}, "does not say 'unit_amount'"),
        ("graduated_filtered", {"tiers": [{"up_to": None, "unit_amount": "1"}]}, "the kernel refuses it"),
        ("sql", {}, "the kernel has no model sql"),
    ],
)
def test_what_cannot_be_said_is_unsupported_with_its_reason(model, config, reason):
    quantity = {"total": "1", "matching": "1"} if model.endswith("filtered") else "1"
    with pytest.raises(Unsupported, match=reason):
        amount_of({"model": model, "config": config, "quantity": quantity, "expected_amount": "1"})


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


def vectors_of(model: str) -> list[dict]:
    return [vector for vector in VECTORS if vector["model"] == model]


@pytest.mark.parametrize("vector", vectors_of("credit_rollover"), ids=lambda vector: vector["id"])
def test_what_rolls_over_at_a_reset(vector):
    """The amount that a monthly grant has more of in its second month: of unused credit, never of a debt."""
    config = vector["config"]
    if config["preserve_overage"]:
        pytest.skip("a debt is billed, not carried into the next grant")
    rollover = {"floor": config["reset_min_rollover"], "cap": config["reset_max_rollover"]}
    charge = {
        **{"kind": "charge", "key": "usage", "price": {"model": "per_unit", "unit": "1"}},
        "quantity": {"source": "meter", "meter": "units"},
    }
    grant = {"kind": "credit", "key": "g", "amount": config["amount"], "every": "month", "rollover": rollover}
    terms = {"currency": "USD", "start": "2027-01-01", "months": 2, "charges": [charge], "credits": [grant]}
    bill = rate(Terms.parse(terms), Usage.exactly({Series("units"): [vector["quantity"], "1000"]}))
    rolled = bill.by_key["usage"].credited[0, 1] - Decimal(config["amount"])
    assert rolled == Decimal(vector["expected_amount"]["balance_after_reset"])


@pytest.mark.parametrize("vector", vectors_of("credit_expiry"), ids=lambda vector: vector["id"])
def test_what_expires_unused(vector):
    grant = {"id": "g", "amount": vector["config"]["amount"], "expires_in_days": 30}
    bill = bill_of(vector["quantity"], [grant], months=2)
    assert bill.left["g"][0, 0] == Decimal(vector["expected_amount"]["expired"])
    assert bill.left["g"][0, 1] == 0


@pytest.mark.parametrize("vector", vectors_of("usage_discount_split"), ids=lambda vector: vector["id"])
def test_an_allowance_is_used_up_from_invoice_to_invoice(vector):
    charge = {
        **{"kind": "charge", "key": "usage", "price": {"model": "per_unit", "unit": "1"}},
        "quantity": {"source": "meter", "meter": "units"},
        "allowance": {"quantity": vector["config"]["usage_discount"], "reset": "term"},
    }
    months = len(vector["quantity"])
    terms = Terms.parse({"currency": "USD", "start": "2027-01-01", "months": months, "charges": [charge]})
    bill = rate(terms, Usage.exactly({Series("units"): vector["quantity"]}))
    assert list(bill.by_key["usage"].rated[0]) == [Decimal(quantity) for quantity in vector["expected_amount"]]
