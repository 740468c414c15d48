"""What waits for a person's decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.models import User
from core.roles import Permission, may
from quotes.models import Approval, QuoteVersion
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
    committed: Decimal
    term: dict[str, str]  # p10, p50, p90 of the bill
    margin: dict[str, str] | None
    margin_percent: dict[str, str] | None
    discount_percent: str
    reasons: tuple[str, ...]
    others: tuple[str, ...]  # reasons that wait for somebody else
    why_not: str


def inbox(user: User) -> tuple[Waiting, ...]:
    """The versions that wait for one of this person's roles, the longest waiting first."""
    if not may(user, Permission.DECIDE_APPROVALS):
        return ()
    asked = Approval.objects.filter(decision="", role__in=user.roles, version__status=Status.SUBMITTED)
    versions = (
        QuoteVersion.objects.filter(pk__in=asked.values("version"))
        .select_related("quote__customer", "quote__owner", "margin")
        .prefetch_related("approvals")
        .order_by("submitted_at", "pk")
    )
    rows = (waiting(version, user) for version in versions)
    return tuple(row for row in rows if row.reasons)


def waiting(version: QuoteVersion, user: User) -> Waiting:
    present = present_stage(version.approvals.all())
    mine = [one for one in present if one.role in user.roles]
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
        committed=version.committed_total,
        term=priced["term"],
        margin=margin.get("margin"),
        margin_percent=margin.get("percent"),
        discount_percent=str(priced["facts"]["discount_percent"]),
        reasons=tuple(one.reason for one in mine),
        others=tuple(one.reason for one in present if one.role not in user.roles),
        why_not=why_not_decide(version, by=user, open_roles=[one.role for one in present]),
    )


def present_stage(approvals: Iterable[Approval]) -> list[Approval]:
    """The undecided approvals of the lowest stage that has any."""
    undecided = [one for one in approvals if not one.decision]
    lowest = min((one.stage for one in undecided), default=0)
    return sorted((one for one in undecided if one.stage == lowest), key=lambda one: one.pk)
