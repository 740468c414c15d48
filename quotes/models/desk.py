from django.db import models
from django.db.models import F, Q

from core.models import User
from quotes.models.quote import QuoteVersion


class Delegation(models.Model):
    """Somebody decides for a colleague from one day to another, both included. Never passed on."""

    absent = models.ForeignKey(User, models.PROTECT, related_name="delegations_given")
    stand_in = models.ForeignKey(User, models.PROTECT, related_name="delegations_taken")
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("stand_in")), name="delegation_is_to_somebody_else"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="delegation_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.absent_id} -> {self.stand_in_id}"


class Question(models.Model):
    """What an approver asks the seller about a version, and the answer. It decides nothing."""

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="questions")
    text = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="question_answered_whole_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.text[:40]}"
