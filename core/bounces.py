"""What a mail server says of a mail that it could not deliver (RFC 3464)."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple, cast

from django.db.models import CharField, Func
from django.db.models.functions import Left

from core.mail import MESSAGE_ID
from core.models import Mail


class Returned(NamedTuple):
    message_id: str
    reason: str


def read(raw: bytes) -> Returned | None:
    """The mail that came back for good, and why; None for anything else, such as a mere delay."""
    report = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    said = [field for part in report.walk() for field in status_fields(part)]
    failed = [fields for fields in said if fields.get("action", "").lower() == "failed"]
    ids = [found for part in report.walk() if (found := original_id(part))]
    if not failed or not ids:
        return None
    reason = failed[0].get("diagnostic-code", "").partition(";")[2] or failed[0].get("status", "")
    return Returned(ids[0], " ".join(reason.split()) or "undeliverable")


def status_fields(part: EmailMessage) -> list[dict[str, str]]:
    """The groups of fields of a delivery status, names in lower case."""
    if part.get_content_type() != "message/delivery-status":
        return []
    groups = cast(list[EmailMessage], part.get_payload())
    return [{name.lower(): str(value).strip() for name, value in group.items()} for group in groups]


def original_id(part: EmailMessage) -> str:
    """The Message-ID of what was sent, whole or as headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return str(cast(list[EmailMessage], part.get_payload())[0].get("Message-ID", "")).strip()
    if kind == "text/rfc822-headers":
        found = re.search(r"^Message-ID:\s*(<[^>]+>)", str(part.get_content()), re.IGNORECASE | re.MULTILINE)
        return found[1] if found else ""
    return ""


class Digest(Func):
    """The SHA-256 of a text, in hexadecimal."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


def mail_of(message_id: str) -> Mail | None:
    """Which of our mails that is: its number is made from its key."""
    found = MESSAGE_ID.fullmatch(message_id)
    if not found:
        return None
    return Mail.objects.annotate(number=Left(Digest("key"), 32)).filter(number=found[1]).first()
