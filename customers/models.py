from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.languages import lazily as _


class Customer(models.Model):
    """A company that buys; the parent pays, the children use."""

    class Segment(models.TextChoices):
        STARTUP = "startup", _("Startup")
        MID_MARKET = "mid_market", _("Mid-market")
        ENTERPRISE = "enterprise", _("Enterprise")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=160)
    segment = models.CharField(max_length=20, choices=Segment)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3, default="USD")
    address = models.TextField(blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    payment_days = models.PositiveSmallIntegerField(default=30)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")  # of what it is sent
    note_on_data = models.TextField(blank=True)
    external_id = models.CharField(max_length=100, blank=True)  # in the CRM or ERP; imports know the customer by it
    domain = models.CharField(max_length=253, blank=True)  # "acme.example"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="customer_country_is_iso"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="customer_currency_is_iso"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="customer_is_not_its_own_parent"),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="customer_once_per_external_id"
            ),
            models.CheckConstraint(condition=Q(payment_days__lte=180), name="customer_payment_days_at_most_180"),
        ]
        indexes = [models.Index(fields=["domain"], condition=~Q(domain=""), name="customer_by_domain")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at the customer who reads, and perhaps signs, a quote."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    title = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "email"], name="contact_once_per_customer")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
