from django.db import models
from django.db.models import Q

from core.languages import lazily as _
from core.models import User
from quotes.models.quote import QuoteVersion


class Approval(models.Model):
    """One rule's demand for one person's decision on one frozen version. Bound to the version's hash.

    A rule that asks for several people has as many seats. A carried approval repeats the decision on an earlier
    version, since when no tested fact got worse.
    """

    class Decision(models.TextChoices):
        APPROVE = "approve", _("Approved")
        REQUEST_CHANGES = "request_changes", _("Changes requested")
        REJECT = "reject", _("Rejected")
        CARRY = "carry", _("Carried over")

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="approvals")
    rule = models.SlugField(max_length=40)
    rule_version = models.PositiveSmallIntegerField(default=0)
    seat = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=300)
    secret = models.BooleanField(default=False)
    role = models.CharField(max_length=32)
    stage = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # of an ad-hoc approval
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    due_hours = models.PositiveSmallIntegerField(default=24)
    due_at = models.DateTimeField(null=True, blank=True)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    on_behalf_of = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "rule", "seat"], name="approval_once_per_version_rule_and_seat"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None, comment="")
                | ~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="approval_decided_whole_or_not",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "approve", "carry"]) | ~Q(comment=""), name="approval_refusal_says_why"
            ),
            models.CheckConstraint(
                condition=Q(decision="carry", carried_from__isnull=False) | ~Q(decision="carry") & Q(carried_from=None),
                name="approval_carried_names_its_origin",
            ),
        ]
        indexes = [models.Index(fields=["role", "asked_at"], condition=Q(decision=""), name="approval_open_by_role")]

    @property
    def escalated(self) -> bool:
        return self.escalated_at is not None

    def __str__(self) -> str:
        return f"{self.version_id}/{self.rule}"
