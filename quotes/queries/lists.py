"""The list of quotes as plain rows: the table with its filters and totals, a customer's quotes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, DecimalField, Exists, ExpressionWrapper, F, OrderBy, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from core.models import User
from core.roles import Permission, may
from core.statuses import look_of
from customers.models import Customer
from quotes.models import Opportunity, Quote, QuoteLine, QuoteVersion
from quotes.rules.listing import Head, QuoteFilter, heads
from quotes.rules.transitions import Status

PAGE_SIZE = 50
MAY_EXPIRE = (Status.SUBMITTED, Status.APPROVED, Status.SENT)
YEAR = 12
ANNUAL = ExpressionWrapper(
    F("committed_total") * YEAR / F("months"), output_field=DecimalField(max_digits=18, decimal_places=3)
)
ORDERS: dict[str, Any] = {
    "quote": F("quote__number"),
    "customer": F("quote__customer__name"),
    "owner": F("quote__owner__first_name"),
    "status": F("status"),
    "segment": F("quote__customer__segment"),
    "opportunity": F("quote__opportunity__name"),
    "start": F("start"),
    "months": F("months"),
    "discount": F("discount_percent"),
    "committed": F("committed_total"),
    "annual": ANNUAL,
    "expected": F("expected_total"),
    "valid_until": F("valid_until"),
    "created": F("quote__created_at"),
    "edited": F("edited_at"),
}


@dataclass(frozen=True)
class QuoteRow:
    """A quote by its newest version."""

    number: str
    version: int
    title: str
    customer: str
    customer_slug: str
    segment: str
    opportunity: Opportunity | None
    owner: str
    owner_username: str
    status: str
    currency: str
    start: date
    months: int
    discount: Decimal
    committed: Decimal
    expected: Decimal | None  # of the term, at P50
    valid_until: date
    created: datetime
    edited_at: datetime

    @property
    def annual(self) -> Decimal:
        return self.committed * YEAR / self.months


@dataclass(frozen=True)
class StatusTab:
    label: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True)
class Total:
    """What the quotes of one currency come to together."""

    currency: str
    count: int
    committed: Decimal
    annual: Decimal
    expected: Decimal | None
    forecast: int  # how many of them have a forecast: only those are in `expected`


@dataclass(frozen=True)
class QuoteList:
    rows: tuple[QuoteRow, ...]
    page: Page[int]
    tabs: tuple[StatusTab, ...]
    totals: tuple[Total, ...]
    heads: list[Head]

    @property
    def count(self) -> int:
        return self.page.paginator.count


def quote_list(user: User, chosen: QuoteFilter, *, at: datetime, page: str | int = 1) -> QuoteList:
    """One page of the quotes open to this person, what all of them come to, and how many there are by status."""
    narrowed = narrow(newest_versions(user), chosen, user, at)
    sums = sums_of(narrowed)
    counts: dict[str, int] = {}
    for row in sums:
        counts[row["status"]] = counts.get(row["status"], 0) + row["count"]
    mine = [row for row in sums if not chosen.status or row["status"] in chosen.status.split(",")]
    # Which ones first, and only of those everything: a late page would else join what it skips.
    keys = ordered(with_status(narrowed, chosen), chosen).values_list("pk", flat=True)
    pages = Paginator(keys, PAGE_SIZE)
    pages.count = sum(row["count"] for row in mine)
    found = pages.get_page(page)
    return QuoteList(
        rows=rows_of(list(found.object_list)),
        page=found,
        tabs=tuple(status_tabs(chosen, counts)),
        totals=tuple(totals(mine)),
        heads=heads(chosen),
    )


def rows_of(keys: list[int]) -> tuple[QuoteRow, ...]:
    found = {version.pk: version for version in light(QuoteVersion.objects.filter(pk__in=keys))}
    return tuple(row_of(found[key]) for key in keys)


def every_row(user: User, chosen: QuoteFilter, *, at: datetime) -> Iterator[QuoteRow]:
    """All quotes of the list, as a file wants them; read as they are written."""
    narrowed = with_status(narrow(newest_versions(user), chosen, user, at), chosen)
    return (row_of(version) for version in ordered(narrowed, chosen).iterator(chunk_size=1000))


def newest_versions(user: User) -> QuerySet[QuoteVersion]:
    """The newest version of every quote open to this person."""
    later = QuoteVersion.objects.filter(quote=OuterRef("quote"), number__gt=OuterRef("number"))
    return light(QuoteVersion.objects.visible_to(user).filter(~Exists(later)))


def light(versions: QuerySet[QuoteVersion]) -> QuerySet[QuoteVersion]:
    """With what a row shows, without what makes a version heavy."""
    heavy = ("terms", "snapshot", "assumptions", "scenario", "note", "closed_note")
    return versions.select_related("quote__customer", "quote__owner", "quote__opportunity").defer(*heavy)


def narrow(versions: QuerySet[QuoteVersion], chosen: QuoteFilter, user: User, at: datetime) -> QuerySet[QuoteVersion]:
    """By everything but the status, which has tabs with counts."""
    plain = {
        "quote__owner": user if chosen.mine else None,
        "quote__owner__username": chosen.owner,
        "quote__customer__segment": chosen.segment,
        "committed_total__gte": chosen.least,
        "committed_total__lte": chosen.most,
    }
    versions = versions.filter(**{name: value for name, value in plain.items() if value not in ("", None)})
    if chosen.customer:
        versions = versions.filter(quote__customer__in=customers_called(chosen.customer))
    if chosen.package:
        packaged = QuoteLine.objects.filter(version=OuterRef("pk"), part__package__code=chosen.package)
        versions = versions.filter(Exists(packaged))
    if chosen.opportunity:
        called = Q(external_id=chosen.opportunity) | Q(name__icontains=chosen.opportunity)
        versions = versions.filter(quote__opportunity__in=Opportunity.objects.filter(called))
    if chosen.expires:
        versions = versions.filter(expiring(chosen.expires, at))
    for word in chosen.search.split():
        versions = versions.filter(
            Q(quote__number__icontains=word) | Q(title__icontains=word) | Q(quote__customer__name__icontains=word)
        )
    return versions


def customers_called(text: str) -> QuerySet[Customer]:
    """The one of this slug, or all whose name has the text in it."""
    exact = Customer.objects.filter(slug=text)
    return exact if exact.exists() else Customer.objects.filter(name__icontains=text)


def expiring(word: str, at: datetime) -> Q:
    """Open quotes that end within so many days, or ended already; nothing for an unknown word."""
    if word == "over":
        return Q(status=Status.EXPIRED) | Q(status__in=MAY_EXPIRE, expires_at__lte=at)
    if not word.isdecimal() or int(word) > 3650:
        return Q(pk=None)
    return Q(status__in=MAY_EXPIRE, expires_at__gt=at, expires_at__lte=at + timedelta(days=int(word)))


def with_status(versions: QuerySet[QuoteVersion], chosen: QuoteFilter) -> QuerySet[QuoteVersion]:
    return versions.filter(status__in=chosen.status.split(",")) if chosen.status else versions


def ordered(versions: QuerySet[QuoteVersion], chosen: QuoteFilter) -> QuerySet[QuoteVersion]:
    """What has no value stands last, whichever way the list is sorted; a forecast or an opportunity may be missing."""
    last = True if chosen.sort in ("-expected", "-opportunity") else None
    return versions.order_by(OrderBy(ORDERS[chosen.sorted_by], descending=chosen.descending, nulls_last=last), "-pk")


def sums_of(versions: QuerySet[QuoteVersion]) -> list[dict[str, Any]]:
    """By status and currency."""
    grouped = (
        versions.order_by()
        .values("status", "currency")
        .annotate(
            count=Count("pk"),
            committed=Sum("committed_total"),
            annual=Sum(ANNUAL),
            expected=Sum("expected_total"),
            forecast=Count("expected_total"),
        )
    )
    return [dict(row) for row in grouped]


def totals(sums: Iterable[dict]) -> Iterator[Total]:
    """By currency, the one of most quotes first; amounts of different currencies are never added."""
    rows = list(sums)
    by_currency = {currency: [row for row in rows if row["currency"] == currency] for currency in currencies(rows)}
    for currency, some in by_currency.items():
        expected = [row["expected"] for row in some if row["expected"] is not None]
        yield Total(
            currency=currency,
            count=sum(row["count"] for row in some),
            committed=sum((row["committed"] for row in some), Decimal(0)),
            annual=sum((row["annual"] for row in some), Decimal(0)),
            expected=sum(expected, Decimal(0)) if expected else None,
            forecast=sum(row["forecast"] for row in some),
        )


def currencies(rows: list[dict]) -> list[str]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["currency"]] = counts.get(row["currency"], 0) + row["count"]
    return sorted(counts, key=lambda currency: (-counts[currency], currency))


def status_tabs(chosen: QuoteFilter, counts: dict[str, int]) -> list[StatusTab]:
    """All, then every status that has quotes (or is chosen), in the order of a quote's life."""
    tabs = [StatusTab(_("All"), chosen.query(status=""), not chosen.status, sum(counts.values()))]
    shown = [status for status in Status if counts.get(status) or status == chosen.status]
    return tabs + [
        StatusTab(
            look_of(status).label, chosen.query(status=status.value), status == chosen.status, counts.get(status, 0)
        )
        for status in shown
    ]


