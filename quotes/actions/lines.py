"""The lines of a draft. Each function takes the edit number that the person looked at (default: the object's)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from catalog.models import Package, Price
from core.models import User
from quotes.models import QuoteLine, QuoteVersion


class LineChanges(TypedDict, total=False):
    quantity: Decimal
    """Of a line with a fixed quantity; the amount of a credit grant or commitment."""
    allowance: Decimal
    """Included units per reset; 0 for none."""
    discount_percent: Decimal
    prices: Mapping[str, Decimal]
    """Overrides by path, as in `LineRow.prices`: {"unit": Decimal("0.000002")}."""
    name: str


@transaction.atomic
def add_package(
    version: QuoteVersion, *, package: Package, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Add the package's required components as lines, with their default quantities."""
    raise NotImplementedError


@transaction.atomic
def add_price(
    version: QuoteVersion, *, price: Price, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Add a single price of the version's book as the last line."""
    raise NotImplementedError


@transaction.atomic
def edit_line(
    line: QuoteLine, *, by: User, at: datetime, edit_number: int | None = None, **changes: Unpack[LineChanges]
) -> QuoteVersion:
    """Change one line; Invalid names every field that cannot be taken."""
    raise NotImplementedError


@transaction.atomic
def remove_line(line: QuoteLine, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Take the line off the draft."""
    raise NotImplementedError


@transaction.atomic
def move_line(line: QuoteLine, *, to: int, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Make it the `to`-th line (from 1); the others close ranks."""
    raise NotImplementedError
