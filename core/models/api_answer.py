from django.conf import settings
from django.db import models


class ApiAnswer(models.Model):
    """What a POST with an Idempotency-Key was answered, written in the transaction that did what it asked for."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked_sha256 = models.CharField(max_length=64)  # of address and body
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="api_answer_once_per_key")]

    def __str__(self) -> str:
        return f"{self.owner_id}/{self.key}"
