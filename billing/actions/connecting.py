"""The accounts with billing systems, and which contracts go to which of them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.pushing import described
from billing.models import Connection, Delivery, Route
from billing.queries import handoff, routing
from billing.rules import ONLY_CONNECTORS
from billing.targets import DEFAULT, TARGETS
from billing.targets.base import Setting, Target
from core import audit, outbound
from core.access import forbid_unless
from core.encryption import sealed, unsealed
from core.errors import Conflict, Invalid, Refused
from core.models import User
from core.roles import Permission
from core.turns import take_turn
from quotes.models import SellingEntity

NEAR = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?(/[^\s#]*)?")
LONGEST = 200


class Trial(NamedTuple):
    """Whether an account answers as it should, and what it said."""

    works: bool
    said: str


@transaction.atomic
def add_connection(
    *, target: str, mode: str, base_url: str, values: Mapping[str, str], by: User, at: datetime
) -> Connection:
    """Keep an account that was not there; Conflict where it was, so that nobody's key is replaced unseen."""
    forbid_unless(by, Permission.MANAGE_CONNECTIONS, ONLY_CONNECTORS)
    take_turn(turn(target, mode))
    if Connection.objects.filter(target=target, mode=mode).exists():
        raise Conflict(_("This account is set up already; change it instead."))
    return save_connection(target=target, mode=mode, base_url=base_url, values=values, by=by, at=at)


@transaction.atomic
def save_connection(
    *, target: str, mode: str, base_url: str, values: Mapping[str, str], by: User, at: datetime
) -> Connection:
    """Keep an account. An empty secret keeps the one that is stored; none is ever shown again.

    Where it is called is judged when it changes: what is kept there can be read back, and its keys be replaced.
    """
    forbid_unless(by, Permission.MANAGE_CONNECTIONS, ONLY_CONNECTORS)
    take_turn(turn(target, mode))
    held = Connection.objects.select_for_update().filter(target=target, mode=mode).first()
    known = unsealed(held.secrets) if held else {}
    wanted = TARGETS[target].settings
    given = {one.name: values.get(one.name, "").strip() for one in wanted}
    secrets = {one.name: given[one.name] or known.get(one.name, "") for one in wanted if one.secret}
    options = {one.name: given[one.name] for one in wanted if not one.secret}
    errors = {
        one.name: _("{label} is missing.").format(label=one.label)
        for one in wanted
        if one.required and not (secrets | options)[one.name]
    }
    errors |= {one.name: wrong for one in wanted if (wrong := wrong_key(one, given[one.name], mode))}
    url = base_url.strip().rstrip("/")
    if held is None or held.base_url != url:
        if wrong := why_not_at(url, TARGETS[target]):
            errors["base_url"] = wrong
        # Else whoever may change the address could have the kept key sent to one of theirs.
        moved = (one for one in wanted if one.secret and known.get(one.name) and not given[one.name])
        errors |= {one.name: str(_("Type it again: a key is kept for one address only.")) for one in moved}
    if errors:
        raise Invalid(errors)
    connection = held or Connection(target=target, mode=mode)
    connection.base_url, connection.options = url, options
    connection.secrets = sealed(secrets) if any(secrets.values()) else ""
    connection.changed_at, connection.changed_by = at, by
    connection.save()
    changed = sorted(name for name in secrets if given[name])
    facts = {"base_url": connection.base_url, "options": options, "new_secrets": changed}
    audit.record(by, "save_connection", subject(connection), at=at, data=facts)
    return connection


def try_connection(connection: Connection, *, by: User, at: datetime) -> Trial:
    """Ask the account for a contract that is nowhere: one with the right address and key answers that it is not there.

    Nothing is created or changed over there.
    """
    forbid_unless(by, Permission.MANAGE_CONNECTIONS, ONLY_CONNECTORS)
    target = TARGETS[connection.target]
    account = handoff.account_of(connection, target)
    try:
        target.read_back(target.nobody, account=account)
    except Exception as error:
        trial = Trial(False, described(error, account))
    else:
        trial = Trial(True, _("It answered, and took the key."))
    audit.record(by, "try_connection", subject(connection), at=at, data={"works": trial.works})
    return trial


@transaction.atomic
def remove_connection(connection: Connection, *, by: User, at: datetime) -> None:
    """Forget an account with its keys, once nothing goes there and nothing was handed to it."""
    forbid_unless(by, Permission.MANAGE_CONNECTIONS, ONLY_CONNECTORS)
    held = Connection.objects.select_for_update().filter(pk=connection.pk).first()
    if held is None:
        return
    if held.takes_contracts or held.routes.exists():
        raise Refused(_("New contracts go to this account. Choose where they go instead, then remove it."))
    if Delivery.objects.filter(connection=held).exists():
        raise Refused(
            _("Contracts were handed to this account and are read back there. It takes no new ones, and stays.")
        )
    audit.record(by, "remove_connection", subject(held), at=at)
    held.delete()


def turn(target: str, mode: str) -> str:
    """Of who sets up an account."""
    return f"billing account {target}:{mode}"


def subject(connection: Connection) -> str:
    return f"connection:{connection.target}:{connection.mode}"


def wrong_key(setting: Setting, key: str, mode: str) -> str:
    """Sandbox and production stay apart where a key tells which it is of."""
    usual = setting.begins.get(mode, ())
    if not key or not usual or key.startswith(usual):
        return ""
    said = _("A key of this account begins with {usual}: this one is of another.")
    return said.format(usual=_(" or ").join(usual))


def why_not_at(url: str, target: Target) -> str:
    """ "" if the system may be called there: at a public host, encrypted, or as a mock on the machine one works on."""
    if not url:
        return "" if target.urls else _("Give the address of the system; it has no usual one.")
    if len(url) > LONGEST:
        return _("At most {most} characters.").format(most=LONGEST)
    if target.near and NEAR.fullmatch(url) and not settings.PUBLIC:
        return ""
    return outbound.why_not_address(url)


@transaction.atomic
def choose_routes(*, default: str, entities: Mapping[int, str], by: User, at: datetime) -> None:
    """Where new contracts go: "" is the ledger, "metronome:sandbox" an account; for an entity "default" is as all."""
    forbid_unless(by, Permission.MANAGE_CONNECTIONS, ONLY_CONNECTORS)
    connections = {f"{one.target}:{one.mode}": one for one in Connection.objects.select_for_update()}
    unknown = {choice for choice in (default, *entities.values()) if choice not in {"", "default", *connections}}
    if unknown or default == "default":
        raise Invalid({"default": _("This account is not set up; save its key first.")})
    known = set(SellingEntity.objects.values_list("pk", flat=True))
    Connection.objects.filter(takes_contracts=True).update(takes_contracts=False)
    if default:
        Connection.objects.filter(pk=connections[default].pk).update(takes_contracts=True)
    for entity, choice in entities.items():
        if entity not in known:
            continue
        if choice == "default":
            Route.objects.filter(entity_id=entity).delete()
        else:
            Route.objects.update_or_create(entity_id=entity, defaults={"connection": connections.get(choice)})
    facts = {"default": default or DEFAULT, "entities": {str(pk): choice for pk, choice in entities.items()}}
    audit.record(by, "choose_routes", "billing:routes", at=at, data=facts)
    transaction.on_commit(lambda: routing.keep(routing.read()))
