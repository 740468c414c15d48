from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.languages import lazily as _


class Logo(models.Model):
    """A picture as documents embed it, by the hash of its bytes. Never changed or removed: old quotes show it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.sha256[:12]


class SellingEntity(models.Model):
    """Who sells: the company that signs, and the brand its documents carry.

    It sells from the price books named in `book_codes`; a quote may name another entity. What a submitted version says
    of it is frozen in the snapshot.
    """

    class Paper(models.TextChoices):
        BY_CUSTOMER = "customer", _("By the customer’s country")
        A4 = "A4", _("A4")
        LETTER = "Letter", _("Letter")

    class ContractAt(models.TextChoices):
        ACCEPTANCE = "acceptance", _("When the customer has accepted")
        APPROVAL = "approval", _("When the quote is approved")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    legal_name = models.CharField(max_length=160)
    address = models.TextField()
    email = models.EmailField()
    footer = models.CharField(max_length=200, blank=True)  # register, VAT number: what the law asks for on letters
    zone = models.CharField(max_length=40)
    paper = models.CharField(max_length=8, choices=Paper, default=Paper.BY_CUSTOMER)
    accent = models.CharField(max_length=7, default="#2b50d0")
    logo = models.ForeignKey(Logo, models.PROTECT, null=True, blank=True, related_name="+")
    book_codes = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    is_default = models.BooleanField(default=False)
    contract_at = models.CharField(max_length=10, choices=ContractAt, default=ContractAt.ACCEPTANCE)
    countersigner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="countersigns_for"
    )
    edit_number = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="selling_one_default"),
            models.CheckConstraint(condition=Q(accent__regex=r"^#[0-9a-f]{6}$"), name="selling_accent_is_a_colour"),
        ]

    def __str__(self) -> str:
        return self.name
