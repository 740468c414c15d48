"""What comes back from a mail server finds its mail, once."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from core import bounces, mail
from core.models import Mail
from tests.factories import AT

REPORT = """From: MAILER-DAEMON@mx.example
To: deals@northlight.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; cleo@acme.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such
 user here

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: Quote

{rest}
--b--
"""


def report(message_id: str, *, action: str = "failed", kind: str = "message/rfc822") -> bytes:
    rest = "Text.\n" if kind == "message/rfc822" else ""
    return REPORT.format(message_id=message_id, action=action, kind=kind, rest=rest).encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_mail_and_the_reason(kind):
    found = bounces.read(report("<abc@x.example>", kind=kind))
    assert found == ("<abc@x.example>", "550 5.1.1 No such user here")


@pytest.mark.parametrize(
    "raw", [b"", b"Hello", report("<abc@x.example>", action="delayed"), report("").replace(b"<", b"")]
)
def test_anything_else_is_no_bounce(raw):
    assert bounces.read(raw) is None


@pytest.fixture
def letter(db) -> Mail:
    mail.post("cleo@acme.example", "Quote", "Text", key="room-1", at=AT)
    mail.post("ada@x.example", "Other", "Text", key="room-2", at=AT)
    Mail.objects.update(state="sent", sent_at=AT)
    return Mail.objects.get(key="room-1")


def piped(monkeypatch, raw: bytes) -> str:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    said = io.StringIO()
    call_command("bounced", stdout=said)
    return said.getvalue().strip()


def test_the_command_marks_the_mail_once(letter, monkeypatch):
    raw = report(mail.message_id(letter))
    assert piped(monkeypatch, raw) == "cleo@acme.example: 550 5.1.1 No such user here"
    assert piped(monkeypatch, raw) == "cleo@acme.example: known already, or not sent."
    assert list(Mail.objects.order_by("key").values_list("state", flat=True)) == ["bounced", "sent"]


@pytest.mark.parametrize("message_id", ["<abc@x.example>", f"<{'0' * 32}@x.example>", "' OR 1=1 --"])
def test_a_stranger_bounces_nothing(letter, monkeypatch, message_id):
    assert piped(monkeypatch, report(message_id)) == "No mail of ours came back."
    assert Mail.objects.filter(state="bounced").count() == 0
