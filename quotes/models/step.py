from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.models import User
from quotes.models.quote import Quote, QuoteVersion


class DraftStep(models.Model):
    """What one edit of a draft changed. Undo takes back the last one that stands; a new edit ends what could be redone.

    Undoing and redoing are edits too, with a step each that is `past` from the start: it cannot be undone again, but
    says to somebody who looked at an older draft which fields moved since.
    """

    class State(models.TextChoices):
        DONE = "done"
        UNDONE = "undone"
        PAST = "past"

    version = models.ForeignKey(QuoteVersion, models.CASCADE, related_name="steps")
    edit_number = models.PositiveIntegerField()
    change = models.JSONField(encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=8, choices=State.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "edit_number"], name="step_once_per_edit")]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.edit_number}"


class Presence(models.Model):
    """Who has a quote open, as their browser last said."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quote", "user"], name="presence_once_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.quote_id}"
