"""Lists of quotes as plain rows: the table with its filters, a customer's quotes, the panels of the first page."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from core.models import User
from core.roles import Permission, may
from core.statuses import look_of
from customers.models import Customer
from quotes.models import Quote, QuoteLine, QuoteVersion
from quotes.rules.transitions import Status

PAGE_SIZE = 50
PANEL_SIZE = 8
SOON = timedelta(days=7)
MAY_EXPIRE = (Status.SUBMITTED, Status.APPROVED, Status.SENT)

OURS = (Status.CHANGES_REQUESTED, Status.APPROVED)
"""Approvers answered: the seller revises or sends."""

THEIRS = (Status.SUBMITTED, Status.SENT)
"""With the approvers or with the customer."""


@dataclass(frozen=True)
class QuoteRow:
    """A quote by its newest version."""

    number: str
    version: int
    title: str
    customer: str
    customer_slug: str
    owner: str
    status: str
    currency: str
    committed: Decimal
    expected: Decimal | None  # of the term, at P50
    valid_until: date
    edited_at: datetime


@dataclass(frozen=True)
class QuoteFilter:
    """What the address of the list says; unknown words filter nothing away and find nothing."""

    status: str = ""
    mine: bool = False
    customer: str = ""
    search: str = ""
    segment: str = ""
    package: str = ""

    def query(self, **changes: object) -> str:
        """The address of the same list with another filter."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        values = {
            "status": other.status,
            "mine": "1" if other.mine else "",
            "customer": other.customer,
            "search": other.search,
            "segment": other.segment,
            "package": other.package,
        }
        return f"?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True)
class StatusTab:
    label: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True)
class QuoteList:
    rows: tuple[QuoteRow, ...]
    page: Page[QuoteVersion]
    tabs: tuple[StatusTab, ...]
    any_quotes: bool


def quote_list(user: User, chosen: QuoteFilter, *, page: str | int = 1) -> QuoteList:
    """One page of the quotes open to this person, and how many there are by status."""
    newest = newest_versions(user)
    counts = {row["status"]: row["n"] for row in newest.values("status").annotate(n=Count("pk"))}
    narrowed = narrow(newest, chosen, user)
    by_status = {row["status"]: row["n"] for row in narrowed.values("status").annotate(n=Count("pk"))}
    if chosen.status:
        narrowed = narrowed.filter(status=chosen.status)
    pages = Paginator(narrowed.order_by("-edited_at", "-pk"), PAGE_SIZE)
    pages.count = by_status.get(chosen.status, 0) if chosen.status else sum(by_status.values())
    found = pages.get_page(page)
    return QuoteList(
        rows=tuple(row_of(version) for version in found.object_list),
        page=found,
        tabs=tuple(status_tabs(chosen, by_status)),
        any_quotes=bool(counts),
    )


def newest_versions(user: User) -> QuerySet[QuoteVersion]:
    """The newest version of every quote open to this person."""
    newest = QuoteVersion.objects.filter(quote=OuterRef("quote")).order_by("-number")
    return (
        QuoteVersion.objects.filter(quote__in=Quote.objects.visible_to(user))
        .filter(pk=Subquery(newest.values("pk")[:1]))
        .select_related("quote__customer", "quote__owner")
    )


def narrow(versions: QuerySet[QuoteVersion], chosen: QuoteFilter, user: User) -> QuerySet[QuoteVersion]:
    packaged = QuoteLine.objects.filter(version=OuterRef("pk"))
    if chosen.mine:
        versions = versions.filter(quote__owner=user)
    if chosen.customer:
        versions = versions.filter(quote__customer__slug=chosen.customer)
    if chosen.segment:
        versions = versions.filter(quote__customer__segment=chosen.segment)
    if chosen.package:
        versions = versions.filter(Exists(packaged.filter(part__package__code=chosen.package)))
    for word in chosen.search.split():
        versions = versions.filter(
            Q(quote__number__icontains=word) | Q(title__icontains=word) | Q(quote__customer__name__icontains=word)
        )
    return versions


def status_tabs(chosen: QuoteFilter, counts: dict[str, int]) -> list[StatusTab]:
    """All, then every status that has quotes (or is chosen), in the order of a quote's life."""
    tabs = [StatusTab("All", chosen.query(status=""), not chosen.status, sum(counts.values()))]
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
        owner=quote.owner.get_full_name() or quote.owner.username,
        status=version.status,
        currency=version.currency,
        committed=version.committed_total,
        expected=version.expected_total,
        valid_until=version.valid_until,
        edited_at=version.edited_at,
    )


def customer_quotes(user: User, customer: Customer) -> tuple[QuoteRow, ...]:
    """The customer's quotes that are open to this person, the last edited first."""
    versions = newest_versions(user).filter(quote__customer=customer).order_by("-edited_at", "-pk")[:PAGE_SIZE]
    return tuple(row_of(version) for version in versions)


@dataclass(frozen=True)
class HomePanel:
    """A list on the first page; `query` opens the whole of it in the list of quotes."""

    key: str
    title: str
    empty: str
    query: str
    rows: tuple[QuoteRow, ...]
    count: int


def home_panels(user: User, *, at: datetime) -> tuple[HomePanel, ...]:
    """What there is to do and what is waited for, from one query: of own quotes for a seller, else of all."""
    busy = newest_versions(user).filter(status__in={Status.DRAFT, *OURS, *THEIRS, *MAY_EXPIRE})
    seller = may(user, Permission.EDIT_QUOTES)
    versions = list((busy.filter(quote__owner=user) if seller else busy).order_by("expires_at", "pk"))
    soon = [version for version in versions if version.status in MAY_EXPIRE and at < version.expires_at <= at + SOON]
    if not seller:
        return (
            panel("customers", "With customers", "No quote is with a customer.", of(versions, Status.SENT), "sent"),
            panel("soon", "Expiring within 7 days", "No open quote expires within a week.", soon),
        )
    return (
        panel("ours", "Waiting on me", "Nothing waits for you.", of(versions, *OURS), mine=True),
        panel("drafts", "My drafts", "You have no drafts.", of(versions, Status.DRAFT), "draft", mine=True),
        panel("theirs", "Waiting on others", "Nobody else is busy with your quotes.", of(versions, *THEIRS), mine=True),
        panel("soon", "Expiring within 7 days", "No open quote of yours expires within a week.", soon, mine=True),
    )


def of(versions: list[QuoteVersion], *statuses: Status) -> list[QuoteVersion]:
    return [version for version in versions if version.status in statuses]


def panel(
    key: str, title: str, empty: str, versions: list[QuoteVersion], status: str = "", *, mine: bool = False
) -> HomePanel:
    return HomePanel(
        key=key,
        title=title,
        empty=empty,
        query=QuoteFilter(mine=mine, status=status).query(),
        rows=tuple(row_of(version) for version in versions[:PANEL_SIZE]),
        count=len(versions),
    )
