"""The stored PDFs of a version, and the people who signed it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.formats import day
from quotes.models import Acceptance, Document, QuoteVersion, Signature
from quotes.rules.evidence import Signer

Kind = Document.Kind


def wanted(version: QuoteVersion) -> str:
    """Which PDF says how things stand: the signed one once the version is accepted."""
    return Kind.SIGNED if Acceptance.objects.filter(version=version).exists() else Kind.QUOTE


def document_of(version: QuoteVersion, kind: str) -> Document | None:
    """Without the file itself."""
    return Document.objects.defer("pdf").filter(version=version, kind=kind).first()


def file_name(version: QuoteVersion, kind: str) -> str:
    return f"{version.quote.number}-v{version.number}{'-signed' if kind == Kind.SIGNED else ''}.pdf"


def signers_of(version: QuoteVersion) -> list[Signer]:
    """Who signed, in order, in the customer's language and the seller's time."""
    rows = Signature.objects.filter(version=version).order_by("at", "pk")
    with override(version.quote.customer.language):
        return [as_signer(row, version.zone) for row in rows]


def as_signer(row: Signature, zone: str) -> Signer:
    code = _("confirmed by a code sent to that address") if row.code_verified_at else ""
    how = {"typed": _("name typed"), "drawn": _("signature drawn")}
    return Signer(
        name=row.name,
        title=row.title,
        email=row.email,
        at=to_the_second(row.at, zone),
        method=str(how.get(row.method, row.method)),
        verified=_("signed in with an account") if row.user_id else code,
        address=row.address,
        sha256=row.sha256,
        for_seller=row.user_id is not None,
    )


def to_the_second(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local)}, {local:%H:%M:%S %Z}"
