from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog.rules.books import book_address, book_name
from catalog.rules.wordbooks import plural
from core.kept import KeptJSONField
from core.languages import lazily as _


class Meter(models.Model):
    """What is counted: its unit, how a day is added up, and along which dimensions.

    `property` names the field of an event that is added up, compared or counted; `zone` says where its days begin;
    `derived` and `outcome` are read by `catalog.rules.meters`.
    """

    class Aggregation(models.TextChoices):
        SUM = "sum", _("Sum")
        COUNT = "count", _("Count")
        MAX = "max", _("Maximum")
        LATEST = "latest", _("Latest")
        UNIQUE = "unique", _("Number of different values")
        UNIT_HOURS = "unit_hours", _("Units times hours held")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=40)
    aggregation = models.CharField(max_length=10, choices=Aggregation, default=Aggregation.SUM)
    dimensions = models.JSONField(default=dict, blank=True)
    defaults = models.JSONField(default=dict, blank=True)
    property = models.CharField(max_length=80, default="value")
    zone = models.CharField(max_length=64, default="UTC")
    derived = models.JSONField(default=dict, blank=True)
    outcome = models.JSONField(null=True, blank=True)
    display_scale = models.DecimalField(max_digits=18, decimal_places=6, default=1)
    display_unit = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(display_scale__gt=0), name="meter_display_scale_above_zero")]

    def __str__(self) -> str:
        return self.name

    def many(self) -> str:
        """The unit in which amounts of it are shown: "M tokens", "GPU hours"."""
        return self.display_unit or plural(self.unit)


class Product(models.Model):
    """What is sold, whatever it costs."""

    class Kind(models.TextChoices):
        SUBSCRIPTION = "subscription", _("Subscription")
        SEAT = "seat", _("Seat")
        USAGE = "usage", _("Usage")
        CREDITS = "credits", _("Credits")
        OUTCOME = "outcome", _("Outcome")
        SERVICE = "service", _("Service")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    description = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Wordbook(models.Model):
    """What texts of the catalog are in another language: text -> text. What is agreed keeps the catalog's own."""

    language = models.CharField(max_length=8, unique=True)
    words = KeptJSONField(default=dict, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.language


class Environment(models.TextChoices):
    """Where a price book is tried, reviewed or sold from. A reviewed version is promoted from one to the next."""

    DEVELOPMENT = "development", _("Development")
    STAGING = "staging", _("Staging")
    PRODUCTION = "production", _("Production")


class PriceBook(models.Model):
    """One version of a price list. Once published it never changes: a change is a new version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    environment = models.CharField(max_length=12, choices=Environment, default=Environment.PRODUCTION)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    rules = models.JSONField(default=list, blank=True)
    rule_tests = models.JSONField(default=list, blank=True)
    author_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "code", "version"], name="book_code_and_version_once"),
            models.UniqueConstraint(
                fields=["environment", "code"], condition=Q(status="draft"), name="book_one_draft_per_code"
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=models.F("effective_from")),
                name="book_effective_days_in_order",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="book_currency_is_iso"),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, published_by=None, sha256="")
                | (~Q(status="draft") & Q(published_at__isnull=False, published_by__isnull=False) & ~Q(sha256="")),
                name="book_publication_facts_go_together",
            ),
        ]

    def __str__(self) -> str:
        return book_name(self.environment, self.code, self.version)

    @property
    def address(self) -> str:
        """The code as URLs, files and commands say it: `standard`, and `staging.standard` outside production."""
        return book_address(self.environment, self.code)


class Price(models.Model):
    """A component (charge, credit grant or commitment) that a book sells.

    Nobody discounts it by more than `max_discount`; `limits` says what a role may give without asking, and `floors` the
    lowest amount after all discounts, by the path of a price in the component. It is sold in quantities from
    `min_quantity` to `max_quantity`, in steps, unless a package says others.
    """

    book = models.ForeignKey(PriceBook, models.CASCADE, related_name="prices")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    component = KeptJSONField()
    max_discount = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    limits = KeptJSONField(default=dict, blank=True)
    floors = KeptJSONField(default=dict, blank=True)
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    max_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    step_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="price_key_once_per_book"),
            models.CheckConstraint(
                condition=Q(min_quantity=None) | Q(max_quantity=None) | Q(min_quantity__lte=models.F("max_quantity")),
                name="price_min_at_most_max",
            ),
            models.CheckConstraint(
                condition=Q(max_discount=None) | Q(max_discount__gte=0, max_discount__lte=100),
                name="price_max_discount_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.key}"


class UnitCost(models.Model):
    """What one unit of a meter costs the seller, by dimension: half of the secret called margin."""

    book = models.ForeignKey(PriceBook, models.CASCADE, related_name="costs")
    position = models.PositiveSmallIntegerField()
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+")
    where = models.JSONField(default=dict, blank=True)
    price = models.JSONField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "meter", "where"], name="cost_once_per_meter_and_dimensions")
        ]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.meter_id}/{self.where}"


class Package(models.Model):
    """A hybrid bundle: the components a quote starts from. `guide` is what `catalog.rules.guides` reads."""

    book = models.ForeignKey(PriceBook, models.CASCADE, related_name="packages")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    guide = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "code"], name="package_code_once_per_book")]

    def __str__(self) -> str:
        return self.name


class PackageComponent(models.Model):
    """A price within a package: whether it must be taken, and in which quantities.

    Of the components of one `group` one is taken: exactly one if they are required, the first unless another is
    chosen; at most one if not.
    """

    package = models.ForeignKey(Package, models.CASCADE, related_name="components")
    price = models.ForeignKey(Price, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=True)
    group = models.CharField(max_length=40, blank=True)
    default_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    min_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    max_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    step_quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "price"], name="component_once_per_package"),
            models.CheckConstraint(
                condition=Q(min_quantity=None) | Q(max_quantity=None) | Q(min_quantity__lte=models.F("max_quantity")),
                name="component_min_at_most_max",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.price_id}"
