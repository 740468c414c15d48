"""The second factor: one-time codes of an authenticator app (django-otp), and recovery codes for when it is lost.

django-otp takes a code of the app once, and lets guesses wait longer each time; on top of that wrong codes are counted
like wrong passwords (core/backends.py).
"""

import hashlib
import secrets
from base64 import b32encode
from datetime import datetime

import segno
from django.conf import settings
from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit
from core.errors import Invalid, Refused
from core.models import BrowserSession, RecoveryCode, User

CODES = 10
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 24  # 120 bits: nobody guesses one, so that a plain hash keeps it


def device_of(person: User) -> TOTPDevice | None:
    """The app that this person proved to have; None before that."""
    return TOTPDevice.objects.filter(user=person, confirmed=True).first()


def is_required(person: User) -> bool:
    """Whether one of the person's roles asks for a second factor (the setting SECOND_FACTOR_ROLES)."""
    return bool(settings.SECOND_FACTOR_ROLES.intersection(person.roles))


def new_device(person: User) -> TOTPDevice:
    """The app that is being set up; the same on every look until it is confirmed."""
    found, _new = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "app"})
    return found


def secret_text(device: TOTPDevice) -> str:
    """What to type where no picture can be read: the secret in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def picture(device: TOTPDevice) -> SafeString:
    """The QR code of the secret; dark on white in every theme, since apps read nothing else."""
    code = segno.make(device.config_url, error="m")
    return SafeString(code.svg_inline(border=3, light="#ffffff", svgclass="qr", lineclass=None, omitsize=True))


@transaction.atomic
def turn_on(person: User, code: str, *, session_key: str | None, at: datetime) -> list[str]:
    """Prove that the app shows the right codes. Every other session ends; answers the recovery codes."""
    device = TOTPDevice.objects.select_for_update().get(pk=new_device(person).pk)
    if device_of(person):
        raise Refused(_("Your second factor is on already."))
    if not device.verify_token("".join(code.split())):
        raise Invalid({"code": _("This is not the code your app shows now. Wait for the next one and type it.")})
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    BrowserSession.objects.filter(person=person).exclude(session_key=session_key).delete()
    audit.record(person, "turn_on_second_factor", f"person:{person.username}", at=at)
    return write_codes(person)


@transaction.atomic
def turn_off(person: User, *, by: User, at: datetime) -> None:
    """Forget app and recovery codes: by the person, or by an administrator for whoever lost both."""
    TOTPDevice.objects.filter(user=person).delete()
    RecoveryCode.objects.filter(person=person).delete()
    if by != person:
        BrowserSession.objects.filter(person=person).delete()
    audit.record(by, "turn_off_second_factor", f"person:{person.username}", at=at)


@transaction.atomic
def renew_codes(person: User, *, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones open nothing any more."""
    audit.record(person, "renew_recovery_codes", f"person:{person.username}", at=at)
    return write_codes(person)


def write_codes(person: User) -> list[str]:
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(CODES)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, sha256=hash_of(code)) for code in codes)
    return ["-".join(code[at : at + 6] for at in range(0, LENGTH, 6)) for code in codes]


def codes_left(person: User) -> int:
    return RecoveryCode.objects.filter(person=person, used_at=None).count()


def accepts(person: User, code: str, *, at: datetime) -> bool:
    """Whether this is a code of the person's app that was not used before, or a recovery code, used up by this."""
    plain = "".join(code.split()).replace("-", "").lower()
    return app_accepts(person, plain) if len(plain) < LENGTH else recovery_accepts(person, plain, at=at)


@transaction.atomic
def app_accepts(person: User, code: str) -> bool:
    """Of two sign-ins with one code, the second waits for the first and then finds the code used."""
    device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=True).first()
    return device is not None and bool(device.verify_token(code))


@transaction.atomic
def recovery_accepts(person: User, code: str, *, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(person=person, sha256=hash_of(code), used_at=None)
    if not unused.update(used_at=at):
        return False
    left = codes_left(person)
    audit.record(person, "use_recovery_code", f"person:{person.username}", at=at, data={"left": left})
    return True


def hash_of(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
