from django.db import models
from django.db.models import Q

from core.languages import lazily as _
from core.models import User
from quotes.models.quote import QuoteVersion


class RoomLink(models.Model):
    """One person's key to the customer's page of one version. The token itself is never stored."""

    class Right(models.TextChoices):
        VIEW = "view", _("May read")
        SIGN = "sign", _("May read and accept")

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="links")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    title = models.CharField(max_length=120, blank=True)
    right = models.CharField(max_length=8, choices=Right)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "email"], condition=Q(revoked_at=None), name="link_one_per_person_and_version"
            ),
            models.CheckConstraint(
                condition=Q(first_opened_at=None, last_opened_at=None)
                | Q(first_opened_at__isnull=False, last_opened_at__isnull=False),
                name="link_opened_whole_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class Acceptance(models.Model):
    """The customer's yes: who, when, and to exactly which content and total."""

    version = models.OneToOneField(QuoteVersion, models.PROTECT, related_name="acceptance")
    link = models.ForeignKey(RoomLink, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    email = models.EmailField()
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    total = models.DecimalField(max_digits=18, decimal_places=3)

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"
