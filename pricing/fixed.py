"""Lines with an agreed quantity: known before any usage, by phase and by calendar day."""

from decimal import Decimal

from . import numbers
from .intervals import billed_in, days_charged, prorated
from .layout import Layout, Line, Segment
from .models import Measured
from .money import ZERO
from .numbers import Array


def fixed_amounts(layout: Layout, line: Line, *, until: int | None = None) -> Array:
    """Return what the line costs in each period, exact, shape (1, periods).

    An interval costs the price of each segment it meets, times the days it has of it over the days of a whole
    interval. `until` counts only the days of the periods before it.
    """
    return layout.once(("fixed amounts", line.key, until), lambda: _amounts(layout, line, until))


def fixed_quantities(layout: Layout, line: Line) -> Array:
    """Return the agreed quantity in the period each interval is billed in, exact, shape (1, periods)."""
    return layout.once(("fixed quantities", line.key), lambda: _quantities(layout, line))


def _amounts(layout: Layout, line: Line, until: int | None) -> Array:
    charge, tiles = line.charge, layout.tiles
    amounts = [ZERO] * len(tiles)
    prices = [_price(segment) for segment in line.segments]
    for span in layout.spans_of(charge):
        for segment, price in zip(line.segments, prices, strict=True):
            first, stop = max(span.first, segment.first), min(span.stop, segment.stop)
            days, whole = days_charged(charge, span, first, stop if until is None else min(stop, until), tiles)
            amounts[billed_in(charge, span, tiles)] += prorated(price, days, whole)
    return numbers.exact(amounts)[None, :]


def _price(segment: Segment) -> Decimal:
    quantity = numbers.exact([segment.quantity or ZERO])
    return Decimal(segment.price.amount(Measured(quantity))[0])


def _quantities(layout: Layout, line: Line) -> Array:
    quantities = [ZERO] * len(layout.tiles)
    for span in layout.spans_of(line.charge):
        in_force = [one.quantity or ZERO for one in line.segments if one.first < span.stop and one.stop > span.first]
        if in_force:
            quantities[billed_in(line.charge, span, layout.tiles)] = in_force[0]
    return numbers.exact(quantities)[None, :]
