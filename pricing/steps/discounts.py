"""Discounts: percents off named charges before lines are rounded, all others spread over rounded lines."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from .. import numbers
from ..conditions import Discount
from ..fixed import fixed_amounts
from ..intervals import months_of
from ..money import ZERO, allocate, minor_unit
from ..numbers import Array
from ..sheet import Row, Sheet
from ..values import plain
from .prices import escalation


def apply_line_discounts(sheet: Sheet) -> None:
    """Take free months and percents off the rows of named charges; percents on one row multiply."""
    for row in sheet.rows.values():
        _free_months(sheet, row)
        for discount in sheet.terms.discounts:
            if discount.percent is not None and not discount.whole_quote and _named(row, discount):
                _lower(sheet, row, discount, discount.percent)


def apply_quote_discounts(sheet: Sheet) -> None:
    """Spread what is off the whole quote, and every amount off, over the rows in proportion, losing no cent.

    Rows are lines of charges in order of key, so the order of charges in the terms decides nothing.
    """
    for discount in _spread_discounts(sheet):
        first, stop = months_of(discount.from_month, discount.to_month, sheet.periods)
        rows = [row for row in sheet.rows.values() if _discountable(row, discount)]
        if rows:
            _spread(sheet, sorted(rows, key=lambda row: row.key), discount, slice(first, stop))


def percent_factor(sheet: Sheet, row: Row) -> Array:
    """Return the product of the percents off one row in each period, exact, shape (periods,)."""
    factor = numbers.exact([Decimal(1)] * sheet.periods)
    for discount in sheet.terms.discounts:
        if discount.percent is not None and (discount.whole_quote or _named(row, discount)):
            first, stop = months_of(discount.from_month, discount.to_month, sheet.periods)
            factor[first:stop] *= 1 - discount.percent / 100
    return factor


def _free_months(sheet: Sheet, row: Row) -> None:
    line = row.line
    if line is None or not sheet.terms.free_months or line.charge.metered or line.charge.interval == "once":
        return
    amounts = fixed_amounts(sheet.layout, line, until=sheet.terms.free_months)
    free = sheet.constant(amounts * escalation(sheet, row))
    row.discounted = row.discounted - free
    months = sheet.terms.free_months
    row.note("discount", "First month free" if months == 1 else f"First {months} months free", -free)


def _lower(sheet: Sheet, row: Row, discount: Discount, percent: Decimal) -> None:
    first, stop = months_of(discount.from_month, discount.to_month, sheet.periods)
    kept = 1 - percent / 100
    before = row.discounted
    if first == 0 and stop == sheet.periods:
        row.discounted = before * sheet.number(kept)
    else:
        factor = numbers.exact([Decimal(1)] * first + [kept] * (stop - first) + [Decimal(1)] * (sheet.periods - stop))
        row.discounted = before * sheet.constant(factor)
    if sheet.usage.exact:
        row.note("discount", f"{discount.name or 'Discount'} {plain(percent)} %", row.discounted - before)


def _spread_discounts(sheet: Sheet) -> Iterator[Discount]:
    """Yield percents first, amounts after: each in order of key."""
    found = [one for one in sheet.terms.discounts if one.amount is not None or one.whole_quote]
    yield from sorted(found, key=lambda one: (one.amount is not None, one.key))


def _discountable(row: Row, discount: Discount) -> bool:
    return row.kind in ("charge", "minimum") if discount.whole_quote else _named(row, discount)


def _named(row: Row, discount: Discount) -> bool:
    """Tell whether a discount is off this row: its owner is named, or it lies in the scope."""
    if discount.scope is None:
        return row.owner in discount.charges
    return row.line is not None and discount.scope.covers(row.line.charge) and discount.scope.covers_cell(row.line.when)


def _spread(sheet: Sheet, rows: list[Row], discount: Discount, months: slice) -> None:
    text = discount.name or "Discount"
    if discount.percent is not None:
        text += f" {plain(discount.percent)} %"
    before = [row.discounted[:, months] for row in rows]
    for row, off in zip(rows, _shares(sheet, before, discount), strict=True):
        row.discounted = _minus(row.discounted, off, months)
        if sheet.usage.exact:
            row.note("spread", text, _minus(sheet.zero, off, months))


def _minus(amounts: Array, off: Array, months: slice) -> Array:
    if off.shape[1] == amounts.shape[1]:
        lowered: Array = amounts - off
        return lowered
    lowered = np.repeat(amounts, max(len(amounts), len(off)) // len(amounts), axis=0)
    lowered[:, months] -= off
    return lowered


def _shares(sheet: Sheet, amounts: list[Array], discount: Discount) -> list[Array]:
    """Return what is off each row: exactly by largest remainder, or in proportion where simulated."""
    if not sheet.usage.exact:
        return _proportional(sheet, amounts, discount)
    currency = sheet.terms.currency
    unit = minor_unit(currency)
    columns = []
    for weights in zip(*(part[0] for part in amounts), strict=True):
        total = sum(weights, ZERO)
        off = _off(total, discount)
        columns.append(allocate(numbers.quantized(off, unit), weights, unit) if off else [ZERO] * len(weights))
    return [numbers.exact(part)[np.newaxis, :] for part in zip(*columns, strict=True)]


def _off(total: Decimal, discount: Discount) -> Decimal:
    if discount.percent is not None:
        return total * discount.percent / 100
    return min(discount.amount or ZERO, total)


def _proportional(sheet: Sheet, amounts: list[Array], discount: Discount) -> list[Array]:
    if discount.percent is not None:
        return [part * float(discount.percent / 100) for part in amounts]
    total = np.asarray(sum(amounts))
    share = numbers.ratio(np.minimum(total, float(discount.amount or ZERO)), total, otherwise=ZERO)
    return [part * share for part in amounts]
