from django.conf import settings
from django.db import models


class RecoveryCode(models.Model):
    """A code that stands in, once, for the app a person has lost. Shown once; its hash is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "sha256"], name="recovery_code_once")]
