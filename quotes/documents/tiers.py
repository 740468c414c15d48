"""The prices of a line by quantity, as the same table in the PDF and on the customer's page."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.formats import money, quantity, unit_price
from quotes.documents.values import Line, Tier

MILLION = Decimal(1_000_000)
SMALL = Decimal("0.001")


class TierTable(NamedTuple):
    """Columns from `texts` on are numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int

    @property
    def note(self) -> str:
        limits = _("A tier includes its upper limit. ") if _("Quantity") in self.head else ""
        return _("{limits}Unit prices are written in full and never rounded.").format(limits=limits)


class _Column(NamedTuple):
    head: str
    text: Callable[[Tier], str]


def tier_table(line: Line, currency: str) -> TierTable:
    """Only the columns that say something; prices per million beside unit prices too small to read."""
    texts, numbers = [], []
    if any(tier.dims for tier in line.tiers):
        texts.append(_Column(_("For"), lambda tier: tier.dims or _("everything else")))
    if not texts or not all(tier.whole for tier in line.tiers):
        texts.append(_Column(_("Quantity"), tier_range))
    numbers.append(
        _Column(
            _("Price per {unit}").format(unit=line.unit or _("unit")),
            lambda tier: unit_price(tier.unit_price, currency),
        )
    )
    if any(tier.unit_price and tier.unit_price < SMALL for tier in line.tiers):
        numbers.append(
            _Column(_("Price per million"), lambda tier: unit_price((tier.unit_price or 0) * MILLION, currency))
        )
    if any(tier.flat for tier in line.tiers):
        numbers.append(_Column(_("Fee of the tier"), lambda tier: money(tier.flat or 0, currency)))
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
        return _("over {start}").format(start=start) if tier.start else _("any quantity")
    return (
        _("over {start} up to {up_to}").format(start=start, up_to=up_to)
        if tier.start
        else _("up to {up_to}").format(up_to=up_to)
    )