def row_of(version: QuoteVersion) -> QuoteRow:
    quote = version.quote
    return QuoteRow(
        number=quote.number,
        version=version.number,
        title=version.title,
        customer=quote.customer.name,
        customer_slug=quote.customer.slug,
        segment=quote.customer.get_segment_display(),
        opportunity=quote.opportunity,
        owner=quote.owner.full_name,
        owner_username=quote.owner.username,
        status=version.status,
        currency=version.currency,
        start=version.start,
        months=version.months,
        discount=version.discount_percent,
        committed=version.committed_total,
        expected=version.expected_total,
        valid_until=version.valid_until,
        created=quote.created_at,
        edited_at=version.edited_at,
    )


def customer_quotes(user: User, customer: Customer) -> tuple[QuoteRow, ...]:
    """The customer's quotes that are open to this person, the last edited first."""
    versions = newest_versions(user).filter(quote__customer=customer).order_by("-edited_at", "-pk")[:PAGE_SIZE]
    return tuple(row_of(version) for version in versions)


def owners(user: User) -> list[tuple[str, str]]:
    """Whose quotes a person who sees all may ask for: (username, name)."""
    if not may(user, Permission.SEE_ALL_QUOTES):
        return []
    people = User.objects.filter(Exists(Quote.objects.filter(owner=OuterRef("pk")))).order_by("first_name", "last_name")
    return [(person.username, person.full_name) for person in people]
