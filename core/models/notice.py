from django.db import models
from django.db.models import Q

from core.models.user import User


class Notice(models.Model):
    """Something that a person was told. `key` says what it is about, so that the same thing is not said twice."""

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    event = models.CharField(max_length=20)  # of core.events: EVENTS
    key = models.CharField(max_length=128, unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    digest = models.BooleanField(default=False)  # waits for the daily mail
    mailed_at = models.DateTimeField(null=True, blank=True)  # with that mail

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest=True) | Q(mailed_at=None), name="notice_mailed_was_to_be_mailed")
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(digest=True, mailed_at=None), name="notice_for_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.title}"
