from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.models import User
from quotes.models.quote import Quote


class Comment(models.Model):
    """What a colleague says about a quote, to colleagues alone: nothing for the customer is made from it.

    Its author may take it back; then the words are gone, and the audit log says only that there were some.
    """

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="comments")
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    mentioned = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["quote", "at"], name="comment_by_quote")]

    def __str__(self) -> str:
        return f"{self.quote_id}: {self.text[:40]}"
