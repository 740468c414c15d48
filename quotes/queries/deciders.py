"""Who could decide on what a draft needs, and how long that usually takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import QuerySet

from core.languages import lazily as _
from core.models import User
from quotes.models import Approval, QuoteVersion
from quotes.rules.approvals import DECIDERS, Need
from quotes.rules.transitions import Status

LAST = 50
SAID = {
    Status.APPROVED: _("{name} was faster and approved this version."),
    Status.REJECTED: _("{name} was faster and rejected this version."),
    Status.CHANGES_REQUESTED: _("{name} was faster and asked for changes of this version."),
}


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


def faster(version: QuoteVersion) -> str:
    """Who has just decided on a version that waits no more; "" when nobody has."""
    decided = Approval.objects.filter(version=version).exclude(decision="").exclude(decided_by=None)
    last = decided.select_related("decided_by").order_by("-decided_at", "-pk").first()
    if last is None or last.decided_by is None or version.status not in SAID:
        return ""
    return SAID[Status(version.status)].format(name=last.decided_by.full_name)


def colleagues(user: User, version: QuoteVersion) -> list[User]:
    """Who else could decide on the version."""
    return [one for one in deciding_colleagues(user) if one.pk not in version.maker_ids]


def deciding_colleagues(user: User) -> list[User]:
    return list(deciding_people().exclude(pk=user.pk))


def deciding_people() -> QuerySet[User]:
    """Everybody who decides on approvals, by name."""
    return User.objects.filter(is_active=True, roles__overlap=list(DECIDERS)).order_by("first_name", "username")
