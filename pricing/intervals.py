"""Billing intervals: which months, billed when, and how many of their days are charged."""

from decimal import Decimal

from .components import Charge
from .money import CONTEXT
from .periods import Period, Span

Tiles = tuple[Period, ...]


def months_of(from_month: int, to_month: int | None, periods: int) -> tuple[int, int]:
    """Turn months counted from 1, both included, into a range of period indices."""
    return from_month - 1, min(to_month or periods, periods)


def billed_in(charge: Charge, span: Span, tiles: Tiles) -> int:
    """Return the index of the period in which an interval is billed."""
    if charge.interval == "once" and not charge.metered:
        if charge.starts is None:
            return span.first
        return next(n for n, tile in enumerate(tiles) if charge.starts < tile.end)
    return span.first if charge.timing == "advance" else span.stop - 1


def days_charged(charge: Charge, span: Span, first: int, stop: int, tiles: Tiles) -> tuple[int, int]:
    """Return the days charged in periods `first` to `stop` of an interval, and the days of the whole interval.

    A one-time charge has one day, in the period it is billed in.
    """
    days, whole = span.share
    if charge.interval == "once":
        return int(first <= billed_in(charge, span, tiles) < stop), 1
    if first >= stop:
        return 0, whole
    if not (charge.starts or charge.ends):
        return (days if (first, stop) == span[:2] else sum(tile.days for tile in tiles[first:stop])), whole
    opens = max(tiles[first].start, charge.starts or tiles[first].start)
    closes = min(tiles[stop - 1].end, charge.ends or tiles[stop - 1].end)
    return max((closes - opens).days, 0), whole


def prorated(amount: Decimal, part: int, whole: int) -> Decimal:
    """Return amount x part / whole, unrounded."""
    return amount if part == whole else CONTEXT.divide(amount * part, Decimal(whole))
