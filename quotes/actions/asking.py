"""Asking for approvals: a seat for each person a rule wants, standing decisions carried over, stages in turn."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.models import User
from quotes.actions.moves import record
from quotes.models import Approval, QuoteVersion
from quotes.queries.carrying import Carried, carried_over, origin
from quotes.rules.approvals import Need
from quotes.rules.facts import Facts

CARRY = Approval.Decision.CARRY


def ask(version: QuoteVersion, needs: Iterable[Need], facts: Facts, *, at: datetime) -> list[Approval]:
    """The approvals of a version that was just submitted; those that nobody needs to give again are carried over."""
    needs = list(needs)
    standing = {rule: one for rule, one in carried_over(version, needs, facts).items() if one.stands}
    rows = Approval.objects.bulk_create(
        row
        for need in needs
        for row in (
            carried(version, need, standing[need.rule], at) if need.rule in standing else open_seats(version, need, at)
        )
    )
    for rule, one in standing.items():
        record(None, "carry", version, at=at, rule=rule, origin=one.origin)
    open_stage(version, at=at)
    return rows


def open_seats(version: QuoteVersion, need: Need, at: datetime) -> list[Approval]:
    return [approval(version, need, at, seat=seat) for seat in range(1, seats(version, need) + 1)]


def seats(version: QuoteVersion, need: Need) -> int:
    """How many people must decide: so many, or all of the role who did not make the version (at least one)."""
    if need.count:
        return need.count
    members = User.objects.filter(is_active=True, roles__contains=[need.role]).exclude(pk__in=version.maker_ids)
    return max(members.count(), 1)


def carried(version: QuoteVersion, need: Need, one: Carried, at: datetime) -> list[Approval]:
    return [
        approval(
            version,
            need,
            at,
            seat=seat,
            decision=CARRY,
            decided_at=at,
            decided_by=before.decided_by,
            carried_from=origin(before),
        )
        for seat, before in enumerate(one.decisions, 1)
    ]


def approval(version: QuoteVersion, need: Need, at: datetime, **more: object) -> Approval:
    return Approval(
        version=version,
        rule=need.rule,
        rule_version=need.rule_version,
        reason=need.reason,
        secret=need.secret,
        role=need.role,
        stage=need.stage,
        due_hours=need.due_hours,
        sha256=version.sha256,
        asked_at=at,
        **more,
    )


def open_stage(version: QuoteVersion, *, at: datetime) -> None:
    """Start the clock of the lowest stage that waits; a later one is not late while it cannot be decided."""
    waiting = list(Approval.objects.filter(version=version, decision="").order_by("stage", "pk"))
    for one in [one for one in waiting if one.stage == waiting[0].stage and one.due_at is None]:
        Approval.objects.filter(pk=one.pk).update(due_at=at + timedelta(hours=one.due_hours))
