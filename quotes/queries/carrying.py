"""Smart re-approval: which decisions on earlier versions still stand, because no tested fact got worse."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import TypeAdapter

from quotes.models import Approval, QuoteVersion, VersionMargin
from quotes.rules.approvals import Need
from quotes.rules.facts import FACTS, Facts, got_worse, said

FACTS_OF: TypeAdapter[Facts] = TypeAdapter(Facts)
STANDING = (Approval.Decision.APPROVE, Approval.Decision.CARRY)


@dataclass(frozen=True)
class Compared:
    """One tested fact, as it was approved and as it is now."""

    label: str
    before: str
    after: str
    worse: bool


@dataclass(frozen=True)
class Carried:
    """The decisions that stand for a rule (empty: it asks again), and why, fact by fact."""

    decisions: tuple[Approval, ...]
    origin: int  # number of the version that was decided on
    changed_rule: bool
    facts: tuple[Compared, ...]

    @property
    def stands(self) -> bool:
        return bool(self.decisions)


def carried_over(version: QuoteVersion, needs: Iterable[Need], facts: Facts) -> dict[str, Carried]:
    """For each rule that was approved on an earlier version: whether that still stands. Two queries at most.

    A decision stands when its rule is the same version, no tested fact is worse than when a person decided (not than
    when it was last carried), and none of the deciders made this version. What tests no fact of the whole version, such
    as the limits of single prices, is asked anew.
    """
    wanted = {need.rule: need for need in needs}
    newest = newest_standing(version, wanted)
    decided_on = {origin(group[0]).version_id for group in newest.values()}
    margins = VersionMargin.objects.filter(version__in=decided_on)
    then = {margin.version_id: FACTS_OF.validate_python(margin.priced["facts"]) for margin in margins}
    return {
        rule: carried(version, wanted[rule], group, then[origin(group[0]).version_id], facts)
        for rule, group in newest.items()
    }


def newest_standing(version: QuoteVersion, rules: Iterable[str]) -> dict[str, list[Approval]]:
    """By rule, the seats of the newest earlier version on which every one of them approved."""
    asked = Approval.objects.filter(version__quote=version.quote_id, version__number__lt=version.number, rule__in=rules)
    rows = asked.select_related("version", "decided_by", "carried_from__version").order_by("-version__number", "seat")
    groups: dict[tuple[str, int], list[Approval]] = {}
    for row in rows:
        groups.setdefault((row.rule, row.version_id), []).append(row)
    newest: dict[str, list[Approval]] = {}
    for (rule, _), group in groups.items():
        if all(one.decision in STANDING for one in group):
            newest.setdefault(rule, group)
    return newest


def origin(approval: Approval) -> Approval:
    """The decision that a person made."""
    return approval.carried_from or approval


def carried(version: QuoteVersion, need: Need, group: list[Approval], then: Facts, now: Facts) -> Carried:
    compared = tuple(compare(name, then, now) for name in need.tested)
    changed_rule = any(one.rule_version != need.rule_version for one in group)
    stands = (
        bool(need.tested)
        and not changed_rule
        and not any(one.worse for one in compared)
        and not {one.decided_by_id for one in group} & version.maker_ids
    )
    return Carried(tuple(group) if stands else (), origin(group[0]).version.number, changed_rule, compared)


def compare(name: str, then: Facts, now: Facts) -> Compared:
    before, after = getattr(then, name), getattr(now, name)
    currency = now.currency or ""
    return Compared(
        FACTS[name].label, said(name, before, currency), said(name, after, currency), got_worse(name, before, after)
    )
