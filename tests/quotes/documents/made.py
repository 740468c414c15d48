"""Documents as the worker makes them, within a test."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from core.models import OutboxMessage
from core.outbox import deliver
from quotes.documents import QuoteDocument, render
from quotes.rules.evidence import Signer


def fetched(client: Client, path: str) -> HttpResponse:
    """What the address answers once the worker has made what it was asked for."""
    client.get(path)
    work()
    return client.get(path)


def work() -> None:
    for pk in OutboxMessage.objects.filter(topic="document.asked", state="pending").values_list("pk", flat=True):
        deliver(pk, at=now())


def made_here(
    snapshot: str, sha256: str, *, logo: bytes = b"", signers: Sequence[Signer] = (), watermark: str = ""
) -> bytes:
    """The same bytes as from the process of its own, a second sooner."""
    return render(QuoteDocument.parse(snapshot, sha256), logo=logo, signers=signers, watermark=watermark)
