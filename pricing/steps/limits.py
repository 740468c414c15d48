"""Least and most: per charge once its lines are rounded, and for the whole deal at the end."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from .. import numbers
from ..components import Charge
from ..conditions import DealLimit
from ..intervals import billed_in, days_charged, prorated
from ..money import ZERO, minor_unit
from ..numbers import Array
from ..sheet import Row, Sheet
from ..values import plain

NO_LIMIT = Decimal("Infinity")


def apply_line_limits(sheet: Sheet) -> None:
    """Cut the rows of a charge at its maximum, and bill what is missing to its minimum on a row of its own."""
    groups = sheet.by_charge()
    for charge in sheet.terms.charges:
        rows = groups.get(charge.key, [])
        if charge.maximum is not None:
            _cut(sheet, rows, _limits(sheet, charge, charge.maximum, NO_LIMIT), charge.maximum)
        if charge.minimum is not None:
            total = np.asarray(sum((row.discounted for row in rows), sheet.zero))
            low = _limits(sheet, charge, charge.minimum, ZERO)
            _top_up(sheet, charge, low, total)


def apply_deal_limits(sheet: Sheet) -> None:
    """Compare what is billed in each window with the least and the most agreed; bill or return the difference."""
    for limit, name in ((sheet.terms.minimum, "minimum"), (sheet.terms.maximum, "maximum")):
        if limit is not None:
            amounts = _beyond(sheet, limit, name)
            row = Row(f"deal/{name}", "deal", f"{name.capitalize()} per {limit.window}", "deal")
            row.list = row.discounted = amounts
            sheet.add(row)


def _limits(sheet: Sheet, charge: Charge, amount: Decimal, otherwise: Decimal) -> Array:
    """Return a charge's limit in the periods it is billed in, prorated by day, and `otherwise` elsewhere."""
    key = ("limits", charge.key, otherwise)
    return sheet.constant(sheet.layout.once(key, lambda: _prorated_limits(sheet, charge, amount, otherwise)))


def _prorated_limits(sheet: Sheet, charge: Charge, amount: Decimal, otherwise: Decimal) -> Array:
    limits = [otherwise] * sheet.periods
    for span in sheet.layout.spans_of(charge):
        days = days_charged(charge, span, span.first, span.stop, sheet.layout.tiles)
        limits[billed_in(charge, span, sheet.layout.tiles)] = _whole(sheet, prorated(amount, *days))
    return numbers.exact(limits)


def _whole(sheet: Sheet, limit: Decimal) -> Decimal:
    """In minor units, as the lines are that it is compared with."""
    return numbers.quantized(limit, minor_unit(sheet.terms.currency))


def _cut(sheet: Sheet, rows: list[Row], high: Array, maximum: Decimal) -> None:
    """Lower the rows of a charge, the last first, until their sum is at most the maximum."""
    total = np.asarray(sum((row.discounted for row in rows), sheet.zero))
    excess = numbers.positive(total - high)
    for row in reversed(rows):
        cut = np.minimum(row.discounted, excess)
        row.discounted = row.discounted - cut
        excess = excess - cut
        row.note("maximum", f"Maximum of {plain(maximum)}", -cut)


def _top_up(sheet: Sheet, charge: Charge, low: Array, total: Array) -> None:
    # The minimum is of the whole charge, not of the first cell of its matrix.
    line = replace(next(line for line in sheet.layout.lines if line.charge is charge), when={})
    row = Row(f"{charge.key}/minimum", charge.key, f"{charge.name or charge.key} · minimum", "minimum", line=line)
    row.list = row.discounted = missing = numbers.positive(low - total)
    if sheet.usage.exact:
        row.note("basis", "Least to be billed", np.where(missing > 0, low, sheet.zero))
        row.note("basis", "Billed without it", np.where(missing > 0, total, sheet.zero))
    sheet.add(row)


def _beyond(sheet: Sheet, limit: DealLimit, name: str) -> Array:
    """Return what is missing to the minimum (more than 0) or beyond the maximum (less than 0) of each window."""
    total = np.asarray(sum((row.open for row in sheet.rows.values()), sheet.zero))
    amounts = total * 0
    for span in sheet.layout.spans(limit.window, 0, sheet.periods):
        spent = total[:, span.first : span.stop].sum(axis=1)
        gap = sheet.number(_whole(sheet, prorated(limit.amount, *span.share))) - spent
        amounts[:, span.stop - 1] = numbers.positive(gap) if name == "minimum" else -numbers.positive(-gap)
    return amounts
