"""What there is to do and what is waited for, on the first page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import User
from core.roles import Permission, may
from quotes.models import QuoteVersion
from quotes.queries.lists import MAY_EXPIRE, QuoteRow, newest_versions, row_of
from quotes.rules.listing import QuoteFilter
from quotes.rules.transitions import Status

PANEL_SIZE = 8
SOON = timedelta(days=7)

OURS = (Status.CHANGES_REQUESTED, Status.APPROVED)
"""Approvers answered: the seller revises or sends."""

THEIRS = (Status.SUBMITTED, Status.SENT)
"""With the approvers or with the customer."""


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
