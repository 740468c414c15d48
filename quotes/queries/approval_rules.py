"""The approval rules of a day, and the drafts and versions of each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from core.prepared import Prepared
from quotes.models import ApprovalRule
from quotes.rules.approvals import STANDARD, Rule, in_force

Status = ApprovalRule.Status
EVER_PUBLISHED = Prepared(ApprovalRule.objects.exclude(status=Status.DRAFT))


def rules_in_force(on: date) -> tuple[Rule, ...]:
    """What submission asks on that day; one query."""
    rows = EVER_PUBLISHED.all()
    published = [row.as_rule() for row in rows if row.status == Status.PUBLISHED]
    return in_force(published, (row.code for row in rows), on)


def versions_of(code: str) -> list[ApprovalRule]:
    """Every version of a rule, the newest first."""
    return list(ApprovalRule.objects.filter(code=code).select_related("published_by").order_by("-version"))


@dataclass(frozen=True)
class RuleRow:
    """A rule on the list: what holds now, and the draft of what may hold next."""

    rule: Rule
    status: str  # standard, published, retired or draft
    active: bool
    draft_version: int | None


def rule_rows(on: date) -> tuple[RuleRow, ...]:
    """Every rule, in the order in which they are asked; those that are retired last."""
    families: dict[str, list[ApprovalRule]] = defaultdict(list)
    for row in ApprovalRule.objects.order_by("code", "-version"):
        families[row.code].append(row)
    rows = [rule_row(code, families.get(code, []), on) for code in {*families, *(rule.code for rule in STANDARD)}]
    return tuple(sorted(rows, key=lambda row: (row.status == "retired", row.rule.stage, row.rule.code)))


def rule_row(code: str, versions: list[ApprovalRule], on: date) -> RuleRow:
    draft = next((one for one in versions if one.status == Status.DRAFT), None)
    settled = [one for one in versions if one.status != Status.DRAFT]
    shown = next((one for one in settled if one.status == Status.PUBLISHED), None) or next(iter(settled), None)
    standard = next((rule for rule in STANDARD if rule.code == code), None)
    if shown:
        rule, status = shown.as_rule(), str(shown.status)
    elif standard:
        rule, status = standard, "standard"
    elif draft:
        rule, status = draft.as_rule(), "draft"
    else:
        raise LookupError(code)
    active = status in ("standard", "published") and rule.active(on)
    return RuleRow(rule, status, active, draft.version if draft else None)
