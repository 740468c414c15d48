"""What was billed ahead of a contract that ends early, given back in Lago by a credit note for the fee.

It is not published whether Lago gives fixed charges back by itself when a subscription ends. So it is looked at once
the end is over: a fee that was credited as much already is left alone, one that was credited otherwise is for a person.
The credit note names the contract, so that a repetition finds it.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from billing.targets import ending as shared
from billing.targets.base import Later, Order, Step, Unclear
from billing.targets.breakdown import there
from billing.targets.ending import GIVE_BACK, Ending
from billing.targets.lago import client
from billing.targets.lago.translation import FINALIZED

DAY = 86400


def later(order: Order) -> tuple[Step, ...]:
    old = order.replaces
    if old is None or not old.ahead:
        return ()
    mark = {"quantile_contract": order.number, "quantile_sha256": order.sha256}
    return (shared.later(GIVE_BACK, order, old.on + FINALIZED, metadata=mark),)


def go_on(connection: Any, step: Step, _key: str) -> Iterator[str]:
    ending = Ending.of(step.body)
    for one in ending.ahead:
        found = list(fees(connection, there(one.key), ending))
        mark = {**step.body["metadata"], "quantile_key": one.key}
        if len(found) != 1 or not given_back(connection, found[0], int(one.amount * 100), mark, one.name):
            yield ending.credit(one.name, one.amount)


def fees(connection: Any, code: str, ending: Ending) -> Iterator[Any]:
    """What was billed of a fixed charge for a period that begins before the day and ends after it."""
    first, on = client.found_or_none(connection.subscriptions, ending.reference), ending.on.isoformat()
    number = ending.reference.partition(".")[0]
    if first is None:
        return
    for one in client.subscriptions(connection, first.external_customer_id):
        if one.external_id.partition(".")[0] != number:
            continue
        charges = fixed_charges(connection, one.plan_code, code)
        for fee in client.pages(connection.fees, "fees", {"external_subscription_id": one.external_id}):
            if fee.lago_fixed_charge_id in charges and fee.from_date[:10] < on <= fee.to_date[:10]:
                yield fee


def fixed_charges(connection: Any, plan_code: str, code: str) -> set[str]:
    plan = client.found_or_none(connection.plans, plan_code)
    listed = getattr(plan.fixed_charges, "__root__", None) or [] if plan is not None else []
    return {one.lago_id for one in listed if one.code == code}


def given_back(connection: Any, fee: Any, cents: int, mark: dict[str, str], name: str) -> bool:
    """Whether so much of the fee is credited, at the latest now; False where it was or would be credited otherwise."""
    before = credited(connection, fee)
    if before:
        return before == cents
    invoice = client.found_or_none(connection.invoices, fee.lago_invoice_id)
    if invoice is None or invoice.status != "finalized":
        raise Later(f"Lago has not finalized the invoice of {name} yet.", seconds=DAY)
    total = with_taxes(connection, fee, cents)
    if total is None:
        return False
    create(connection, fee, cents, total, mark, name)
    if credited(connection, fee) != cents:
        raise Unclear(f"Lago does not hold the credit note for {name}.")
    return True


def credited(connection: Any, fee: Any) -> int:
    """In cents, without taxes."""
    notes = client.pages(connection.credit_notes, "credit_notes", {"external_customer_id": fee.external_customer_id})
    items = (item for note in notes if note.credit_status != "voided" for item in note.items.__root__)
    return sum(item.amount_cents for item in items if item.fee.lago_id == fee.lago_id)


def with_taxes(connection: Any, fee: Any, cents: int) -> int | None:
    """What a credit note of so much comes to; None where a coupon made the fee cheaper than was agreed."""
    from lago_python_client.models.credit_note import CreditNoteEstimate  # noqa: PLC0415 - as in the client

    asked = CreditNoteEstimate.parse_obj({"invoice_id": fee.lago_invoice_id, "items": items(fee, cents)})
    with client.spoken_plainly():
        told = connection.credit_notes.estimate(asked)
    same = told.sub_total_excluding_taxes_amount_cents == cents and not told.coupons_adjustment_amount_cents
    return int(told.max_creditable_amount_cents) if same else None


def create(connection: Any, fee: Any, cents: int, total: int, mark: dict[str, str], name: str) -> None:
    from lago_python_client.models import CreditNote  # noqa: PLC0415 - as in the client

    note = {
        "invoice_id": fee.lago_invoice_id,
        "reason": "order_change",
        "description": f"{name}, {Decimal(cents) / 100}",
        "credit_amount_cents": total,
        "refund_amount_cents": 0,
        "offset_amount_cents": 0,
        "items": items(fee, cents),
        "metadata": mark,
    }
    with client.spoken_plainly():
        connection.credit_notes.create(CreditNote.parse_obj(note))


def items(fee: Any, cents: int) -> list[dict[str, Any]]:
    return [{"fee_id": fee.lago_id, "amount_cents": cents}]
