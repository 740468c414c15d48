from django.db import models
from django.db.models import Q

from core.models import User
from quotes.models.quote import QuoteVersion


class Approval(models.Model):
    """One rule's demand for a decision on one frozen version. Bound to the version's hash."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "Approved"
        REQUEST_CHANGES = "request_changes", "Changes requested"
        REJECT = "reject", "Rejected"

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="approvals")
    rule = models.SlugField(max_length=40)
    reason = models.CharField(max_length=300)
    role = models.CharField(max_length=32)
    stage = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "rule"], name="approval_once_per_version_and_rule"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None, comment="")
                | ~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="approval_decided_whole_or_not",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "approve"]) | ~Q(comment=""), name="approval_refusal_says_why"
            ),
        ]
        indexes = [models.Index(fields=["role", "asked_at"], condition=Q(decision=""), name="approval_open_by_role")]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.rule}"
