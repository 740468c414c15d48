"""Published worked examples of billing systems: every one we can express is billed to its last decimal."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

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
