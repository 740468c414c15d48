from django.db import models
from django.db.models import Q

from core.languages import lazily as _
from core.models import User
from quotes.models.quote import QuoteVersion
from quotes.models.room import RoomLink


class SigningCode(models.Model):
    """Six digits that were mailed to a signer, made again from `seed` when they are sent or compared; never stored."""

    link = models.ForeignKey(RoomLink, models.CASCADE, related_name="codes")
    seed = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"code of {self.link_id}"


class Signature(models.Model):
    """One name under one version: whose, how it was given, and to exactly which content and total. Never changed.

    A customer signs with a link, after a code that was mailed to its address; the seller's counter-signature is a
    user's. `address` is the network the request came from, its last part left out.
    """

    class Method(models.TextChoices):
        TYPED = "typed", _("Typed")
        DRAWN = "drawn", _("Drawn")

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="signatures")
    link = models.OneToOneField(RoomLink, models.PROTECT, null=True, blank=True, related_name="signature")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    email = models.EmailField()
    method = models.CharField(max_length=8, choices=Method, default=Method.TYPED)
    drawing = models.TextField(blank=True)  # path data of an SVG of 600 by 200, see quotes.rules.signing
    code_verified_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    total = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="signature_once_per_user"),
            models.CheckConstraint(
                condition=Q(link__isnull=False, user=None) | Q(link=None, user__isnull=False),
                name="signature_of_customer_or_seller",
            ),
            models.CheckConstraint(
                condition=Q(method="typed", drawing="") | Q(method="drawn") & ~Q(drawing=""),
                name="signature_drawn_has_drawing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"


class Countersigning(models.Model):
    """The seller signs too, after the customer: said when the version was sent. `signer` must, or whoever may."""

    version = models.OneToOneField(QuoteVersion, models.PROTECT, related_name="countersigning")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"counter-signature of {self.version_id}"


class Acceptance(models.Model):
    """The customer's yes, made with the last signature: who gave it, when, and to exactly which content and total."""

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
