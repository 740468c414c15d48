"""Who may come in, and with which role: every step audited, and one's own rights are for another to change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, mail, passwords, second_factor
from core.errors import Invalid, Refused
from core.models import BrowserSession, Mail, ProviderIdentity, User
from core.roles import ROLES
from core.turns import take_turn

TURN = "people"
"""A name and an address are one person's, in whatever letters: who takes one sees what all the others have."""
LONGEST_NAME = 64  # of a user: the subject of audit entries holds it


def why_not_manage(person: User, *, by: User) -> str:
    """Own roles and the own account are for another administrator to change."""
    return _("This is your own account: another administrator must do that.") if person == by else ""


@transaction.atomic
def invite(*, username: str, email: str, roles: Collection[str], by: User | None, at: datetime, **names: str) -> User:
    """A new person without a password, and a link in their mailbox to set one."""
    username = username.strip()
    try:
        for check in (UnicodeUsernameValidator(), MaxLengthValidator(LONGEST_NAME)):
            check(username)
    except ValidationError as error:
        raise Invalid({"username": error.messages[0]}) from None
    take_turn(TURN)
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid({"username": _("This user name is taken. Choose another.")})
    refuse_taken(email)
    person = User(username=username, email=email.strip(), roles=known(roles), date_joined=at, **names)
    person.set_unusable_password()
    person.save()
    audit.record(by, "invited", subject(person), at=at, data={"email": person.email, "roles": person.roles})
    passwords.send_link(person, key=link_key(person, at), by=by, at=at)
    return person


@transaction.atomic
def change(
    person: User, *, roles: Collection[str], is_active: bool, email: str, by: User, at: datetime, **fields: str
) -> User:
    """Other roles or a closed account end every session of the person at once."""
    take_turn(TURN)
    before = User.objects.select_for_update().get(pk=person.pk)
    refuse_taken(email, person)
    new = {"roles": known(roles), "is_active": is_active, "email": email, **fields}
    changed: dict[str, Any] = {name: value for name, value in new.items() if getattr(before, name) != value}
    if {"roles", "is_active", "email"} & set(changed):
        refused(person, by=by)
        BrowserSession.objects.filter(person=person).delete()
    if changed:
        was = {name: getattr(before, name) for name in changed}
        User.objects.filter(pk=person.pk).update(**changed)
        audit.record(by, "changed", subject(person), at=at, data={"from": was, "to": changed})
    person.refresh_from_db()
    return person


@transaction.atomic
def send_password_link(person: User, *, by: User, at: datetime) -> None:
    passwords.send_link(person, key=link_key(person, at), by=by, at=at)


@transaction.atomic
def reset_second_factor(person: User, *, by: User, at: datetime) -> None:
    """For whoever lost app and recovery codes: signed out everywhere, then in again with the password alone."""
    refused(person, by=by)
    second_factor.turn_off(person, by=by, at=at)


@transaction.atomic
def forget_identity(person: User, *, by: User, at: datetime) -> None:
    """Let the next sign-in through the provider bind the account anew."""
    refused(person, by=by)
    if ProviderIdentity.objects.filter(person=person).delete()[0]:
        audit.record(by, "forgot_identity", subject(person), at=at)


def link_to_hand_on(person: User, *, at: datetime) -> str:
    """Where no server takes mail: the link that was asked for within the hour, for an administrator to hand on."""
    since = at - passwords.HOUR
    asked = Mail.objects.filter(secret=f"{passwords.SECRET}:{person.pk}", created_at__gte=since).exists()
    return passwords.link_for(person) if mail.stays_here() and asked else ""


def refused(person: User, *, by: User) -> None:
    if sentence := why_not_manage(person, by=by):
        raise Refused(sentence)


def refuse_taken(email: str, person: User | None = None) -> None:
    """An address is one person's: links and sign-ins through a provider go by it."""
    others = User.objects.exclude(pk=person.pk) if person else User.objects.all()
    if others.filter(email__iexact=email.strip()).exists():
        raise Invalid({"email": _("Somebody with this address is here already.")})


def known(roles: Collection[str]) -> list[str]:
    if unknown := sorted(set(roles) - set(ROLES)):
        raise Invalid({"roles": _("There is no role {role}.").format(role=unknown[0])})
    return [role for role in ROLES if role in roles]


def subject(person: User) -> str:
    return f"person:{person.username}"


def link_key(person: User, at: datetime) -> str:
    return f"password:{person.pk}:{at.isoformat()}"
