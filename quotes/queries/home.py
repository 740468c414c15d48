"""What there is to do and what is waited for, on the first page: counts of everything, and the first few of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import or_

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core.models import User
from core.roles import Permission, may
from quotes.models import Approval, QuoteVersion
from quotes.queries.acting import acting
from quotes.queries.inbox import present_stage
from quotes.queries.lists import QuoteRow, expiring, newest_versions, row_of
from quotes.rules.listing import QuoteFilter
from quotes.rules.transitions import Status

PANEL_SIZE = 8
SOON = "7"

OURS = (Status.CHANGES_REQUESTED, Status.APPROVED)
"""Approvers answered: the seller revises or sends."""

THEIRS = (Status.SUBMITTED, Status.SENT)
"""With the approvers or with the customer."""


@dataclass(frozen=True)
class HomePanel:
    """A list on the first page; `query` opens the whole of it in the list of quotes."""

    key: str
    title: str
    empty: str
    query: str
    rows: tuple[QuoteRow, ...]
    count: int


@dataclass(frozen=True)
class Wanted:
    """What a panel lists, and the same as a filter of the list."""

    key: str
    title: str
    empty: str
    which: Q
    chosen: QuoteFilter


def home_panels(user: User, *, at: datetime) -> tuple[HomePanel, ...]:
    """Of own quotes for a seller, else of all; one query for the counts and one for each panel."""
    seller = may(user, Permission.EDIT_QUOTES)
    versions = newest_versions(user)
    if seller:
        versions = versions.filter(quote__owner=user)
    wanted = of_seller(at) if seller else of_others(at)
    busy = versions.filter(reduce(or_, (one.which for one in wanted)))
    counts = busy.aggregate(**{one.key: Count("pk", filter=one.which) for one in wanted})
    return tuple(panel(one, versions, counts[one.key]) for one in wanted)


def of_seller(at: datetime) -> list[Wanted]:
    return [
        with_status("ours", _("Waiting on me"), _("Nothing waits for you."), OURS, mine=True),
        with_status("drafts", _("My drafts"), _("You have no drafts."), (Status.DRAFT,), mine=True),
        with_status("theirs", _("Waiting on others"), _("Nobody else is busy with your quotes."), THEIRS, mine=True),
        soon(_("No open quote of yours expires within a week."), at, mine=True),
    ]


def of_others(at: datetime) -> list[Wanted]:
    return [
        with_status("customers", _("With customers"), _("No quote is with a customer."), (Status.SENT,)),
        soon(_("No open quote expires within a week."), at),
    ]


def with_status(key: str, title: str, empty: str, statuses: Iterable[Status], *, mine: bool = False) -> Wanted:
    chosen = QuoteFilter(mine=mine, status=",".join(statuses), sort="valid_until")
    return Wanted(key, title, empty, Q(status__in=list(statuses)), chosen)


def soon(empty: str, at: datetime, *, mine: bool = False) -> Wanted:
    chosen = QuoteFilter(mine=mine, expires=SOON, sort="valid_until")
    return Wanted("soon", _("Expiring within 7 days"), empty, expiring(SOON, at), chosen)


def panel(wanted: Wanted, versions: QuerySet[QuoteVersion], count: int) -> HomePanel:
    first = versions.filter(wanted.which).order_by("expires_at", "pk")[:PANEL_SIZE]
    rows = tuple(row_of(version) for version in first)
    return HomePanel(wanted.key, wanted.title, wanted.empty, wanted.chosen.query(), rows, count)


@dataclass(frozen=True)
class Decision:
    """A submitted version that waits for a person, and why."""

    row: QuoteRow
    reasons: tuple[str, ...]
    since: datetime


def decisions(user: User, *, at: datetime) -> tuple[list[Decision], int]:
    """The first of what waits for this person's decision, the one due first, and how many wait in all."""
    if not may(user, Permission.DECIDE_APPROVALS):
        return [], 0
    actor = acting(user, at=at)
    asked = Approval.objects.filter(decision="", version__status=Status.SUBMITTED)
    mine = []
    for version, seats in groupby(asked.order_by("version", "pk"), key=lambda seat: seat.version_id):
        if taken := [seat for seat in present_stage(seats) if actor.takes(seat)]:
            mine.append((version, taken))
    mine.sort(key=lambda pair: min((seat.due_at for seat in pair[1] if seat.due_at), default=at))
    first = mine[:PANEL_SIZE]
    versions = QuoteVersion.objects.select_related("quote__customer", "quote__owner").in_bulk(
        [pk for pk, seats in first]
    )
    found = [
        Decision(row_of(versions[pk]), tuple(seat.reason for seat in seats), min(seat.asked_at for seat in seats))
        for pk, seats in first
    ]
    return found, len(mine)
