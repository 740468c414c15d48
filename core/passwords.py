"""Passwords: changed by their owner, or set anew through a link that only their mailbox gets."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from core import audit, mail, outbox
from core.languages import HOUSE
from core.models import User

TOPIC = "password.forgotten"
SECRET = "password"
"""The kind of secret that a mail with such a link names (`settings.MAIL_PARTS`)."""
HOUR = timedelta(hours=1)
GRAIN = 300  # seconds: one link for an address in this time, however often it is asked for


@transaction.atomic
def forgotten(email: str, *, at: datetime) -> None:
    """Promise a link to whoever has this address. Known or not, the same is done now, so that no answer tells which."""
    email = email.strip().lower()
    key = f"{hashlib.sha256(email.encode()).hexdigest()[:40]}:{int(at.timestamp()) // GRAIN}"
    if not outbox.promised(TOPIC, key=key):
        outbox.emit(TOPIC, key=key, payload={"email": email}, at=at)


def write_links(*, key: str, payload: Mapping[str, Any], at: datetime) -> None:
    """The outbox's handler: a link for each open account of the address."""
    for person in User.objects.filter(email__iexact=payload["email"], is_active=True):
        send_link(person, key=f"password:{key}:{person.pk}", by=None, at=at)


@transaction.atomic
def send_link(person: User, *, key: str, by: User | None, at: datetime) -> None:
    """Mail a link to set a password; the first one is an invitation."""
    with translation.override(person.language or HOUSE):
        invited = person.last_login is None and not person.has_usable_password()
        subject = _("Welcome to Quantile") if invited else _("Set a new password for Quantile")
        text = _(
            "Hello {name},\n\nset your password here within an hour:\n\n{link}\n\nYour user name is {username}. If you"
            " did not ask for this, do nothing: nobody but you got this link."
        ).format(name=person.first_name or person.username, link=mail.SECRET, username=person.username)
        about, secret = f"person:{person.username}", f"{SECRET}:{person.pk}"
        sent = mail.post(person.email, subject, text, key=key, at=at, about=about, secret=secret)
    if sent:
        audit.record(by, "send_password_link", f"person:{person.username}", at=at)


def link_to_send(pk: int) -> str:
    """What the mail carries in place of its secret, made when it goes out."""
    return link_for(User.objects.get(pk=pk))


def link_for(person: User) -> str:
    """An address that sets this person's password once; it ends with the hour, and with any sign-in or new password."""
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return f"{settings.SITE_URL}{reverse('core:password_link', kwargs={'uidb64': uid, 'token': token})}"


@transaction.atomic
def password_changed(person: User, *, at: datetime) -> None:
    """Write it down and tell its owner, who may know nothing of it."""
    audit.record(person, "change_password", f"person:{person.username}", at=at)
    if not person.email:
        return
    with translation.override(person.language or HOUSE):
        subject = _("Your password for Quantile was changed")
        text = _(
            "Hello {name},\n\nyour password was changed on {moment} UTC, and every other session was ended. If this was"
            " not you, ask for a new password at once: {link}"
        ).format(
            name=person.first_name or person.username,
            moment=f"{at:%Y-%m-%d %H:%M}",
            link=f"{settings.SITE_URL}{reverse('core:password_forgotten')}",
        )
        mail.post(
            person.email,
            subject,
            text,
            key=f"password-changed:{person.pk}:{at.isoformat()}",
            at=at,
            about=f"person:{person.username}",
        )
