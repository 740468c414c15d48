from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from catalog.models import Meter, PackageComponent, Price, PriceBook
from core.kept import KeptJSONField
from core.models import User
from core.prepared import Prepared
from core.roles import Permission, may
from customers.models import Contact, Customer
from forecasting.models import ForecastRun
from quotes.rules.amending import Kind
from quotes.rules.steps import Change, Content
from quotes.rules.terms import Deal
from quotes.rules.transitions import CLOSED, FROZEN, LABELS, LIVE, Status

S = Status


Found = TypeVar("Found", bound="models.QuerySet[Any]")


def visible(found: Found, user: User, *, owner: str) -> Found:
    """All, own or none of them, by permission; `owner` is where the owner of their quote is found."""
    if may(user, Permission.SEE_ALL_QUOTES):
        return found
    return found.filter(**{owner: user}) if may(user, Permission.SEE_OWN_QUOTES) else found.none()


def sees(user: User, owner_id: int) -> bool:
    """The same of one quote, of which the owner is known already."""
    return may(user, Permission.SEE_ALL_QUOTES) or (may(user, Permission.SEE_OWN_QUOTES) and owner_id == user.pk)


class QuoteQuerySet(models.QuerySet["Quote"]):
    def visible_to(self, user: User) -> Self:
        """All quotes, own quotes or none, by permission."""
        return visible(self, user, owner="owner")


class Quote(models.Model):
    """The deal's identity: a number that stays, for one customer. What is offered is in its versions."""

    number = models.CharField(max_length=16, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="quotes")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(User, models.PROTECT, related_name="quotes")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changes = models.ForeignKey("Contract", models.PROTECT, null=True, blank=True, related_name="changed_by")
    change = models.CharField(max_length=12, blank=True, choices=[(kind, kind.label) for kind in Kind])
    opportunity = models.ForeignKey("Opportunity", models.PROTECT, null=True, blank=True, related_name="quotes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(changes=None, change="") | Q(changes__isnull=False) & ~Q(change=""),
                name="quote_change_says_how",
            )
        ]

    objects = QuoteQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number


METERS = Prepared(Meter.objects.order_by("code"))
WHOLE = ("quote__customer", "quote__owner", "quote__contact", "quote__changes", "price_book", "forecast_run")
"""What pages and actions show and ask of a version."""


class VersionQuerySet(models.QuerySet["QuoteVersion"]):
    def visible_to(self, user: User) -> Self:
        """Those of the quotes that this person sees. Joined: a query within the query takes long to plan."""
        return visible(self, user, owner="quote__owner")

    def whole(self) -> Self:
        """With quote, people of the deal, book and forecast."""
        return self.select_related(*WHOLE)


