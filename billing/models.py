from django.db import models
from django.db.models import Q

from billing.rules import ASKING, HELD, MOST_ATTEMPTS, Mode, Outcome, State, StepState
from core.models import User
from quotes.models import Contract, SellingEntity


class Connection(models.Model):
    """An account with a billing system. Sandbox and production are two connections; at most one takes new contracts."""

    target = models.CharField(max_length=32)
    mode = models.CharField(max_length=16, choices=[(mode, mode.label) for mode in Mode])
    base_url = models.CharField(max_length=200, blank=True)
    options = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True)  # sealed, see core.encryption
    takes_contracts = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "mode"], name="connection_once_per_target_and_mode"),
            models.UniqueConstraint(
                fields=["takes_contracts"], condition=Q(takes_contracts=True), name="connection_one_takes_contracts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.mode}"


class Route(models.Model):
    """To which account the contracts of a selling entity go; without one, to the account that takes new contracts."""

    entity = models.OneToOneField(SellingEntity, models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, models.CASCADE, null=True, blank=True, related_name="routes")

    def __str__(self) -> str:
        return f"{self.entity_id} to {self.connection_id}"


class Delivery(models.Model):
    """The hand-off of one contract, to the billing system that was chosen when it began."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="delivery")
    target = models.CharField(max_length=32)
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=16, choices=[(state, state.label) for state in State], default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempts_allowed = models.PositiveSmallIntegerField(default=MOST_ATTEMPTS)
    retries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=128, blank=True)
    reason = models.TextField(blank=True)
    held = models.JSONField(default=dict, blank=True)  # what billing held when it was last read back
    drift = models.JSONField(default=list, blank=True)  # where that differed: path, ours, theirs
    read_at = models.DateTimeField(null=True, blank=True)
    solved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    solved_note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(HELD), done_at__isnull=False) & ~Q(reference="")
                | ~Q(state__in=sorted(HELD)) & Q(done_at=None),
                name="delivery_held_has_reference_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(ASKING)) | ~Q(reason=""), name="delivery_asking_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(claimed_at__isnull=False), name="delivery_sending_is_claimed"
            ),
            models.CheckConstraint(
                condition=Q(solved_by=None, solved_note="") | Q(solved_by__isnull=False) & ~Q(solved_note=""),
                name="delivery_solved_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} to {self.target}"


class DeliveryStep(models.Model):
    """One call of a hand-off, with the key under which the billing system does it at most once."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=200, blank=True)
    call = models.CharField(max_length=200, blank=True)
    body = models.JSONField(default=dict)  # with `answer_of` where an earlier step has to answer first
    due = models.DateField(null=True, blank=True)  # not done before this day
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


class DeliveryAttempt(models.Model):
    """One try of one step: what was sent and what came back. Written before the call, so a crash leaves its trace."""

    step = models.ForeignKey(DeliveryStep, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(
        max_length=16, choices=[(outcome, outcome.label) for outcome in Outcome], default=Outcome.SENT
    )
    request = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "number"], name="attempt_once_per_step_and_number")]

    def __str__(self) -> str:
        return f"{self.step_id}/{self.number}"


class LedgerContract(models.Model):
    """A contract as the embedded ledger holds it: the billing system of a house that has no other. Never changed."""

    reference = models.CharField(max_length=16, unique=True)
    unique_key = models.CharField(max_length=128, unique=True)
    contract = models.CharField(max_length=16)
    customer = models.CharField(max_length=60)
    replaces = models.CharField(max_length=16, blank=True)
    terms = models.TextField()
    terms_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference
