"""What waits for a person's decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.models import User
from core.roles import Permission, may
from quotes.models import Approval, QuoteVersion
from quotes.queries.acting import acting
from quotes.rules.desk import Acting
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_decide


@dataclass(frozen=True)
class Waiting:
    """A submitted version with the reasons why this person is asked, and the figures to decide by."""

    number: str
    version: int
    title: str
    customer: str
    customer_slug: str
    owner: str
    currency: str
    months: int
    sha256: str
    since: datetime
    due: datetime | None
    overdue: bool
    committed: Decimal
    term: dict[str, str]  # p10, p50, p90 of the bill
    margin: dict[str, str] | None
    margin_percent: dict[str, str] | None
    discount_percent: str
    reasons: tuple[str, ...]
    others: tuple[str, ...]  # reasons that wait for somebody else
    questions: int  # that the seller has not answered yet
    note: str  # what the seller wrote to the approvers
    why_not: str


def inbox(user: User, *, at: datetime) -> tuple[Waiting, ...]:
    """The versions that wait for this person, or for a colleague they stand in for: the first one due first."""
    if not may(user, Permission.DECIDE_APPROVALS):
        return ()
    actor = acting(user, at=at)
    asked = Approval.objects.filter(decision="", version__status=Status.SUBMITTED)
    versions = (
        QuoteVersion.objects.filter(pk__in=asked.values("version"))
        .select_related("quote__customer", "quote__owner", "margin")
        .prefetch_related("approvals", "questions")
        .order_by("submitted_at", "pk")
    )
    rows = [waiting(version, actor, user, at) for version in versions]
    late = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted((row for row in rows if row.reasons), key=lambda row: row.due or late))


def waiting(version: QuoteVersion, actor: Acting, user: User, at: datetime) -> Waiting:
    present = present_stage(version.approvals.all())
    mine = [one for one in present if actor.takes(one)]
    due = min((one.due_at for one in mine if one.due_at), default=None)
    quote, priced = version.quote, version.margin.priced
    margin: dict[str, Any] = (priced.get("margin") or {}) if may(user, Permission.SEE_MARGIN) else {}
    return Waiting(
        number=quote.number,
        version=version.number,
        title=version.title,
        customer=quote.customer.name,
        customer_slug=quote.customer.slug,
        owner=quote.owner.get_full_name() or quote.owner.username,
        currency=version.currency,
        months=version.months,
        sha256=version.sha256,
        since=min((one.asked_at for one in mine), default=version.submitted_at or version.created_at),
        due=due,
        overdue=due is not None and due <= at,
        committed=version.committed_total,
        term=priced["term"],
        margin=margin.get("margin"),
        margin_percent=margin.get("percent"),
        discount_percent=str(priced["facts"]["discount_percent"]),
        reasons=tuple(one.reason for one in mine),
        others=tuple(one.reason for one in present if not actor.takes(one)),
        questions=sum(1 for one in version.questions.all() if not one.answer),
        note=version.note,
        why_not=why_not_decide(version, by=user, seats=present, acting=actor),
    )


def present_stage(approvals: Iterable[Approval]) -> list[Approval]:
    """The undecided approvals of the lowest stage that has any."""
    undecided = [one for one in approvals if not one.decision]
    lowest = min((one.stage for one in undecided), default=0)
    return sorted((one for one in undecided if one.stage == lowest), key=lambda one: one.pk)
