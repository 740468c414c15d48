"""What the receiver says it holds: both hashes, which it computes from what it stored."""

from collections.abc import Mapping
from typing import Any

from billing.targets.base import Held, Order, Rejected

FIELDS = ("sha256", "terms_sha256")


def expected(order: Order) -> Held:
    return {"sha256": order.sha256, "terms_sha256": order.terms_sha256}


def held(answer: Any) -> Held:
    if not isinstance(answer, Mapping):
        raise Rejected(f"The endpoint must answer with a JSON object that names reference, {' and '.join(FIELDS)}.")
    return {name: str(answer.get(name, "")) for name in FIELDS}


def reference(answer: Any) -> str:
    name = answer.get("reference") if isinstance(answer, Mapping) else None
    if not name:
        raise Rejected('The endpoint must answer with its number of the contract: {"reference": "..."}.')
    return str(name)
