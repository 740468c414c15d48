from typing import Self

from django.db import models

from core.models import User
from core.roles import Permission, may
from customers.models import Customer
from quotes.models.quote import QuoteVersion


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> Self:
        """Every contract, or for a seller those of own quotes, or none."""
        if not may(user, Permission.SEE_CONTRACTS):
            return self.none()
        if may(user, Permission.SEE_OWN_QUOTES) and not may(user, Permission.SEE_ALL_QUOTES):
            return self.filter(version__quote__owner=user)
        return self


class Contract(models.Model):
    """What an acceptance made, once per version: the exact terms that billing will bill. Never changed."""

    number = models.CharField(max_length=16, unique=True)
    version = models.OneToOneField(QuoteVersion, models.PROTECT, related_name="contract")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts")
    terms = models.TextField()
    terms_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = ContractQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number
