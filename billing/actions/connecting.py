"""The accounts with billing systems, and which contracts go to which of them."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Connection, Route
from billing.queries import routing
from billing.rules import ONLY_CONNECTORS
from billing.targets import DEFAULT, TARGETS
from core import audit
from core.access import forbid_unless
from core.encryption import sealed, unsealed
from core.errors import Invalid
from core.models import User
from core.roles import Permission
from quotes.models import SellingEntity

NEAR = ("127.0.0.1", "localhost")


@transaction.atomic
def save_connection(
    *, target: str, mode: str, base_url: str, values: Mapping[str, str], by: User, at: datetime
) -> Connection:
    """Keep an account. An empty secret keeps the one that is stored; none is ever shown again."""
    forbid_unless(by, Permission.MANAGE_CONNECTIONS, ONLY_CONNECTORS)
    held = Connection.objects.select_for_update().filter(target=target, mode=mode).first()
    known = unsealed(held.secrets) if held else {}
    settings = TARGETS[target].settings
    given = {one.name: values.get(one.name, "").strip() for one in settings}
    secrets = {one.name: given[one.name] or known.get(one.name, "") for one in settings if one.secret}
    options = {one.name: given[one.name] for one in settings if not one.secret}
    errors = {
        one.name: _("{label} is missing.").format(label=one.label)
        for one in settings
        if one.required and not (secrets | options)[one.name]
    }
    if wrong := wrong_url(base_url.strip()):
        errors["base_url"] = wrong
    if errors:
        raise Invalid(errors)
    connection = held or Connection(target=target, mode=mode)
    connection.base_url, connection.options = base_url.strip().rstrip("/"), options
    connection.secrets = sealed(secrets) if any(secrets.values()) else ""
    connection.changed_at, connection.changed_by = at, by
    connection.save()
    changed = sorted(name for name in secrets if given[name])
    facts = {"base_url": connection.base_url, "options": options, "new_secrets": changed}
    audit.record(by, "save_connection", f"connection:{target}:{mode}", at=at, data=facts)
    return connection


def wrong_url(url: str) -> str:
    """Keys travel encrypted, but for a mock on this machine."""
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return ""
    if parts.scheme == "http" and parts.hostname in NEAR:
        return ""
    return _("Give an address that begins with https://, or leave it empty for the vendor's own.")


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
