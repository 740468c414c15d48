"""Connections to CRMs: made, changed, switched, ended; who keeps them is asked at the door."""

from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, webhooks
from core.encryption import sealed
from core.errors import Invalid
from core.models import User
from core.roles import Permission, may
from core.signatures import new_secret
from core.turning_secrets import turn_secret
from crm.models import Connection
from crm.rules.mappings import Terms, start_for, wrong
from crm.rules.words import EVENTS
from quotes.rules.opportunities import LONGEST, SYSTEM, label_of

SHAPE = "crm"


class NewConnection(NamedTuple):
    """A connection with what nobody can see again: by what the CRM signs, and by what we do."""

    connection: Connection
    secret: str
    our_secret: str


@transaction.atomic
def create_connection(*, system: str, url: str, seller: User, by: User, at: datetime) -> NewConnection:
    """A CRM with the usual mapping of its kind; told of quotes at `url`, if there is one."""
    if len(system) > LONGEST["system"] or not SYSTEM.fullmatch(system):
        raise Invalid({"system": _("Name the CRM in small letters, digits and hyphens, such as salesforce.")})
    check_seller(seller)
    secret, outgoing = new_secret(), None
    if url:
        outgoing = webhooks.create_endpoint(
            url=url, about=label_of(system), chosen=list(EVENTS), shape=SHAPE, by=by, at=at
        )
    try:
        with transaction.atomic():
            connection = Connection.objects.create(
                system=system,
                mapping=start_for(system).stored(),
                seller=seller,
                sealed=sealed({"now": secret}),
                endpoint=outgoing.endpoint if outgoing else None,
                created_by=by,
                created_at=at,
            )
    except IntegrityError:  # of two at once, one is first
        sentence = _("{label} is connected already; change that connection.")
        raise Invalid({"system": sentence.format(label=label_of(system))}) from None
    record(by, "create_connection", connection, at=at, seller=seller.username)
    return NewConnection(connection, secret, outgoing.secret if outgoing else "")


def check_seller(seller: User) -> None:
    if not (seller.is_active and may(seller, Permission.EDIT_QUOTES)):
        raise Invalid({"seller": _("Choose somebody who sells: drafts are started in their name.")})


@transaction.atomic
def change_connection(
    connection: Connection, *, seller: User, adds_customers: bool, by: User, at: datetime
) -> Connection:
    check_seller(seller)
    connection.seller, connection.adds_customers = seller, adds_customers
    connection.save(update_fields=["seller", "adds_customers"])
    record(by, "change_connection", connection, at=at, seller=seller.username, adds_customers=adds_customers)
    return connection


@transaction.atomic
def open_address(connection: Connection, *, url: str, by: User, at: datetime) -> str:
    """Tell the CRM of quotes at this address from now on; the secret is shown once."""
    made = webhooks.create_endpoint(
        url=url, about=label_of(connection.system), chosen=list(EVENTS), shape=SHAPE, by=by, at=at
    )
    if connection.endpoint is not None:
        webhooks.remove_endpoint(connection.endpoint, by=by, at=at)
    connection.endpoint = made.endpoint
    connection.save(update_fields=["endpoint"])
    record(by, "open_address", connection, at=at, url=url)
    return made.secret


@transaction.atomic
def change_mapping(connection: Connection, *, terms: Terms, by: User, at: datetime) -> Connection:
    """Another mapping; Invalid names everything that is wrong with it."""
    if problems := wrong(terms):
        raise Invalid(problems)
    before, connection.mapping = connection.mapping, terms.stored()
    connection.save(update_fields=["mapping"])
    after = connection.mapping
    changed = {name: [before.get(name), after[name]] for name in after if before.get(name) != after[name]}
    if changed:
        record(by, "change_mapping", connection, at=at, **changed)
    return connection


@transaction.atomic
def rotate_secret(connection: Connection, *, by: User, at: datetime) -> str:
    """A new secret for the CRM to sign with, shown once. For a day the one before is taken too."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    secret = turn_secret(row, at=at)
    row.save(update_fields=["sealed", "old_ends_at"])
    record(by, "rotate_secret", row, at=at)
    return secret


@transaction.atomic
def switch(connection: Connection, *, on: bool, by: User, at: datetime) -> Connection:
    """On, or off: then nothing is taken and nothing told. Nothing happens to what is so already."""
    other = Connection.objects.filter(pk=connection.pk, disabled_at__isnull=not on)
    if other.update(disabled_at=None if on else at):
        record(by, "enable_connection" if on else "disable_connection", connection, at=at)
    connection.refresh_from_db(fields=["disabled_at"])
    return connection


@transaction.atomic
def remove_connection(connection: Connection, *, by: User, at: datetime) -> None:
    """Forget it with its messages; opportunities and what quotes say of them stay."""
    record(by, "remove_connection", connection, at=at)
    endpoint = connection.endpoint
    connection.delete()
    if endpoint is not None:
        webhooks.remove_endpoint(endpoint, by=by, at=at)


def record(by: User, verb: str, connection: Connection, *, at: datetime, **data: object) -> None:
    audit.record(by, verb, f"crm:{connection.system}", at=at, data=data)
