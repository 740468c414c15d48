"""Prices: quantities become list amounts."""

from decimal import Decimal

from .. import numbers
from ..conditions import Escalator
from ..intervals import billed_in
from ..layout import Line, Segment
from ..models import ByEvent, Measured, Multiplier
from ..money import CONTEXT
from ..numbers import Array
from ..sheet import Row, Sheet
from ..values import plain
from .quantities import by_interval, in_priced_units, per_interval


def apply_prices(sheet: Sheet) -> None:
    """Turn the rated quantity of metered rows into list amounts, by the price of the segment an interval begins in."""
    for row in sheet.charge_rows():
        if row.line is not None and row.line.charge.metered:
            row.list = row.discounted = _amounts(sheet, row)


def apply_escalator(sheet: Sheet) -> None:
    """Raise list amounts by the escalator, compounding every so many months."""
    escalator = sheet.terms.escalator
    if escalator is None:
        return
    text = f"Escalator of {plain(escalator.percent)} % every {escalator.every_months} months"
    for row in sheet.charge_rows():
        if _rises(row, escalator):
            before = row.list
            row.list = row.discounted = before * sheet.constant(escalation(sheet, row))
            if sheet.usage.exact:
                row.note("escalator", text, row.list - before)


def escalation(sheet: Sheet, row: Row) -> Array:
    """Return by which factor the prices of a row have risen in each period, exact, shape (periods,)."""
    escalator = sheet.terms.escalator
    if escalator is None or not _rises(row, escalator):
        return numbers.exact([Decimal(1)] * sheet.periods)
    rise, every = 1 + escalator.percent / 100, escalator.every_months
    return numbers.exact(CONTEXT.power(rise, n // every) for n in range(sheet.periods))


def _rises(row: Row, escalator: Escalator) -> bool:
    if escalator.charges:
        return row.owner in escalator.charges
    return row.line is not None and row.line.charge.interval != "once"


def _amounts(sheet: Sheet, row: Row) -> Array:
    amounts = None
    for segment, columns in sheet.layout.billed_columns(row.line) if row.line is not None else ():
        measured = _measured(sheet, row, segment, columns)
        amount = segment.price.amount(measured)
        if len(columns) == sheet.periods:
            return amount
        if amounts is None:
            amounts = numbers.zeros((amount.shape[0], sheet.periods), as_exact=sheet.usage.exact)
        amounts[:, columns] = amount
    return sheet.zero if amounts is None else amounts


def _measured(sheet: Sheet, row: Row, segment: Segment, columns: list[int]) -> Measured:
    """Gather what a price needs, for some periods."""
    line, rated = row.line, row.rated
    if line is None or rated is None:
        raise TypeError(f"{row.key} has no quantity")

    def cut(values: Array) -> Array:
        return values if len(columns) == sheet.periods else values[:, columns]

    charge = line.charge
    series = sheet.usage.series
    by_value = line.series if isinstance(segment.price, Multiplier) else ()
    return Measured(
        quantity=cut(rated),
        parts=tuple((one.dimensions, cut(per_interval(sheet.layout, line, series[one]))) for one in by_value),
        tier_quantity=cut(_tier_quantity(sheet, line)) if charge.tier_quantity else None,
        events=cut(by_interval(sheet, line, line.event_series)) if charge.events else None,
        event_amounts=_event_amounts(sheet, row, columns, by_event=isinstance(segment.price.innermost, ByEvent)),
    )


def _tier_quantity(sheet: Sheet, line: Line) -> Array:
    return in_priced_units(sheet, line, by_interval(sheet, line, line.tier_series))


def _event_amounts(sheet: Sheet, row: Row, columns: list[int], *, by_event: bool) -> list[list[Decimal]] | None:
    """Return the single events of each interval, where the usage lists them."""
    line = row.line
    if line is None or not by_event or not sheet.usage.events:
        return None
    listed = [sheet.usage.events[one] for one in line.series if one in sheet.usage.events]
    if not listed:
        return None
    spans = {billed_in(line.charge, span, sheet.layout.tiles): span for span in sheet.layout.spans_of(line.charge)}
    found = []
    for column in columns:
        span = spans[column]
        found.append([amount for events in listed for n in range(span.first, span.stop) for amount in events[n]])
    return found
