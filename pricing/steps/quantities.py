"""Quantities: what was agreed or measured, less what is included."""

from decimal import Decimal

from .. import numbers
from ..fixed import fixed_amounts, fixed_quantities
from ..intervals import billed_in, months_of
from ..layout import Layout, Line
from ..numbers import Array
from ..periods import Span
from ..pools import draw
from ..sheet import Row, Sheet
from ..usage import Series


def measure(sheet: Sheet) -> None:
    """Open a row for every line, with its quantity per period: fixed by phase, or the sum of its series."""
    for line in sheet.layout.lines:
        row = Row(line.key, line.charge.key, line.name, "charge", line=line)
        if line.charge.metered:
            row.quantity = row.rated = by_interval(sheet, line, line.series)
        else:
            row.quantity = row.rated = sheet.constant(fixed_quantities(sheet.layout, line))
            row.list = row.discounted = sheet.constant(fixed_amounts(sheet.layout, line))
        sheet.add(row)


def convert_units(sheet: Sheet) -> None:
    """Turn metered units into the units a charge is priced in, interval by interval."""
    for row in sheet.charge_rows():
        if row.metered and row.line is not None and row.quantity is not None:
            row.rated = in_priced_units(sheet, row.line, row.quantity)


def in_priced_units(sheet: Sheet, line: Line, measured: Array) -> Array:
    """Return a measured quantity in the units its charge is priced in."""
    conversion = line.charge.conversion
    if conversion is None:
        return measured
    if conversion.rounding == "none":
        return numbers.divided(measured, sheet.number(conversion.divide))
    return numbers.blocks(measured, sheet.number(conversion.divide), up=conversion.rounding == "up")


def apply_allowances(sheet: Sheet) -> None:
    """Take included units off what is priced: of one charge (its cells in order), then of several together."""
    groups = sheet.by_charge()
    for charge in sheet.terms.charges:
        if charge.allowance is not None:
            first, stop = months_of(charge.from_month, charge.to_month, sheet.periods)
            windows = sheet.layout.spans(charge.allowance.reset, first, stop)
            _include(sheet, groups.get(charge.key, []), charge.allowance.quantity, windows)
    for shared in sheet.terms.allowances:
        rows = [row for key in shared.charges for row in groups.get(key, ())]
        _include(sheet, rows, shared.quantity, sheet.layout.spans(shared.reset, 0, sheet.periods))


def by_interval(sheet: Sheet, line: Line, series: tuple[Series, ...]) -> Array:
    """Add up series over the intervals of a line, each in the period it is billed in; shape (rows, periods)."""
    if not series:
        return sheet.zero
    return per_interval(sheet.layout, line, sheet.used_of(series))


def per_interval(layout: Layout, line: Line, quantity: Array) -> Array:
    """Sum a quantity per period over the intervals of a line, each in the period it is billed in."""
    spans = layout.spans_of(line.charge)
    if len(spans) == quantity.shape[1]:
        return quantity
    placed = quantity * 0
    for span in spans:
        placed[:, billed_in(line.charge, span, layout.tiles)] = quantity[:, span.first : span.stop].sum(axis=1)
    return placed


def _include(sheet: Sheet, rows: list[Row], quantity: Decimal, windows: tuple[Span, ...]) -> None:
    claims = [row.rated for row in rows if row.rated is not None]
    if not claims:
        return
    taken = include(claims, sheet.number(quantity), windows)
    for row, claim, part in zip(rows, claims, taken, strict=True):
        row.rated = numbers.remaining(claim, part)
        if sheet.usage.exact:
            row.note("included", "Included", -part)


def include(claims: list[Array], quantity: Decimal | float, windows: tuple[Span, ...]) -> list[Array]:
    """Return what each claim gets of an allowance that starts again with every window."""
    if len(windows) == claims[0].shape[1]:
        return draw(claims, quantity, pooled=False)
    taken = [claim * 0 for claim in claims]
    for window in windows:
        cut = slice(window.first, window.stop)
        for whole, part in zip(taken, draw([claim[:, cut] for claim in claims], quantity, pooled=True), strict=True):
            whole[:, cut] = part
    return taken
