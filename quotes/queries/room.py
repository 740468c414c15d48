"""Finding a customer's link, and what its page says beside the snapshot; nobody signs in here."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from quotes.models import Acceptance, Contract, QuoteVersion, RoomLink, RoomMessage

CODE_LIFE = timedelta(minutes=15)
_LINKS = ("version__quote__customer", "version__quote__owner", "version__forecast_run", "forwarded_by")


def link_by_token(token_sha256: str) -> RoomLink | None:
    """The link, whether it still opens the room or not."""
    return RoomLink.objects.select_related(*_LINKS).filter(token_sha256=token_sha256).first()


def link_by_id(pk: int) -> RoomLink | None:
    return RoomLink.objects.select_related(*_LINKS).filter(pk=pk).first()


def acceptance_of(version_id: int) -> Acceptance | None:
    return Acceptance.objects.filter(version=version_id).first()


def contract_number(version_id: int) -> str:
    return Contract.objects.filter(version=version_id).values_list("number", flat=True).first() or ""


def has_code(link: RoomLink, *, at: datetime) -> bool:
    """Whether a code that was mailed may still be typed."""
    return link.codes.filter(created_at__gt=at - CODE_LIFE).exists()


def line_names(version: QuoteVersion) -> dict[str, str]:
    """The lines of the snapshot, optional ones too."""
    data = json.loads(version.snapshot)
    return {line["key"]: line["name"] for line in (*data["lines"], *data.get("options", ()))}


@dataclass(frozen=True)
class MessageRow:
    """What was asked in the room, with its answer."""

    pk: int
    kind: str
    line: str
    line_name: str
    text: str
    by: str
    at: datetime
    version: int
    answer: str
    answered_by: str
    answered_at: datetime | None


def messages(version: QuoteVersion) -> tuple[MessageRow, ...]:
    """All that the customer asked about the quote, on earlier versions too, in order."""
    rows = RoomMessage.objects.filter(version__quote=version.quote_id)
    found: Iterable[RoomMessage] = rows.select_related("link", "answered_by", "version").order_by("pk")
    names = line_names(version)
    return tuple(
        MessageRow(
            pk=one.pk,
            kind=one.kind,
            line=one.line if one.line in names else "",
            line_name=names.get(one.line, ""),
            text=one.text,
            by=one.link.name,
            at=one.at,
            version=one.version.number,
            answer=one.answer,
            answered_by=one.answered_by.full_name if one.answered_by else "",
            answered_at=one.answered_at,
        )
        for one in found
    )
