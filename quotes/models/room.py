from django.db import models
from django.db.models import Q

from core.languages import lazily as _
from core.models import User
from quotes.models.quote import QuoteVersion


class RoomLink(models.Model):
    """One person's key to the customer's page of one version. The token itself is never stored.

    It is made again from `seed` and the key of this installation when a mail with it goes out, so that a copy of the
    database opens no room. Who may sign does so by `order`: equal numbers in any order, lower ones first. A colleague's
    link that a customer made has `forwarded_by` instead of `created_by`.
    """

    class Right(models.TextChoices):
        VIEW = "view", _("May read")
        SIGN = "sign", _("May read and accept")

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="links")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    title = models.CharField(max_length=120, blank=True)
    right = models.CharField(max_length=8, choices=Right)
    order = models.PositiveSmallIntegerField(default=1)
    token_sha256 = models.CharField(max_length=64, unique=True)
    seed = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    forwarded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="forwarded")
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
            models.CheckConstraint(
                condition=Q(created_by__isnull=False, forwarded_by=None)
                | Q(created_by=None, forwarded_by__isnull=False, right="view"),
                name="link_made_by_seller_or_forwarded_to_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class RoomMessage(models.Model):
    """What a customer asks in the room, about one line or the whole quote, and the seller's answer."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        CHANGES = "changes", _("Wish for changes")
        OPTIONS = "options", _("Wish for options")

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="messages")
    link = models.ForeignKey(RoomLink, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUESTION)
    line = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="message_answered_whole_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.text[:40]}"
