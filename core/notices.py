"""Telling people what happened: a row that stands in the app, and a mail at once or once a day, as they chose."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, mail
from core.errors import Invalid
from core.events import Way, events_of, way_for, ways_of
from core.languages import HOUSE
from core.models import Notice, User

KEPT = timedelta(days=90)
"""After this, what was read is forgotten."""


@transaction.atomic
def give(person: User, event: str, title: str, text: str, *, path: str, key: str, about: str, at: datetime) -> None:
    """Tell this person, in the language being written, once for a key; `path` is where to look.

    Nothing where they chose not to be told. A mail has the text, and the address.
    """
    way = way_for(person, event)
    if way == Way.NOT or not person.is_active:
        return
    _notice, new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "person": person,
            "event": event,
            "title": " ".join(title.split())[:200],
            "text": text,
            "path": path,
            "at": at,
            "digest": way == Way.DIGEST and bool(person.email),
        },
    )
    if not new:
        return
    User.objects.filter(pk=person.pk).update(unread=F("unread") + 1)
    if way == Way.MAIL and person.email:
        mail.post(person.email, title, f"{text}\n\n{settings.SITE_URL}{path}\n", key=key, about=about, at=at)


@transaction.atomic
def read(person: User, *, at: datetime, pk: int | None = None) -> None:
    """One of a person's notices was read, or all of them."""
    notices = Notice.objects.filter(person=person, read_at=None)
    (notices if pk is None else notices.filter(pk=pk)).update(read_at=at)
    User.objects.filter(pk=person.pk).update(unread=notices.count())


@transaction.atomic
def choose(person: User, ways: Mapping[str, str], *, at: datetime) -> None:
    """How this person is told from now on; Invalid names what is not to be had."""
    events = events_of(person)
    wrong = {name for name, way in ways.items() if name not in events or way not in ways_of(events[name])}
    if wrong:
        raise Invalid({name: _("Choose one of the ways.") for name in sorted(wrong)})
    person.ways = {**person.ways, **ways}
    person.save(update_fields=["ways"])
    audit.record(person, "choose_notices", f"person:{person.username}", at=at, data=dict(ways))


def send_digests(*, at: datetime) -> int:
    """One mail to each who has unread notices waiting for it. Returns how many. What was read before is not mailed."""
    waiting = Notice.objects.filter(digest=True, mailed_at=None, read_at=None)
    people = User.objects.filter(pk__in=waiting.values("person"), is_active=True).exclude(email="")
    return sum(send_digest(person, at=at) for person in people.order_by("pk"))


@transaction.atomic
def send_digest(person: User, *, at: datetime) -> bool:
    """Held while it is written: of two who send, one does."""
    mine = Notice.objects.filter(person=person, digest=True, mailed_at=None, read_at=None)
    rows = list(mine.select_for_update().order_by("at", "pk"))
    if not rows:
        return False
    with translation.override(person.language or HOUSE):
        title = ngettext("{n} thing happened", "{n} things happened", len(rows)).format(n=len(rows))
        parts = [f"{one.title}\n{settings.SITE_URL}{one.path}" for one in rows]
        choose_here = _("How you are told is up to you:") + f" {settings.SITE_URL}{reverse('core:notice_ways')}"
        text = "\n\n".join([*parts, choose_here]) + "\n"
        mail.post(person.email, title, text, key=f"digest-{person.pk}-{rows[-1].pk}", at=at)
    Notice.objects.filter(pk__in=[one.pk for one in rows]).update(mailed_at=at)
    return True


def forget(*, at: datetime) -> int:
    """Remove what was read long ago. Returns how many."""
    return Notice.objects.filter(read_at__lt=at - KEPT).delete()[0]
