"""A company with something to sell, a customer with metered history, and quotes at every station of their way.

Every factory walks the real path: what it returns could have come from the screens.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from billing.actions.connecting import save_connection
from billing.models import Connection
from catalog import documents
from catalog.actions.books import publish_book
from catalog.actions.code import apply_catalog
from catalog.models import Package, PriceBook
from core.models import User
from customers.models import Contact, Customer
from metering.actions.ingest import record_batch
from quotes.actions.acceptance import accept, committed_total
from quotes.actions.approvals import decide
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.lines import add_package
from quotes.actions.selling import add_entity
from quotes.actions.sending import Sent, send
from quotes.actions.signing import check_code, digits, request_code
from quotes.actions.versions import submit
from quotes.models import Contract, QuoteVersion, RoomLink, SellingEntity
from tests.conftest import make_person

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
DATA_DATE = date(2026, 11, 22)
CATALOG = Path(__file__).parent / "catalog.yaml"


def make_book() -> PriceBook:
    """The published price book of tests/catalog.yaml: written by pricing, published by finance."""
    if book := PriceBook.objects.filter(code="tests").first():
        return book
    catalog = catalog_of(CATALOG.read_text())
    [book] = apply_catalog(catalog, by=make_person("pia"), at=AT).books
    return publish_book(book, by=make_person("fay"), at=AT)


@cache
def catalog_of(text: str) -> documents.Catalog:
    """Read once for the thousands of tests that sell from it."""
    return documents.read([(CATALOG.name, text)])


def make_seller(code: str = "northlight-eu", **content: Any) -> SellingEntity:
    """A company that sells, as pricing operations add it."""
    named = {
        "name": "Northlight",
        "legal_name": "Northlight AI GmbH",
        "address": "Torstraße 140\n10119 Berlin",
        "email": "angebote@northlight.example",
        "zone": "Europe/Berlin",
        "accent": "#0b6b58",
    }
    return add_entity(code, by=make_person("pia"), at=AT, **{**named, **content})


def make_account(*, by: User, at: datetime = AT) -> Connection:
    """An account with a billing system, at an address where nobody answers."""
    named = {"target": "lago", "mode": "production", "base_url": "http://127.0.0.1:9"}
    return save_connection(**named, values={"api_key": "a key of lago"}, by=by, at=at)


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 32)) -> bytes:
    """A file with a picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, "#2b50d0").save(out, kind)
    return out.getvalue()


def make_customer(slug: str = "acme", *, history: bool = True, **fields: Any) -> Customer:
    """A customer with a contact who may sign and, unless told otherwise, 60 weeks of metered tokens."""
    make_book()
    named = {"name": slug.title(), "legal_name": f"{slug.title()} Ltd", "segment": "startup", "country": "US"}
    customer = Customer.objects.create(slug=slug, **{**named, "address": "1 Main Street\nSpringfield", **fields})
    Contact.objects.create(
        customer=customer, name="Cleo Hartmann", email=f"cleo@{slug}.example", title="VP Engineering"
    )
    if history:
        level = np.exp(0.1 * np.random.default_rng(8).standard_normal(60))
        record_weeks(customer, 90e6 * level, direction="input")
        record_weeks(customer, 10e6 * level, direction="output")
    return customer


def record_weeks(
    customer: Customer, values: Sequence[float] | np.ndarray, *, meter: str = "tokens", **dims: str
) -> None:
    """One event on the last day of each week, the last one on the data date."""
    days = [DATA_DATE - timedelta(weeks=back) for back in range(len(values))][::-1]
    events = [
        {
            "specversion": "1.0",
            "id": f"{meter}-{'-'.join(dims.values())}-{day}",
            "source": f"tests/{customer.slug}",
            "type": meter,
            "subject": customer.slug,
            "time": f"{day}T12:00:00Z",
            "data": {"value": f"{value:.0f}", **dims},
        }
        for day, value in zip(days, values, strict=True)
    ]
    answers = record_batch(events, by=make_person("pia"), at=AT)
    assert {answer.status for answer in answers} == {"accepted"}


def make_draft_quote(
    *, customer: Customer | None = None, by: User | None = None, at: datetime = AT, **changes: Any
) -> QuoteVersion:
    """Ada's draft of the hybrid package; `changes` go to the draft as a whole (discount_percent, months, ...)."""
    ada = by or make_person("ada")
    version = create_quote(customer=customer or make_customer(), by=ada, at=at, title="Agent platform")
    package = Package.objects.get(book=version.price_book, code="hybrid")
    version = add_package(version, package=package, by=ada, at=at)
    return edit_version(version, by=ada, at=at, **changes) if changes else version


def make_submitted_quote(*, at: datetime = AT, **fields: Any) -> QuoteVersion:
    """With 25 % discount unless told otherwise, so that deal desk must decide."""
    draft = make_draft_quote(at=at, **{"discount_percent": Decimal(25), **fields})
    return submit(draft, by=draft.created_by, at=at)


def make_approved_quote(*, at: datetime = AT, **fields: Any) -> QuoteVersion:
    return approved(make_submitted_quote(at=at, **fields), at=at)


def approved(version: QuoteVersion, *, at: datetime = AT) -> QuoteVersion:
    """By everybody who must decide."""
    ben, fay = make_person("ben"), make_person("fay")
    for approver in (ben, fay):
        if version.approvals.filter(decision="", role__in=approver.roles).exists():
            version = decide(version, decision="approve", sha256=version.sha256, by=approver, at=at)
    return version


def make_sent_quote(*, at: datetime = AT, **fields: Any) -> Sent:
    """The sent version, with its signer's link and token."""
    version = make_approved_quote(at=at, **fields)
    return send(version, by=version.created_by, at=at)


@dataclass(frozen=True)
class Signature:
    """What Cleo sends when she accepts what her page shows."""

    name: str = "Cleo Hartmann"
    title: str = "VP Engineering"


def make_accepted_quote(*, at: datetime = AT, **fields: Any) -> Contract:
    return sign(make_sent_quote(at=at, **fields), at=at)


def sign(sent: Sent, *, at: datetime = AT, signature: Signature | None = None) -> Contract:
    cleo = signature or Signature()
    prove(sent.link, at=at)
    contract = accept(
        sent.link,
        name=cleo.name,
        title=cleo.title,
        sha256=sent.version.sha256,
        shown_total=committed_total(sent.version),
        at=at,
    )
    assert contract is not None
    return contract


def prove(link: RoomLink, *, at: datetime = AT) -> None:
    """The signer asks for a code and types what the mail says."""
    check_code(link, digits(request_code(link, at=at).pk), at=at)
