"""Making the PDF of a version: asked for where it is promised, made once by the worker, kept with its hash."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import outbox
from core.errors import Refused
from core.pdf.sealing import seal
from quotes.documents.child import NotMade, made_apart
from quotes.documents.content import QuoteDocument
from quotes.models import Document, QuoteVersion
from quotes.queries.documents import signers_of, wanted
from quotes.queries.selling import logo_bytes

Kind, State = Document.Kind, Document.State
TOPIC = "document.asked"
TRIES = 2


@transaction.atomic
def ask_for(version: QuoteVersion, kind: str = Kind.QUOTE, *, at: datetime) -> Document:
    """The document of a frozen version; promised to the worker when nobody asked before."""
    document, new = Document.objects.get_or_create(version=version, kind=kind, defaults={"asked_at": at})
    document.version = version
    if new:
        outbox.emit(TOPIC, key=f"{document.pk}/1", payload={"document": document.pk}, at=at)
    return document


@transaction.atomic
def ask_again(document: Document, *, at: datetime) -> None:
    """After a failure, by a person's wish; anything else stays as it is."""
    again = Document.objects.filter(pk=document.pk, state=State.FAILED)
    if again.update(state=State.WAITING, attempts=0, error="", asked_at=at):
        outbox.emit(TOPIC, key=f"{document.pk}/{at.isoformat()}", payload={"document": document.pk}, at=at)


def make(*, key: str, payload: Mapping[str, Any], at: datetime) -> None:
    """The worker's part. A first failure is raised, so that the outbox comes again; a second is said to people."""
    document = Document.objects.select_related("version__quote__customer").get(pk=payload["document"])
    if document.state != State.WAITING:
        return
    document.attempts += 1
    Document.objects.filter(pk=document.pk).update(attempts=document.attempts)
    try:
        pdf, owner = made(document)
    except NotMade as problem:
        if document.attempts < TRIES:
            raise
        Document.objects.filter(pk=document.pk).update(state=State.FAILED, error=str(problem)[:300])
        return
    keep(document, pdf, owner, at=at)


def made(document: Document) -> tuple[bytes, str]:
    """The file, and whose certificate sealed it."""
    version = document.version
    quote = QuoteDocument.parse(version.snapshot, version.sha256)
    signers = signers_of(version) if document.kind == Kind.SIGNED else []
    pdf = made_apart(version.snapshot, version.sha256, logo=logo_bytes(quote.style.logo) or b"", signers=signers)
    if not settings.DOCUMENT_CERTIFICATE:
        return pdf, ""
    with override(quote.language):
        reason = _("Quote {number}, version {version}, as frozen: SHA-256 {sha256}").format(
            number=quote.number, version=quote.version, sha256=quote.sha256
        )
    return seal(pdf, Path(settings.DOCUMENT_CERTIFICATE), settings.DOCUMENT_PASSPHRASE, reason=reason)


def keep(document: Document, pdf: bytes, owner: str, *, at: datetime) -> None:
    """Once: whoever is second changes nothing, so that a version has one file for ever."""
    layout = QuoteDocument.parse(document.version.snapshot, document.version.sha256).layout
    Document.objects.filter(pk=document.pk, state=State.WAITING).update(
        state=State.MADE,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        pages=pdf.count(b"/Type /Page\n"),
        layout=layout,
        signed_by=owner[:200],
        made_at=at,
        error="",
    )


def follow_contract(*, key: str, payload: Mapping[str, Any], at: datetime) -> None:
    """A contract that a customer signed gets its signed document, with the page of evidence."""
    version = QuoteVersion.objects.get(contract__number=payload["contract"])
    if wanted(version) == Kind.SIGNED:
        ask_for(version, Kind.SIGNED, at=at)


def file_of(version: QuoteVersion, kind: str = Kind.QUOTE, *, at: datetime) -> bytes:
    """The stored bytes, made now if they are not there yet: for a worker, or for whoever cannot wait."""
    document = ask_for(version, kind, at=at)
    if document.state == State.WAITING:
        pdf, owner = made(Document.objects.select_related("version__quote__customer").get(pk=document.pk))
        keep(document, pdf, owner, at=at)
        document.refresh_from_db()
    if document.pdf is None:
        raise Refused(_("The PDF could not be made. {why}").format(why=document.error))
    return bytes(document.pdf)
