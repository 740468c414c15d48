from django.db import models
from django.db.models import Q

from billing.rules import MOST_ATTEMPTS, State, StepState
from quotes.models import Contract


class Delivery(models.Model):
    """The hand-off of one contract to one billing system."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="deliveries")
    target = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=[(state, state.label) for state in State], default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempts_allowed = models.PositiveSmallIntegerField(default=MOST_ATTEMPTS)
    retries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "target"], name="delivery_once_per_contract_and_target"),
            models.CheckConstraint(
                condition=Q(state=State.CREATED, done_at__isnull=False) & ~Q(reference="")
                | ~Q(state=State.CREATED) & Q(done_at=None),
                name="delivery_created_has_reference_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.NEEDS_PERSON) | ~Q(reason=""), name="delivery_needs_person_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(claimed_at__isnull=False), name="delivery_sending_is_claimed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} to {self.target}"


class DeliveryStep(models.Model):
    """One call of a hand-off, with the key under which the billing system does it at most once."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=32)
    key = models.CharField(max_length=128, unique=True)
    state = models.CharField(
        max_length=16, choices=[(state, state.label) for state in StepState], default=StepState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "name"], name="step_once_per_delivery"),
            models.UniqueConstraint(fields=["delivery", "position"], name="step_position_once_per_delivery"),
            models.CheckConstraint(
                condition=Q(state=StepState.DONE, done_at__isnull=False) | ~Q(state=StepState.DONE) & Q(done_at=None),
                name="step_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.name}"


class LedgerContract(models.Model):
    """A contract as the embedded ledger holds it: the billing system of a house that has no other. Never changed."""

    reference = models.CharField(max_length=16, unique=True)
    unique_key = models.CharField(max_length=128, unique=True)
    contract = models.CharField(max_length=16)
    customer = models.CharField(max_length=60)
    terms = models.TextField()
    terms_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference
