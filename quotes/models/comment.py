from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.models import User
from quotes.models.quote import Quote


class Comment(models.Model):
    """What a colleague says about a quote or a row of it, to colleagues alone: nothing for the customer is made of it.

    The first of a thread has no `thread`; it alone is resolved. A `line` is a line, section or note, named by its key,
    which it has in every version, and by the name it had: a thread stays readable when that has gone. Its author may
    take a comment back: then the words are gone, and the audit log says only that there were some.
    """

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="comments")
    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    line = models.CharField(max_length=60, blank=True)
    line_name = models.CharField(max_length=200, blank=True)
    version = models.PositiveSmallIntegerField(null=True, blank=True)  # number of the one it was said on
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    mentioned = ArrayField(models.BigIntegerField(), default=list)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, thread=None),
                name="comment_thread_is_resolved_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["quote", "at"], name="comment_by_quote")]

    def __str__(self) -> str:
        return f"{self.quote_id}: {self.text[:40]}"
