"""How deals go: times between stations, what is won at which discount and margin, which rules ask, what slips."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import F
from django.urls import reverse

from core.languages import lazily as _
from core.models import User
from customers.models import Customer
from quotes.models import Approval, QuoteLine, QuoteVersion
from quotes.rules.transitions import Status

SPAN = timedelta(days=365)
WON = frozenset({Status.ACCEPTED, Status.CONTRACTED})
LOST = frozenset({Status.DECLINED, Status.EXPIRED})
STAGES = (
    (_("Building"), "started_at", "submitted_at"),
    (_("Approval"), "submitted_at", "approved_at"),
    (_("Sending"), "approved_at", "sent_at"),
    (_("Customer"), "sent_at", "accepted_at"),
)


@dataclass(frozen=True)
class Stage:
    name: str
    count: int
    median_hours: float | None
    longest_hours: float | None


@dataclass
class Group:
    """Deals that were sent and answered, of one segment or with one package."""

    name: str
    url: str
    won: int = 0
    lost: int = 0
    facts: list[dict[str, Any]] = field(default_factory=list)  # of all
    promised: list[dict[str, Any]] = field(default_factory=list)  # of the won ones

    @property
    def answered(self) -> int:
        return self.won + self.lost

    @property
    def win_rate(self) -> float:
        return self.won / self.answered

    @property
    def discount(self) -> float | None:
        return middle(self.facts, "discount_percent")

    @property
    def margins(self) -> list[float | None]:
        """Promised at P10, P50 and P90: the median over what was won."""
        return [middle(self.promised, name) for name in ("margin_p10", "margin_p50", "margin_p90")]


@dataclass(frozen=True)
class RuleUse:
    rule: str
    url: str
    asked: int
    approved: int
    carried: int
    refused: int
    open: int
    median_hours: float | None


@dataclass(frozen=True)
class Leak:
    """Approved although a line is below its floor."""

    number: str
    version: int
    customer: str
    lines: int
    discount: float | None


@dataclass(frozen=True)
class Analytics:
    stages: list[Stage]
    segments: list[Group]
    packages: list[Group]
    rules: list[RuleUse]
    leaks: list[Leak]
    submitted: int


def analytics(user: User, *, at: datetime) -> Analytics:
    """What was submitted within a year, of all quotes open to this person; three queries whatever there is."""
    rows = submitted(user, since=at - SPAN)
    names = packages_of(row["pk"] for row in rows)
    segments = dict(Customer.Segment.choices)
    return Analytics(
        stages=[stage(rows, *one) for one in STAGES],
        segments=grouped(rows, lambda row: [(row["segment"], segments.get(row["segment"], row["segment"]))], "segment"),
        packages=grouped(rows, lambda row: names[row["pk"]], "package"),
        rules=rule_uses(row["pk"] for row in rows),
        leaks=[leak(row) for row in rows if row["approved_at"] and (row["facts"].get("below_floor") or 0) > 0],
        submitted=len(rows),
    )


def submitted(user: User, *, since: datetime) -> list[dict[str, Any]]:
    versions = QuoteVersion.objects.visible_to(user).filter(submitted_at__gte=since)
    rows: Any = versions.order_by("-submitted_at", "-pk").values(
        "pk",
        "number",
        "status",
        "submitted_at",
        "approved_at",
        "sent_at",
        "accepted_at",
        started_at=F("created_at"),
        quote_number=F("quote__number"),
        customer=F("quote__customer__name"),
        segment=F("quote__customer__segment"),
        facts=F("margin__priced__facts"),
    )
    return list(rows)


def packages_of(versions: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    lines = QuoteLine.objects.filter(version__in=list(versions), part__isnull=False)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for version, code, name in (
        lines.order_by("version", "part__package__code")
        .values_list("version", "part__package__code", "part__package__name")
        .distinct()
    ):
        found[version].append((code, name))
    return found


def stage(rows: list[dict[str, Any]], name: str, start: str, end: str) -> Stage:
    taken = [hours(row[start], row[end]) for row in rows if row[start] and row[end]]
    return Stage(name, len(taken), median(taken) if taken else None, max(taken, default=None))


def hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600


def grouped(
    rows: list[dict[str, Any]], keys: Callable[[dict[str, Any]], list[tuple[str, str]]], kind: str
) -> list[Group]:
    """Only what the customer answered, or let lapse, counts."""
    groups: dict[str, Group] = {}
    for row in rows:
        if not row["sent_at"] or row["status"] not in WON | LOST:
            continue
        for code, name in keys(row):
            group = groups.setdefault(code, Group(name, f"{reverse('quotes:list')}?{kind}={code}"))
            group.facts.append(row["facts"])
            if row["status"] in WON:
                group.won += 1
                group.promised.append(row["facts"])
            else:
                group.lost += 1
    return sorted(groups.values(), key=lambda group: (-group.answered, group.name))


def middle(facts: list[dict[str, Any]], name: str) -> float | None:
    values = [float(one[name]) for one in facts if one.get(name) is not None]
    return median(values) if values else None


def rule_uses(versions: Iterable[int]) -> list[RuleUse]:
    seats: dict[str, list[tuple[str, datetime, datetime | None]]] = defaultdict(list)
    rows = Approval.objects.filter(version__in=list(versions), asked_by=None)
    for rule, decision, asked, decided in rows.values_list("rule", "decision", "asked_at", "decided_at"):
        seats[rule].append((decision, asked, decided))
    uses = [rule_use(rule, found) for rule, found in seats.items()]
    return sorted(uses, key=lambda use: (-use.asked, use.rule))


def rule_use(rule: str, seats: list[tuple[str, datetime, datetime | None]]) -> RuleUse:
    decisions = [decision for decision, _, _ in seats]
    taken = [hours(asked, at) for decision, asked, at in seats if at and decision != Approval.Decision.CARRY]
    approved, carried = (decisions.count(one) for one in (Approval.Decision.APPROVE, Approval.Decision.CARRY))
    waiting = decisions.count("")
    return RuleUse(
        rule=rule,
        url=reverse("quotes:rule", args=[rule]),
        asked=len(seats),
        approved=approved,
        carried=carried,
        refused=len(seats) - approved - carried - waiting,
        open=waiting,
        median_hours=median(taken) if taken else None,
    )


def leak(row: dict[str, Any]) -> Leak:
    discount = row["facts"].get("discount_percent")
    return Leak(
        number=row["quote_number"],
        version=row["number"],
        customer=row["customer"],
        lines=row["facts"]["below_floor"],
        discount=None if discount is None else float(discount),
    )
