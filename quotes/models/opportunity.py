from django.db import models
from django.db.models import Q

from customers.models import Customer
from quotes.rules.opportunities import LONGEST, STATE_LABELS, State, label_of


class Opportunity(models.Model):
    """A deal as the seller's CRM knows it, by its id there. Quotes carry it; nothing that a customer gets is made of
    it."""

    system = models.SlugField(max_length=LONGEST["system"])  # "salesforce", "hubspot" or another
    external_id = models.CharField(max_length=LONGEST["external_id"])
    name = models.CharField(max_length=LONGEST["name"], blank=True)
    url = models.CharField(max_length=LONGEST["url"], blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="opportunities")
    stage = models.CharField(max_length=LONGEST["stage"], blank=True)  # in the CRM's own words
    state = models.CharField(max_length=5, choices=list(STATE_LABELS.items()), default=State.OPEN)
    amount = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    close_date = models.DateField(null=True, blank=True)
    owner = models.CharField(max_length=LONGEST["owner"], blank=True)  # as the CRM names them
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "external_id"], name="opportunity_once_per_system"),
            models.CheckConstraint(condition=~Q(external_id=""), name="opportunity_has_an_id"),
            models.CheckConstraint(condition=Q(amount=None) | ~Q(currency=""), name="opportunity_amount_has_currency"),
        ]
        indexes = [models.Index(fields=["customer", "-changed_at"], name="opportunity_by_customer")]

    def __str__(self) -> str:
        return self.name or self.external_id

    @property
    def system_label(self) -> str:
        return label_of(self.system)
