"""What is told to other systems: entries of the audit log, of which a table says what they are called outside.

The table (`settings.WEBHOOK_EVENTS`) names for each event the fields of the entry that go out; all else stays inside.
A message is a row beside the entry, in the same transaction: what happened is told, and what did not is not.

An endpoint may want its messages in another shape (`settings.WEBHOOK_SHAPES`), made by a room above this one.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from core.models import AuditEntry, WebhookEndpoint, WebhookMessage


class Event(NamedTuple):
    """Something that others may want to know of: entries of this kind of subject with this verb."""

    name: str  # "quote.submitted"
    kind: str  # of the subject: "quote"
    verb: str
    about: str
    fields: tuple[str, ...] = ()


def events() -> tuple[Event, ...]:
    found: tuple[Event, ...] = import_string(settings.WEBHOOK_EVENTS)
    return found


@lru_cache(maxsize=4)
def by_verb(table: tuple[Event, ...]) -> Mapping[tuple[str, str], Event]:
    return {(event.kind, event.verb): event for event in table}


origin: ContextVar[int | None] = ContextVar("origin", default=None)
"""The endpoint of whoever told us of what is being done: it hears nothing of that again."""


@contextmanager
def told_by(endpoint_id: int | None) -> Iterator[None]:
    """What is done inside is not echoed to this endpoint; others hear of it."""
    token = origin.set(endpoint_id)
    try:
        yield
    finally:
        origin.reset(token)


def announce(entry: AuditEntry) -> None:
    """Promise a message to every endpoint that wants this event; nothing for what is not in the table."""
    kind, _colon, name = entry.subject.partition(":")
    event = by_verb(events()).get((kind, entry.verb))
    if event is None:
        return
    for endpoint in WebhookEndpoint.objects.filter(disabled_at=None, events__contains=[event.name]):
        told = shaped(endpoint, content(event, entry, name))
        if told is None or endpoint.pk == origin.get():
            continue
        WebhookMessage.objects.create(
            endpoint=endpoint,
            event=event.name,
            name=f"{entry.subject}:{entry.position}",
            body=json.dumps(told, sort_keys=True, ensure_ascii=False),
            created_at=entry.at,
            next_at=entry.at,
        )


def shaped(endpoint: WebhookEndpoint, plain: dict[str, Any]) -> dict[str, Any] | None:
    """The message as the endpoint wants it; None where there is nothing to tell it of this."""
    if not endpoint.shape:
        return plain
    found: dict[str, Any] | None = import_string(settings.WEBHOOK_SHAPES[endpoint.shape])(endpoint, plain)
    return found


def content(event: Event, entry: AuditEntry, name: str) -> dict[str, Any]:
    """Type, time and data, as Standard Webhooks recommends; who did it by user name, customers by none."""
    told = {field: entry.data[field] for field in event.fields if field in entry.data}
    return {"type": event.name, "timestamp": timestamp(entry.at), "data": {event.kind: name, **told}}


def timestamp(at: datetime) -> str:
    """As the API writes it: RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