class QuoteVersion(models.Model):
    """What is offered. A draft is edited; from submission on it is frozen as text with its SHA-256."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=[(s.value, LABELS[s]) for s in S], default=S.DRAFT)
    title = models.CharField(max_length=120)
    price_book = models.ForeignKey(PriceBook, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    start = models.DateField()
    months = models.PositiveSmallIntegerField(default=12)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    discount_from = models.PositiveSmallIntegerField(null=True, blank=True)  # months of the quote discount, from 1
    discount_to = models.PositiveSmallIntegerField(null=True, blank=True)
    free_months = models.PositiveSmallIntegerField(default=0)
    escalator_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    valid_until = models.DateField()
    zone = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    payment_days = models.PositiveSmallIntegerField(default=30)
    selling_entity = models.ForeignKey("SellingEntity", models.PROTECT, null=True, blank=True, related_name="+")
    special_terms = models.TextField(blank=True)  # what the seller agrees beyond the clauses; the customer reads it
    forecast_run = models.ForeignKey(ForecastRun, models.PROTECT, null=True, blank=True, related_name="+")
    assumptions = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    scenario = models.JSONField(default=dict, blank=True)
    texts = models.JSONField(default=dict, blank=True)  # sections and notes by key: kind, text, position
    committed_total = models.DecimalField(max_digits=18, decimal_places=3, default=0)
    expected_total = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)

    edit_number = models.PositiveIntegerField(default=1)
    editor_ids = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    terms = models.TextField(blank=True)
    snapshot = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)  # the seller's words to the approvers; never shown to the customer
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=200, blank=True)
    closed_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote", "number"], name="version_number_once_per_quote"),
            models.UniqueConstraint(fields=["quote"], condition=Q(status=S.DRAFT), name="version_one_draft"),
            models.UniqueConstraint(fields=["quote"], condition=Q(status__in=sorted(LIVE)), name="version_one_live"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=120), name="version_months_1_to_120"),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100), name="version_discount_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None, sha256="", snapshot="", terms="")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, sha256__regex=r"^[0-9a-f]{64}$")
                & ~Q(snapshot="")
                & ~Q(terms=""),
                name="version_submitted_whole_or_not",
            ),
            models.CheckConstraint(
                condition=Q(status=S.WITHDRAWN)
                | Q(status=S.DRAFT, submitted_at=None)
                | Q(status__in=sorted(FROZEN), submitted_at__isnull=False),
                name="version_status_fits_submitted",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[S.APPROVED, S.SENT, S.ACCEPTED, S.DECLINED, S.CONTRACTED], approved_at__isnull=False
                )
                | Q(status__in=[S.DRAFT, S.SUBMITTED, S.CHANGES_REQUESTED, S.REJECTED], approved_at=None)
                | Q(status__in=[S.WITHDRAWN, S.EXPIRED, S.SUPERSEDED]),
                name="version_status_fits_approved",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[S.SENT, S.ACCEPTED, S.DECLINED, S.CONTRACTED], sent_at__isnull=False)
                | Q(
                    status__in=[S.DRAFT, S.SUBMITTED, S.CHANGES_REQUESTED, S.REJECTED, S.APPROVED],
                    sent_at=None,
                )
                | Q(status__in=[S.WITHDRAWN, S.EXPIRED, S.SUPERSEDED]),
                name="version_status_fits_sent",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None, sent_by=None)
                | Q(sent_at__isnull=False, sent_by__isnull=False, approved_at__isnull=False),
                name="version_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[S.ACCEPTED, S.CONTRACTED], accepted_at__isnull=False)
                | ~Q(status__in=[S.ACCEPTED, S.CONTRACTED]) & Q(accepted_at=None),
                name="version_status_fits_accepted",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(CLOSED), closed_at__isnull=False) & ~Q(closed_by="")
                | ~Q(status__in=sorted(CLOSED)) & Q(closed_at=None, closed_by="", closed_note=""),
                name="version_status_fits_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(status__in=[S.SUBMITTED, S.APPROVED, S.SENT]),
                name="version_may_expire",
            ),
            models.Index(fields=["status", "-edited_at"], name="version_by_status_and_edit"),
            models.Index(fields=["-edited_at", "-id"], name="version_by_edit"),
        ]

    objects = VersionQuerySet.as_manager()

    claimed: Content | None = None
    """What the draft held when an edit claimed it; not stored."""
    lines_read: "list[QuoteLine] | None" = None
    """The lines as an edit has just left them, for what is drawn after it; not stored."""
    deal_left: Deal | None = None
    """The deal that these lines make, with its terms; not stored."""
    change: Change | None = None
    """What the edit that was just made changed; not stored."""
    said = ""
    """What was taken back or made again, in words; not stored."""
    undoable = False
    """Whether the edit that was just made can be taken back; not stored."""
    redoable = True
    """Whether there may be something to redo; not stored."""
    chain_end = ""
    """Where the quote's audit chain ended when an edit claimed the draft; not stored."""
    new_customer: bool | None = None
    """Whether the customer has no contract yet, where that was read with the version; not stored."""

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.lines_read = self.deal_left = None
        self.undoable = False
        super().refresh_from_db(*args, **kwargs)

    @cached_property
    def meters(self) -> dict[str, Meter]:
        """The meters of the catalog by code, read once for this version."""
        return {meter.code: meter for meter in METERS.all()}

    def __str__(self) -> str:
        return f"{self.quote_id}/{self.number}"

    @property
    def owner_id(self) -> int:
        return self.quote.owner_id

    @property
    def maker_ids(self) -> set[int]:
        """Everyone who created, edited or submitted it; none of them may decide on it."""
        return {self.created_by_id, *self.editor_ids} | ({self.submitted_by_id} if self.submitted_by_id else set())

    def expired(self, at: datetime) -> bool:
        """Whether the last second of the last valid day, in the seller's zone, is over."""
        return at.astimezone(UTC) >= self.expires_at


class QuoteLine(models.Model):
    """A component on a version: the rep's copy beside the list's original.

    `rule` is the configuration rule that added it; such a line goes when the rule no longer holds. An `optional` line
    is offered to the customer but not part of the deal: not in the terms, the totals or the facts.
    """

    version = models.ForeignKey(QuoteVersion, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    price = models.ForeignKey(Price, models.PROTECT, related_name="+")
    part = models.ForeignKey(PackageComponent, models.PROTECT, null=True, blank=True, related_name="+")
    component = KeptJSONField()
    list_component = KeptJSONField()
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    rule = models.CharField(max_length=40, blank=True)
    optional = models.BooleanField(default=False)
    discount_from = models.PositiveSmallIntegerField(null=True, blank=True)
    discount_to = models.PositiveSmallIntegerField(null=True, blank=True)
    years = KeptJSONField(default=dict, blank=True)  # see quotes.rules.ramps

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="line_key_once_per_version"),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="line_position_once_per_version",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100), name="line_discount_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.key}"


class VersionMargin(models.Model):
    """The internal half of a submitted version: its whole pricing, cost, margin and approval facts included.

    Customer-facing outputs are made from the snapshot and cannot reach this table.
    """

    version = models.OneToOneField(QuoteVersion, models.CASCADE, related_name="margin")
    sha256 = models.CharField(max_length=64)
    priced = models.JSONField(encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"margin of {self.version_id}"
