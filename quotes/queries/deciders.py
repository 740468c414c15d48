"""Who could decide on what a draft needs, and how long that usually takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from core.models import User
from quotes.models import Approval, QuoteVersion
from quotes.rules.approvals import DECIDERS, Need

LAST = 50


@dataclass(frozen=True)
class Deciders:
    names: tuple[str, ...]
    usual: timedelta | None  # half of the past decisions of this role were quicker


def deciders(version: QuoteVersion, needs: Iterable[Need]) -> dict[str, Deciders]:
    """By role; two queries, whatever is needed. Makers of the version are left out: they may not decide."""
    roles = {need.role for need in needs}
    if not roles:
        return {}
    people = User.objects.filter(is_active=True, roles__overlap=sorted(roles)).exclude(pk__in=version.maker_ids)
    members = list(people.order_by("first_name", "username"))
    asked = Approval.objects.filter(role__in=roles, decision__in=("approve", "request_changes", "reject"))
    took: dict[str, list[float]] = {role: [] for role in roles}
    for role, since, until in asked.order_by("-decided_at").values_list("role", "asked_at", "decided_at")[:LAST]:
        if until:
            took[role].append((until - since).total_seconds())
    return {
        role: Deciders(
            tuple(one.get_full_name() or one.username for one in members if role in one.roles),
            timedelta(seconds=median(took[role])) if took[role] else None,
        )
        for role in roles
    }


def colleagues(user: User, version: QuoteVersion) -> list[User]:
    """Who else could decide on the version."""
    return [one for one in deciding_colleagues(user) if one.pk not in version.maker_ids]


def deciding_colleagues(user: User) -> list[User]:
    people = User.objects.filter(is_active=True, roles__overlap=list(DECIDERS)).exclude(pk=user.pk)
    return list(people.order_by("first_name", "username"))
