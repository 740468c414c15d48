"""E-mail: a row and an outbox promise in the deciding transaction, sent by the worker at most once.

A mail server cannot be asked whether it took a message. A mail whose sender died in between stays "sending": a person
sees it in the mailbox and sends it again.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from core import outbox
from core.errors import Conflict
from core.models import Mail

TOPIC = "mail.posted"
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
) -> Mail | None:
    """Promise this mail; None when one with this key was promised before. Line breaks in a subject become blanks."""
    name, content = attachment or ("", None)
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
        },
    )
    if not new:
        return None
    outbox.emit(TOPIC, key=str(mail.pk), payload={"mail": mail.pk}, at=at)
    return mail


def send(*, key: str, payload: Mapping[str, Any], at: datetime) -> None:
    """The outbox's handler: hand the mail to the server, once."""
    claimed = Mail.objects.filter(pk=payload["mail"], state=State.QUEUED).update(state=State.SENDING)
    if not claimed:
        return
    mail = Mail.objects.get(pk=payload["mail"])
    try:
        message(mail).send()
    except OSError as error:
        # Refused before anything was taken: the outbox tries again.
        Mail.objects.filter(pk=mail.pk).update(state=State.QUEUED, error=str(error))
        raise
    Mail.objects.filter(pk=mail.pk).update(state=State.SENT, sent_at=at, error="")


def message(mail: Mail) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    number = hashlib.sha256(mail.key.encode()).hexdigest()[:32]
    whole = EmailMessage(mail.subject, mail.text, to=[mail.to], headers={"Message-ID": f"<{number}@{domain}>"})
    if mail.attachment:
        whole.attach(mail.attachment_name, bytes(mail.attachment), "application/pdf")
    return whole


@transaction.atomic
def resend(mail: Mail, *, at: datetime) -> Mail:
    """The same mail once more, as a new one: for a person who looked at what became of the first."""
    if mail.state == State.QUEUED:
        raise Conflict(_("This mail is still waiting to be sent."))
    count = Mail.objects.filter(key__startswith=f"{mail.key}+").count() + 1
    attachment = (mail.attachment_name, bytes(mail.attachment)) if mail.attachment else None
    again = post(
        mail.to, mail.subject, mail.text, key=f"{mail.key}+{count}", at=at, about=mail.about, attachment=attachment
    )
    if again is None:
        raise Conflict(_("Somebody else sent it again just now."))
    return again
