from typing import Self

from django.db import models
from django.db.models import Q

from core.models import User
from core.roles import Permission, may
from customers.models import Customer
from quotes.models.quote import QuoteVersion
from quotes.rules.amending import Kind


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: User) -> Self:
        """Every contract, or for a seller those of own quotes, or none."""
        if not may(user, Permission.SEE_CONTRACTS):
            return self.none()
        if may(user, Permission.SEE_OWN_QUOTES) and not may(user, Permission.SEE_ALL_QUOTES):
            return self.filter(version__quote__owner=user)
        return self


class Contract(models.Model):
    """What an acceptance made, once per version: the exact terms that billing will bill. Never changed.

    One that changes another points at it. At most one takes its place; additions stand beside it.
    """

    number = models.CharField(max_length=16, unique=True)
    version = models.OneToOneField(QuoteVersion, models.PROTECT, related_name="contract")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts")
    terms = models.TextField()
    terms_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    kind = models.CharField(max_length=12, blank=True, choices=[(kind, kind.label) for kind in Kind])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["previous"], condition=~Q(kind=Kind.ADDITION), name="contract_superseded_once"
            ),
            models.CheckConstraint(
                condition=Q(previous=None, kind="") | Q(previous__isnull=False) & ~Q(kind=""),
                name="contract_change_says_how",
            ),
        ]

    objects = ContractQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number
