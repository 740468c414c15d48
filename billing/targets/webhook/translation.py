"""Contract -> the message. `terms` is the exact text whose SHA-256 is `terms_sha256` (docs/PRICING.md)."""

from typing import Any

from billing.targets.base import Order, Step
from core.languages import lazily as _

SEND = "send_contract"
CREATED, READ = "contract.created", "contract.read"


def steps(order: Order) -> tuple[Step, ...]:
    return (Step(SEND, _("Send the contract"), f"POST {CREATED}", message(order)),)


def message(order: Order) -> dict[str, Any]:
    replaces = order.replaces
    data = {
        "contract": order.number,
        "quote": order.quote,
        "version": order.version,
        "customer": order.customer,
        "customer_name": order.customer_name,
        "customer_email": order.customer_email,
        "customer_country": order.customer_country,
        "start": order.start.isoformat(),
        "currency": order.currency,
        "payment_days": order.payment_days,
        "terms": order.terms,
        "terms_sha256": order.terms_sha256,
        "sha256": order.sha256,
    }
    if replaces is not None:
        data["replaces"] = {
            "contract": replaces.number,
            "reference": replaces.reference,
            "on": replaces.on.isoformat(),
            "kind": replaces.kind,
        }
    return {"type": CREATED, "data": data}


def question(reference: str) -> dict[str, Any]:
    """What is held under a reference: answered like the message that created it."""
    return {"type": READ, "data": {"reference": reference}}
