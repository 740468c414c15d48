from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AuditEntry(models.Model):
    """One change of one subject, chained by hash to the entry before it. Append-only, by trigger too."""

    subject = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    verb = models.CharField(max_length=48)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    previous = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "position"], name="audit_one_entry_per_position")]
        indexes = [models.Index(fields=["-at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{self.subject} #{self.position} {self.verb}"
