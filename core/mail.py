"""E-mail: a row and an outbox promise in the deciding transaction, sent by the worker at most once.

A mail server cannot be asked whether it took a message. A mail whose sender died in between stays "sending": a person
sees it in the mailbox and sends it again.

What must not be stored (a personal link, a code) or is kept elsewhere (a document) is only named in the row, as
"kind:id". When the mail goes out, what `settings.MAIL_PARTS` has under that kind is asked for it.
"""

import hashlib
import re
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core import audit, outbox
from core.errors import Conflict
from core.models import Mail, User

TOPIC = "mail.posted"
BOUNCED = "mail.bounced"
SECRET = "⟦…⟧"
"""Where the text of a mail has what is not stored with it."""

MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^>]*>")
"""Of every mail of ours."""

State = Mail.State


@transaction.atomic
def post(
    to: str,
    subject: str,
    text: str,
    *,
    key: str,
    at: datetime,
    about: str = "",
    attachment: tuple[str, bytes] | None = None,
    enclosed: tuple[str, str] | None = None,
    secret: str = "",
) -> Mail | None:
    """Promise this mail; None when one with this key was promised before. Line breaks in a subject become blanks.

    `secret` names what takes the place of `SECRET` in the text, `enclosed` (a file's name, and what it is) what is
    attached, both only when the mail goes out.
    """
    name, content = attachment or (enclosed[0] if enclosed else "", None)
    mail, new = Mail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split())[:200],
            "text": text,
            "about": about,
            "created_at": at,
            "attachment_name": name,
            "attachment": content,
            "enclosed": enclosed[1] if enclosed else "",
            "secret": secret,
        },
    )
    if not new:
        return None
    outbox.emit(TOPIC, key=str(mail.pk), payload={"mail": mail.pk}, at=at)
    return mail


def send(*, key: str, payload: Mapping[str, Any], at: datetime) -> None:
    """The outbox's handler: hand the mail to the server, once."""
    mail = Mail.objects.filter(pk=payload["mail"], state=State.QUEUED).first()
    if mail is None:
        return
    # Made before it is claimed: what cannot be made yet is tried again.
    whole = message(mail)
    if not Mail.objects.filter(pk=mail.pk, state=State.QUEUED).update(state=State.SENDING):
        return
    try:
        whole.send()
    except smtplib.SMTPRecipientsRefused as error:
        if temporary(error):
            hand_back(mail, error)
            raise
        refused(mail, error, at=at)
    except OSError as error:
        hand_back(mail, error)
        raise
    else:
        Mail.objects.filter(pk=mail.pk).update(state=State.SENT, sent_at=at, error="")


def message(mail: Mail) -> EmailMessage:
    """The mail as it goes out, with what its row only names."""
    text = mail.text.replace(SECRET, str(part(mail.secret))) if mail.secret else mail.text
    whole = EmailMessage(mail.subject, text, to=[mail.to], headers={"Message-ID": message_id(mail)})
    content = part(mail.enclosed) if mail.enclosed else bytes(mail.attachment or b"")
    if content:
        whole.attach(mail.attachment_name, content, "application/pdf")
    return whole


def readable(mail: Mail) -> str:
    """The text for whoever looks into the mailbox: what is not stored is shown only where mail ends there."""
    if not mail.secret:
        return mail.text
    return mail.text.replace(SECRET, str(part(mail.secret)) if stays_here() else _("(only in the mail itself)"))


def stays_here() -> bool:
    """Without a mail server, the mailbox is where mail ends."""
    return bool(settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"))


def part(name: str) -> Any:
    """What goes out in the place of "kind:id"."""
    kind, _colon, pk = name.partition(":")
    maker: Callable[[int], Any] = import_string(settings.MAIL_PARTS[kind])
    return maker(int(pk))


def message_id(mail: Mail) -> str:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{domain}>"


def hand_back(mail: Mail, error: OSError) -> None:
    """Refused before anything was taken: the outbox tries again."""
    Mail.objects.filter(pk=mail.pk).update(state=State.QUEUED, error=str(error))


def temporary(error: smtplib.SMTPRecipientsRefused) -> bool:
    return all(code < 500 for code, _text in error.recipients.values())


def refused(mail: Mail, error: smtplib.SMTPRecipientsRefused, *, at: datetime) -> None:
    """The server knows no such address: as good as a bounce."""
    Mail.objects.filter(pk=mail.pk).update(state=State.SENT, sent_at=at)
    bounce(mail, reason=" ".join(text.decode(errors="replace") for _code, text in error.recipients.values()), at=at)


@transaction.atomic
def bounce(mail: Mail, *, reason: str, at: datetime) -> bool:
    """The mail came back; whoever is wired to it learns it once. False when that was known."""
    changes = {"state": State.BOUNCED, "bounced_at": at, "error": " ".join(reason.split())[:500]}
    if not Mail.objects.filter(pk=mail.pk, state=State.SENT).update(**changes):
        return False
    if mail.about:
        audit.record("mail", "bounce", mail.about, at=at, data={"to": mail.to, "reason": changes["error"]})
    outbox.emit(BOUNCED, key=str(mail.pk), payload={"mail": mail.pk}, at=at)
    return True


@transaction.atomic
def resend(mail: Mail, *, by: User, at: datetime) -> Mail:
    """The same mail once more, as a new one: for a person who looked at what became of the first."""
    if mail.state == State.QUEUED:
        raise Conflict(_("This mail is still waiting to be sent."))
    count = Mail.objects.filter(key__startswith=f"{mail.key}+").count() + 1
    attachment = (mail.attachment_name, bytes(mail.attachment)) if mail.attachment else None
    again = post(
        mail.to,
        mail.subject,
        mail.text,
        key=f"{mail.key}+{count}",
        at=at,
        about=mail.about,
        attachment=attachment,
        enclosed=(mail.attachment_name, mail.enclosed) if mail.enclosed else None,
        secret=mail.secret,
    )
    if again is None:
        raise Conflict(_("Somebody else sent it again just now."))
    data = {"to": mail.to, "subject": mail.subject}
    audit.record(by, "resend_mail", mail.about or f"mail:{mail.pk}", at=at, data=data)
    return again
