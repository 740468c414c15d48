"""The prices of a line by quantity, as the same table in the PDF and on the customer's page."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from core.formats import money, quantity, unit_price
from quotes.documents.content import Line, Tier

MILLION = Decimal(1_000_000)
SMALL = Decimal("0.001")


class TierTable(NamedTuple):
    """Columns from `texts` on are numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int

    @property
    def note(self) -> str:
        limits = "A tier includes its upper limit. " if "Quantity" in self.head else ""
        return f"{limits}Unit prices are written in full and never rounded."


class _Column(NamedTuple):
    head: str
    text: Callable[[Tier], str]


def tier_table(line: Line, currency: str) -> TierTable:
    """Only the columns that say something; prices per million beside unit prices too small to read."""
    texts, numbers = [], []
    if any(tier.dims for tier in line.tiers):
        texts.append(_Column("For", lambda tier: tier.dims or "everything else"))
    if not texts or not all(tier.whole for tier in line.tiers):
        texts.append(_Column("Quantity", tier_range))
    numbers.append(_Column(f"Price per {line.unit or 'unit'}", lambda tier: unit_price(tier.unit_price, currency)))
    if any(tier.unit_price and tier.unit_price < SMALL for tier in line.tiers):
        numbers.append(
            _Column("Price per million", lambda tier: unit_price((tier.unit_price or 0) * MILLION, currency))
        )
    if any(tier.flat for tier in line.tiers):
        numbers.append(_Column("Fee of the tier", lambda tier: money(tier.flat or 0, currency)))
    columns = [*texts, *numbers]
    return TierTable(
        head=tuple(column.head for column in columns),
        rows=tuple(tuple(column.text(tier) for column in columns) for tier in line.tiers),
        texts=len(texts),
    )


def tier_range(tier: Tier) -> str:
    """Tiers include their upper limit."""
    start, up_to = quantity(tier.start), quantity(tier.up_to)
    if not up_to:
        return f"over {start}" if tier.start else "any quantity"
    return f"over {start} up to {up_to}" if tier.start else f"up to {up_to}"
