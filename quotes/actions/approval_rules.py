"""The life of an approval rule: a draft, its publication by a second person, its retirement."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, Invalid, refuse
from core.models import User
from core.turns import take_turn
from quotes.models import ApprovalRule
from quotes.rules import rule_life
from quotes.rules.approvals import STANDARD, Rule, problems

Status = ApprovalRule.Status
CONTENT = ("title", "condition", "reason", "role", "count", "stage", "due_hours", "active_from", "active_to")


@transaction.atomic
def start_rule(code: str, *, by: User, at: datetime, content: dict[str, Any] | None = None) -> ApprovalRule:
    """The next version of a rule as a draft, like the one in force; or a new rule with this content."""
    take_turn(f"approval rule {code}")
    versions = list(ApprovalRule.objects.select_for_update().filter(code=code).order_by("-version"))
    draft = next((one.version for one in versions if one.status == Status.DRAFT), None)
    refuse(rule_life.why_not_start(code, draft, by=by))
    base = versions[0].as_rule() if versions else next((rule for rule in STANDARD if rule.code == code), None)
    if base is None and content is None:
        raise Invalid({"code": _("There is no rule {code}.").format(code=code)})
    values = {**(of_rule(base) if base else {}), **(content or {})}
    row = ApprovalRule.objects.create(
        code=code, version=(versions[0].version if versions else 0) + 1, author_ids=[by.pk], created_at=at, **values
    )
    record(by, "start_rule", row, at=at)
    return row


def of_rule(rule: Rule) -> dict[str, Any]:
    examples = [asdict(example) for example in rule.examples]
    return {name: getattr(rule, name) for name in CONTENT} | {"examples": examples}


@transaction.atomic
def edit_rule(row: ApprovalRule, *, by: User, at: datetime, edit_number: int, **content: Any) -> ApprovalRule:
    """Change the draft; Conflict when somebody changed it since it was looked at."""
    refuse(rule_life.why_not_edit(row.status, by=by))
    mine = {"edit_number": edit_number + 1, "author_ids": sorted({*row.author_ids, by.pk})}
    same = ApprovalRule.objects.filter(pk=row.pk, status=Status.DRAFT, edit_number=edit_number)
    if same.update(**content, **mine) != 1:
        raise Conflict(_("Somebody else changed this draft meanwhile. Nothing was overwritten; look at it again."))
    before = {name: getattr(row, name) for name in content}
    row.refresh_from_db()
    moved = {name: [before[name], value] for name, value in content.items() if before[name] != value}
    record(by, "edit_rule", row, at=at, changes=moved)
    return row


@transaction.atomic
def publish_rule(row: ApprovalRule, *, by: User, at: datetime) -> ApprovalRule:
    """Put the draft in force; the version before it is retired. Its tests must pass, and no author publishes."""
    row = ApprovalRule.objects.select_for_update().get(pk=row.pk)
    wrong = [sentence for _, sentence in problems(row.as_rule())]
    refuse(rule_life.why_not_publish(row.status, by=by, author_ids=row.author_ids, problems=wrong))
    ApprovalRule.objects.filter(code=row.code, status=Status.PUBLISHED).update(status=Status.RETIRED)
    row.status, row.published_at, row.published_by = Status.PUBLISHED, at, by
    row.save(update_fields=["status", "published_at", "published_by"])
    record(by, "publish_rule", row, at=at)
    return row


@transaction.atomic
def retire_rule(code: str, *, by: User, at: datetime) -> None:
    """Ask no more. A standard rule is retired by name: its retired version says who did it."""
    take_turn(f"approval rule {code}")
    row = (
        ApprovalRule.objects.select_for_update()
        .filter(code=code)
        .exclude(status=Status.DRAFT)
        .order_by("-version")
        .first()
    )
    standard = next((rule for rule in STANDARD if rule.code == code), None)
    refuse(rule_life.why_not_retire(row.status if row else "standard" if standard else "unknown", by=by))
    if row is None and standard is not None:
        row = ApprovalRule.objects.create(
            code=code,
            version=1,
            created_at=at,
            status=Status.PUBLISHED,
            published_at=at,
            published_by=by,
            **of_rule(standard),
        )
    assert row is not None
    ApprovalRule.objects.filter(pk=row.pk).update(status=Status.RETIRED)
    record(by, "retire_rule", row, at=at)


@transaction.atomic
def discard_rule(row: ApprovalRule, *, by: User, at: datetime) -> None:
    """Throw a draft away."""
    refuse(rule_life.why_not_edit(row.status, by=by))
    if ApprovalRule.objects.filter(pk=row.pk, status=Status.DRAFT).delete()[0] != 1:
        raise Conflict(_("Somebody was faster: this rule is no longer a draft."))
    record(by, "discard_rule", row, at=at)


def record(by: User, verb: str, row: ApprovalRule, *, at: datetime, **data: Any) -> None:
    audit.record(by, verb, f"rule:{row.code}", at=at, data={"version": row.version, **data})
