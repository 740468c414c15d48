from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.languages import lazily as _
from quotes.models.quote import QuoteVersion
from quotes.models.selling import SellingEntity
from quotes.rules.clauses import WHEN


class Edition(models.Model):
    """One version of something that documents are made of. Published by a second person; never changed afterwards."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    entity = models.ForeignKey(SellingEntity, models.PROTECT, null=True, blank=True, related_name="+")
    edit_number = models.PositiveIntegerField(default=1)
    author_ids = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="%(class)s_code_and_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(status="draft"), name="%(class)s_one_draft"),
            models.UniqueConstraint(fields=["code"], condition=Q(status="published"), name="%(class)s_one_published"),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, published_by=None)
                | ~Q(status="draft") & Q(published_at__isnull=False, published_by__isnull=False),
                name="%(class)s_publication_facts_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Clause(Edition):
    """A clause of the terms: title and text in English, and in German where it is written."""

    title = models.CharField(max_length=120)
    text = models.TextField()
    title_de = models.CharField(max_length=120, blank=True)
    text_de = models.TextField(blank=True)
    when = models.CharField(max_length=12, choices=list(WHEN.items()), default="always")
    position = models.PositiveSmallIntegerField(default=100)


class Layout(Edition):
    """Which sections a document has and in which order, for an entity and a language or for all of them."""

    title = models.CharField(max_length=80)
    language = models.CharField(max_length=5, blank=True)
    sections = ArrayField(models.CharField(max_length=20))


class Document(models.Model):
    """The PDF of a frozen version, made once. The signed one follows when the version is accepted."""

    class Kind(models.TextChoices):
        QUOTE = "quote", _("Quote")
        SIGNED = "signed", _("Signed quote")

    class State(models.TextChoices):
        WAITING = "waiting", _("Being made")
        MADE = "made", _("Made")
        FAILED = "failed", _("Not made")

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.QUOTE)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    layout = models.CharField(max_length=60, blank=True)  # "standard v2": the layout it was made by
    signed_by = models.CharField(max_length=200, blank=True)  # whose certificate sealed the file
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="document_once_per_version_and_kind"),
            models.CheckConstraint(
                condition=Q(state="made", pdf__isnull=False, made_at__isnull=False, sha256__regex=r"^[0-9a-f]{64}$")
                | ~Q(state="made") & Q(pdf=None, made_at=None, sha256=""),
                name="document_made_whole_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.kind}"
