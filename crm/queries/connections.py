"""Reading connections: their list, a page of messages, what a quote would tell."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from core.announcing import timestamp
from core.models import User
from core.roles import ROLES, Permission
from crm.models import Connection, Received
from crm.queries.telling import shaped
from crm.rules.words import EVENTS
from quotes.models import QuoteVersion

MOST_OFFERED = 20
BY_STATUS = {"draft": "quote.linked", "contracted": "quote.accepted", "superseded": "quote.withdrawn"}


def connections() -> QuerySet[Connection]:
    """All of them, with how many of their messages were refused."""
    refused = Count("received", filter=Q(received__state=Received.State.REFUSED))
    found = Connection.objects.select_related("seller", "endpoint").annotate(refused=refused, count=Count("received"))
    return found.order_by("system")


def sellers() -> QuerySet[User]:
    """Everybody in whose name a draft may be started."""
    selling = [role for role, permissions in ROLES.items() if Permission.EDIT_QUOTES in permissions]
    return User.objects.filter(roles__overlap=selling, is_active=True).order_by("first_name", "username")


def inbound_url(connection: Connection) -> str:
    """Where the CRM sends its messages."""
    return settings.SITE_URL + reverse("crm:messages", args=[connection.system])


@dataclass(frozen=True)
class Preview:
    """What would be told of a quote, were this to happen now."""

    offered: list[tuple[str, str]]  # (number, title) of quotes to choose from
    chosen: str
    event: str
    body: str


def preview(connection: Connection, *, number: str = "", event: str = "") -> Preview:
    """Of one of the quotes that belong to the CRM's opportunities: the named one, else the last edited."""
    mine = QuoteVersion.objects.select_related("quote__opportunity").filter(
        quote__opportunity__system=connection.system
    )
    newest = mine.order_by("quote", "-number").distinct("quote")
    found = sorted(newest, key=lambda version: version.edited_at, reverse=True)[:MOST_OFFERED]
    version = next((one for one in found if one.quote.number == number), found[0] if found else None)
    if version is None:
        return Preview([], "", event, "")
    usual = BY_STATUS.get(version.status, f"quote.{version.status}")
    name = event if event in EVENTS else usual if usual in EVENTS else "quote.linked"
    body = shaped(connection, version, {"type": name, "timestamp": timestamp(version.edited_at)})
    offered = [(one.quote.number, one.title) for one in found]
    return Preview(offered, version.quote.number, name, written(body))


def written(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False, sort_keys=True)
