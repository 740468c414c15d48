"""The main job from catalog to contract, on the demo company, through the same actions as the screens."""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from billing.models import Delivery
from catalog.models import Package
from core import outbox
from core.errors import Refused
from core.models import OutboxMessage, User
from customers.models import Customer
from quotes.actions.acceptance import accept, open_room
from quotes.actions.approvals import decide
from quotes.actions.documents import file_of
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.lines import add_package, edit_line
from quotes.actions.sending import send
from quotes.actions.signing import check_code, digits, request_code
from quotes.actions.versions import submit
from quotes.models import Approval, Contract, QuoteVersion
from quotes.queries.priced import PricedVersion, priced

CUSTOMER = "hartwell-legal"
PACKAGE = "agent-platform-hybrid"
PATIENCE = 30


@dataclass(frozen=True)
class Walk:
    """Everything that one walk made."""

    version: QuoteVersion
    pricing: PricedVersion
    refusal: str
    approvals: tuple[Approval, ...]
    pdf: Path
    contract: Contract
    delivery: Delivery


def walk(*, at: datetime, folder: Path) -> Walk:
    """Ada sells, Ben (and Fay, where the rules ask for her) approve, Cleo accepts, billing gets the contract."""
    ada = User.objects.get(username="ada")
    version = submit(configured(ada, at), by=ada, at=at)
    refusal = refused(version, ada, at)
    for username in ("ben", "fay"):
        approver = User.objects.get(username=username)
        if version.approvals.filter(decision="", role__in=approver.roles).exists():
            version = decide(version, decision="approve", sha256=version.sha256, by=approver, at=at, comment="Fine.")
    sent = send(version, by=ada, at=at)
    pdf = write_pdf(sent.version, folder, at)
    contract = signed(sent.token, at)
    version = QuoteVersion.objects.select_related("quote__customer").get(pk=version.pk)
    return Walk(
        version=version,
        pricing=priced(version),
        refusal=refusal,
        approvals=tuple(version.approvals.select_related("decided_by").order_by("pk")),
        pdf=pdf,
        contract=contract,
        delivery=delivered(contract, at),
    )


def configured(ada: User, at: datetime) -> QuoteVersion:
    """A hybrid package for a customer with history: 60 seats, one year, 25 % off the whole quote."""
    customer = Customer.objects.get(slug=CUSTOMER)
    version = create_quote(customer=customer, by=ada, at=at, title="Agent platform for 60 lawyers")
    version = add_package(version, package=Package.objects.get(book=version.price_book, code=PACKAGE), by=ada, at=at)
    seats = version.lines.select_related("version").get(key="seats")
    version = edit_line(seats, by=ada, at=at, quantity=Decimal(60))
    return edit_version(version, by=ada, at=at, months=12, discount_percent=Decimal(25))


def refused(version: QuoteVersion, ada: User, at: datetime) -> str:
    """What Ada hears when she tries to approve her own quote."""
    try:
        decide(version, decision="approve", sha256=version.sha256, by=ada, at=at)
    except Refused as refusal:
        return refusal.sentence
    raise AssertionError("A seller approved her own quote.")


def write_pdf(version: QuoteVersion, folder: Path, at: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{version.quote.number}-v{version.number}.pdf"
    path.write_bytes(file_of(version, at=at))
    return path


def signed(token: str, at: datetime) -> Contract:
    """Cleo opens her link, types the code from her mail and signs exactly what the page shows."""
    link = open_room(token, at=at)
    if link is None:
        raise AssertionError("The customer's link does not open.")
    shown = json.loads(link.version.snapshot)
    check_code(link, digits(request_code(link, at=at).pk), at=at)
    contract = accept(
        link,
        name=link.name,
        title=link.title,
        sha256=link.version.sha256,
        shown_total=Decimal(shown["totals"]["committed"]),
        at=at,
    )
    if contract is None:
        raise AssertionError("Somebody else is still to sign.")
    return contract


def delivered(contract: Contract, at: datetime) -> Delivery:
    """Deliver the promise as the worker would, or wait for the worker that has it already."""
    message = OutboxMessage.objects.get(topic="contract.created", key=contract.number)
    outbox.deliver(message.pk, at=at)
    for _ in range(PATIENCE):
        message.refresh_from_db()
        if message.state not in (OutboxMessage.State.PENDING, OutboxMessage.State.IN_FLIGHT):
            break
        time.sleep(1)
    return Delivery.objects.get(contract=contract)


def as_json(walk: Walk) -> dict[str, Any]:
    """The walk as one JSON object; money as strings."""
    snapshot = json.loads(walk.version.snapshot)
    margin, facts = walk.pricing.margin, snapshot["forecast"]
    if margin is None:
        raise AssertionError("The walk was priced for a reader who may not see margin.")
    return {
        "quote": snapshot["quote"],
        "version": snapshot["version"],
        "hash": walk.version.sha256,
        "currency": snapshot["currency"],
        "committed_total": snapshot["totals"]["committed"],
        "bands": {"term": snapshot["bands"]["term"], "months": snapshot["bands"]["months"]},
        "margin": {"term": {name: str(getattr(margin.margin, name)) for name in ("p10", "p50", "p90")}},
        "forecast": {name: facts[name] for name in ("method", "seed", "data_date", "history_days")},
        "approvals": [
            {"rule": row.rule, "reason": row.reason, "decided_by": row.decided_by and row.decided_by.username}
            for row in walk.approvals
        ],
        "pdf": str(walk.pdf),
        "contract": walk.contract.number,
        "delivery": {"target": walk.delivery.target, "state": walk.delivery.state},
    }


def folder() -> Path:
    return Path(settings.BASE_DIR) / "var" / "documents"
