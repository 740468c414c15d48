from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from quotes.rules.approvals import Example, Rule


class ApprovalRule(models.Model):
    """One version of an approval rule. Published by a second person; never changed afterwards."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=80)
    condition = models.CharField(max_length=1000)
    reason = models.CharField(max_length=240)
    role = models.CharField(max_length=32)
    count = models.PositiveSmallIntegerField(default=1)
    stage = models.PositiveSmallIntegerField(default=1)
    due_hours = models.PositiveSmallIntegerField(default=24)
    active_from = models.DateField(null=True, blank=True)
    active_to = models.DateField(null=True, blank=True)
    examples = models.JSONField(default=list, blank=True)
    edit_number = models.PositiveIntegerField(default=1)
    author_ids = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="approvalrule_code_and_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(status="draft"), name="approvalrule_one_draft"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(status="published"), name="approvalrule_one_published"
            ),
            models.CheckConstraint(condition=Q(stage__gte=1, stage__lte=9), name="approvalrule_stage_1_to_9"),
            models.CheckConstraint(condition=Q(count__lte=9), name="approvalrule_count_0_to_9"),
            models.CheckConstraint(
                condition=Q(due_hours__gte=1, due_hours__lte=720), name="approvalrule_due_within_30_days"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, published_by=None)
                | ~Q(status="draft") & Q(published_at__isnull=False, published_by__isnull=False),
                name="approvalrule_publication_facts_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def as_rule(self) -> Rule:
        """The rule as a value."""
        return Rule(
            code=self.code,
            title=self.title,
            condition=self.condition,
            reason=self.reason,
            role=self.role,
            count=self.count,
            stage=self.stage,
            due_hours=self.due_hours,
            active_from=self.active_from,
            active_to=self.active_to,
            examples=tuple(Example(one["facts"], one["asks"]) for one in self.examples),
            version=self.version,
        )
