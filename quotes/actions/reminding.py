"""Reminders and escalation: a sweep over a table of due times, so that no lost task loses one."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import chat, notices
from core.formats import moment
from core.languages import HOUSE
from core.languages import lazily as _lazy
from core.models import User
from core.retelling import retold
from quotes.actions.moves import record
from quotes.models import Approval, QuoteVersion
from quotes.rules.desk import ESCALATION
from quotes.rules.transitions import Status

SOON = timedelta(hours=4)


def tell(version: QuoteVersion, *, at: datetime) -> None:
    """Write to those whose turn it is now, once for each seat; the link still asks them to sign in."""
    for seat in waiting().filter(version=version, due_at__isnull=False):
        notify(seat, deciders(seat), "asked", _lazy("Please decide"), at=at)


def sweep_due(*, at: datetime) -> int:
    """Remind of what is due soon; open what is overdue to the escalation role. Returns how many seats were handled."""
    soon = waiting().filter(reminded_at=None, due_at__lte=at + SOON)
    late = waiting().filter(escalated_at=None, due_at__lte=at)
    return sum(remind(seat, at=at) for seat in soon) + sum(escalate(seat, at=at) for seat in late)


@transaction.atomic
def remind(seat: Approval, *, at: datetime) -> bool:
    """Compare-and-set: one sweeper writes, however many run."""
    if not Approval.objects.filter(pk=seat.pk, decision="", reminded_at=None).update(reminded_at=at):
        return False
    notify(seat, deciders(seat), "reminder", _lazy("Due soon"), at=at)
    return True


@transaction.atomic
def escalate(seat: Approval, *, at: datetime) -> bool:
    if not Approval.objects.filter(pk=seat.pk, decision="", escalated_at=None).update(escalated_at=at):
        return False
    record(None, "escalate", seat.version, at=at, rule=seat.rule)
    others = User.objects.filter(is_active=True, roles__contains=[ESCALATION]).exclude(pk__in=seat.version.maker_ids)
    notify(seat, others, "escalated", _lazy("Overdue"), at=at)
    return True


def waiting() -> QuerySet[Approval]:
    rows = Approval.objects.filter(decision="", version__status=Status.SUBMITTED)
    return rows.select_related("version__quote__customer", "version__quote__owner", "assignee").order_by("pk")


def deciders(seat: Approval) -> Iterable[User]:
    if seat.assignee:
        return [seat.assignee]
    people = User.objects.filter(is_active=True, roles__contains=[seat.role])
    return people.exclude(pk__in=seat.version.maker_ids).order_by("pk")


def notify(seat: Approval, people: Iterable[User], what: str, subject: str, *, at: datetime) -> None:
    """In the chat, and to each as they chose; the link still asks them to sign in."""
    quote = seat.version.quote
    path = reverse("quotes:version", args=[quote.number, seat.version.number])
    with override(HOUSE):
        title, text = notice(seat, str(subject))
        chat.say(f"{title}\n{text}\n{settings.SITE_URL}{path}\n", key=f"approval-{seat.pk}-{what}", at=at)
    for person in people:
        with override(person.language or HOUSE):
            title, text = notice(seat, str(subject))
            key = f"approval-{seat.pk}-{what}-{person.pk}"
            notices.give(person, "waiting", title, text, path=path, key=key, about=f"quote:{quote.number}", at=at)


def notice(seat: Approval, subject: str) -> tuple[str, str]:
    """Subject and text: what waits, why and until when."""
    version, quote = seat.version, seat.version.quote
    waits = _("{number}, version {version}, by {owner} waits for approval.").format(
        number=quote.number, version=version.number, owner=quote.owner.get_full_name()
    )
    why = _("A rule about margin asks.") if seat.secret else retold(seat.reason)
    due = _("Due {moment} UTC.").format(moment=moment(seat.due_at)) + "\n" if seat.due_at else ""
    title = _("{subject}: {title} for {customer}").format(
        subject=subject, title=version.title, customer=quote.customer.name
    )
    return title, f"{waits}\n\n{why}\n{due}".rstrip()
