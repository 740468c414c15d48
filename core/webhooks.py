"""Endpoints that are told of events: kept by an administrator or integrator, sent to in order, switched off when they
do not answer for days."""

import json
import secrets
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core import audit, mail, outbound
from core.announcing import events, timestamp
from core.encryption import sealed
from core.errors import Invalid, Refused
from core.languages import HOUSE
from core.models import User, WebhookEndpoint, WebhookMessage
from core.outbox import MOST_PATIENCE, WAITS
from core.signatures import new_secret, signed
from core.turning_secrets import turn_secret, valid_secrets

State = WebhookMessage.State

LEASE = timedelta(minutes=2)
"""How long one worker may send to an endpoint before another thinks it dead."""
ENOUGH = timedelta(minutes=1)
"""After this a sweep begins no other try: the last one ends within the lease, so nobody else sends meanwhile."""
AT_ONCE = 50
GONE = 410
KEPT = 2000  # characters of an answer


class NewEndpoint(NamedTuple):
    """An endpoint and its secret, which nobody can see again."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def create_endpoint(
    *, url: str, about: str, chosen: Collection[str], by: User, at: datetime, shape: str = ""
) -> NewEndpoint:
    """An address that is told of these events; `shape` names what makes its messages, where it is not the usual."""
    check(url, chosen)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        url=url,
        about=about.strip()[:120],
        events=sorted(chosen),
        shape=shape,
        sealed=sealed({"now": secret}),
        created_by=by,
        created_at=at,
    )
    record(by, "create_endpoint", endpoint, at=at, url=url, events=endpoint.events)
    return NewEndpoint(endpoint, secret)


@transaction.atomic
def change_endpoint(
    endpoint: WebhookEndpoint, *, url: str, about: str, chosen: Collection[str], by: User, at: datetime
) -> WebhookEndpoint:
    check(url, chosen)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=url, about=about.strip()[:120], events=sorted(chosen))
    endpoint.refresh_from_db()
    record(by, "change_endpoint", endpoint, at=at, url=url, events=endpoint.events)
    return endpoint


def check(url: str, chosen: Collection[str]) -> None:
    """The address, and events that there are."""
    wrong = {}
    if sentence := outbound.why_not_address(url):
        wrong["url"] = sentence
    known = sorted(event.name for event in events())
    if not chosen:
        wrong["events"] = _("Choose at least one event of the list.")
    elif unknown := sorted(set(chosen) - set(known)):
        wrong["events"] = _("There is no event {name}; there are: {known}.").format(
            name=unknown[0], known=", ".join(known)
        )
    if wrong:
        raise Invalid(wrong)


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> str:
    """A new secret, shown once. For a day both sign, so that no message is refused while the receiver changes over."""
    row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    secret = turn_secret(row, at=at)
    row.save(update_fields=["sealed", "old_ends_at"])
    record(by, "rotate_secret", row, at=at)
    return secret


@transaction.atomic
def disable(endpoint: WebhookEndpoint, *, why: str, by: User | None, at: datetime) -> None:
    """Send nothing more; what waits keeps waiting."""
    if WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None).update(disabled_at=at, why_disabled=why[:300]):
        record(by, "disable_endpoint", endpoint, at=at, why=why)


@transaction.atomic
def enable(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> None:
    """Go on with what waits, in its order, with all tries anew."""
    again = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at__isnull=False)
    if again.update(disabled_at=None, why_disabled=""):
        WebhookMessage.objects.filter(endpoint=endpoint, state=State.PENDING).update(next_at=at, attempts=0)
        record(by, "enable_endpoint", endpoint, at=at)


@transaction.atomic
def remove_endpoint(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> None:
    record(by, "remove_endpoint", endpoint, at=at, url=endpoint.url)
    endpoint.delete()


@transaction.atomic
def replay(message: WebhookMessage, *, by: User, at: datetime) -> WebhookMessage:
    """The same event once more, with the same id, behind what waits already."""
    if message.state != State.SENT:
        raise Refused(_("This message was not delivered yet and will be tried again by itself."))
    again = add(message.endpoint, message.event, message.name, message.body, at=at)
    record(by, "replay_message", message.endpoint, at=at, message=message.name)
    return again


@transaction.atomic
def send_test(endpoint: WebhookEndpoint, *, by: User, at: datetime) -> WebhookMessage:
    """An event that nothing happened for, to see that the receiver verifies and answers."""
    body = json.dumps({"type": "test.ping", "timestamp": timestamp(at), "data": {"by": by.username}}, sort_keys=True)
    record(by, "test_endpoint", endpoint, at=at)
    return add(endpoint, "test.ping", f"test:{secrets.token_hex(8)}", body, at=at)


def add(endpoint: WebhookEndpoint, event: str, name: str, body: str, *, at: datetime) -> WebhookMessage:
    return WebhookMessage.objects.create(
        endpoint=endpoint, event=event, name=name, body=body, created_at=at, next_at=at
    )


def sweep(*, at: datetime) -> int:
    """Send what is due, endpoint by endpoint. Returns how many messages were taken."""
    due = WebhookMessage.objects.filter(state=State.PENDING, next_at__lte=at, endpoint__disabled_at=None)
    # By lot: a slow one that uses up the time is not the first again.
    waiting = WebhookEndpoint.objects.filter(pk__in=due.values("endpoint")).order_by("?")
    end = in_time()
    return sum(drain(endpoint, at=at, end=end) for endpoint in waiting)


def in_time() -> float:
    return time.monotonic() + ENOUGH.total_seconds()


def drain(endpoint: WebhookEndpoint, *, at: datetime, end: float | None = None) -> int:
    """Send to one endpoint, the oldest first, until nothing waits or one is not taken. One worker at a time."""
    end = in_time() if end is None else end
    free = WebhookEndpoint.objects.filter(Q(busy_until=None) | Q(busy_until__lt=at), pk=endpoint.pk, disabled_at=None)
    if not free.update(busy_until=at + LEASE):
        return 0
    count = 0
    try:
        while count < AT_ONCE and time.monotonic() < end:
            message = oldest(endpoint, at)
            if message is None or not deliver(endpoint, message, at=at):
                break
            count += 1
    finally:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(busy_until=None)
    return count


def oldest(endpoint: WebhookEndpoint, at: datetime) -> WebhookMessage | None:
    """The first that waits, if its time has come: a later one never overtakes it."""
    first = WebhookMessage.objects.filter(endpoint=endpoint, state=State.PENDING).order_by("pk").first()
    return first if first and first.next_at <= at else None


def deliver(endpoint: WebhookEndpoint, message: WebhookMessage, *, at: datetime) -> bool:
    """One try. The receiver knows a repetition by its id: after a lost answer the message comes again."""
    headers = signed(valid_secrets(endpoint, at), message.name, message.body, at=now())
    try:
        answer = outbound.post(endpoint.url, message.body, headers)
        status, said, taken, asked = answer.status, answer.text, answer.taken, answer.retry_after
    except outbound.NotSent as error:
        status, said, taken, asked = None, str(error), False, ""
    rows = WebhookMessage.objects.filter(pk=message.pk)
    seen = {"attempts": F("attempts") + 1, "status": status, "said": said.replace("\x00", "")[:KEPT]}
    if taken:
        rows.update(**seen, state=State.SENT, sent_at=at)
        return True
    tried = message.attempts
    patience = timedelta(seconds=min(outbound.patience(asked) or 0, MOST_PATIENCE.total_seconds()))
    rows.update(**seen, next_at=at + max(WAITS[min(tried, len(WAITS) - 1)], patience))
    if status == GONE or tried >= len(WAITS):
        give_up(endpoint, message, status, at=at)
    return False


@transaction.atomic
def give_up(endpoint: WebhookEndpoint, message: WebhookMessage, status: int | None, *, at: datetime) -> None:
    """After three days without a taken message, or at the receiver's word (410): off, and somebody is told."""
    with translation.override(endpoint.created_by.language or HOUSE):
        why = _("It answered {status} to {event}.").format(status=status or _("nothing"), event=message.event)
        subject = _("A webhook was switched off: {url}").format(url=endpoint.url)
        text = _(
            "{url} has not taken a message for three days, or said that it is gone. {why} Nothing more is sent there;"
            " what happened meanwhile waits. Look at it and switch it on again on the page Webhooks."
        ).format(url=endpoint.url, why=why)
    disable(endpoint, why=why, by=None, at=at)
    if endpoint.created_by.email:
        key = f"webhook-off:{endpoint.pk}:{at.isoformat()}"
        mail.post(endpoint.created_by.email, subject, text, key=key, at=at, about=f"webhook:{endpoint.pk}")


def record(by: User | None, verb: str, endpoint: WebhookEndpoint, *, at: datetime, **data: object) -> None:
    audit.record(by, verb, f"webhook:{endpoint.pk}", at=at, data=data)
