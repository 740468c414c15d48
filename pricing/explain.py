"""Any amount of an exact bill, opened: quantity, tiers, factors, discounts, rounding, credits, in order."""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import overload

from . import numbers
from .bill import Bill, BillLine
from .components import Charge, Conversion
from .intervals import billed_in, days_charged, prorated
from .layout import Layout, Line, Segment, lay_out
from .models import Flat, Measured, Multiplier, PriceModel
from .money import CONTEXT, ZERO, minor_unit
from .parts import Part, Step, grouped, parts_of, within_twelve
from .periods import Span
from .values import plain
from .waterfall import waterfall


@overload
def explain(bill: Bill, *, period: int | None = None) -> list[Step]: ...
@overload
def explain(bill: Bill, line_key: str, period: int) -> list[Step]: ...
def explain(bill: Bill, line_key: str | None = None, period: int | None = None) -> list[Step]:
    """Return the steps to what an exact bill costs in one period (an index from 0), or over the term.

    With a line: how its amount came about, tier by tier. Without: the waterfall of the whole bill. Raises KeyError for
    an unknown line, IndexError outside the term, and ValueError for a simulated bill.
    """
    if not numbers.is_exact(bill.net):
        raise ValueError("a simulated bill has bands, not one amount to explain")
    if period is not None and not 0 <= period < len(bill.periods):
        raise IndexError(f"period {period} is outside the term of {len(bill.periods)} periods")
    if line_key is None or period is None:
        return waterfall(bill, period)
    line = bill.by_key[line_key]
    with localcontext(CONTEXT):
        laid = lay_out(bill.terms, ())
        source = next((one for one in laid.lines if one.key == line_key), None)
        steps = list(_price_steps(line, source, laid, period)) if source is not None else []
        return [*steps, *_money_steps(line, period)]


def as_text(steps: list[Step]) -> str:
    """Write steps one per line."""
    return "\n".join(str(step) for step in steps)


def _price_steps(line: BillLine, source: Line, laid: Layout, period: int) -> Iterator[Step]:
    charge = source.charge
    span = next((one for one in laid.spans_of(charge) if billed_in(charge, one, laid.tiles) == period), None)
    if span is None:
        yield Step("quantity", f"{line.key}/quantity", "Nothing is billed in this period")
    elif source.charge.metered:
        yield from _metered_steps(line, source, span, period, laid)
    else:
        yield from _fixed_steps(line, source, laid, span)


def _metered_steps(line: BillLine, source: Line, span: Span, period: int, laid: Layout) -> Iterator[Step]:
    measured, rated = line.quantity[0, period], line.rated[0, period]
    yield Step("quantity", f"{line.key}/measured", f"Measured {line.unit}", measured)
    less = list(_less(line, period))
    converted = rated - sum((step.quantity or ZERO for step in less), ZERO)
    if source.charge.conversion is not None and converted != measured:
        yield Step("quantity", f"{line.key}/converted", _divided(source.charge.conversion), converted)
    yield from less
    if less:
        yield Step("quantity", f"{line.key}/rated", f"Priced {line.unit}", rated)
    segment = _segment(source, span.first)
    if segment is not None:
        risen = sum((change.amount[0, period] for change in line.changes if change.step == "escalator"), ZERO)
        amount, cent = line.list[0, period] - risen, minor_unit(laid.terms.currency)
        yield from _named(line.key, _parts(source.charge, segment.price, rated, amount, cent))


def _less(line: BillLine, period: int) -> Iterator[Step]:
    """Yield what of the quantity is not priced: included units, and those that a credit or commitment covers."""
    for n, change in enumerate(line.changes, 1):
        if change.step in ("included", "covered") and change.amount[0, period]:
            yield Step("quantity", f"{line.key}/{change.step}-{n}", change.text, change.amount[0, period])


def _divided(conversion: Conversion) -> str:
    rounding = "" if conversion.rounding == "none" else f", rounded {conversion.rounding}"
    return f"Divided by {grouped(conversion.divide)}{rounding}"


def _fixed_steps(line: BillLine, source: Line, laid: Layout, span: Span) -> Iterator[Step]:
    met = [one for one in source.segments if one.first < span.stop and one.stop > span.first]
    for segment in met:
        quantity = segment.quantity or ZERO
        if not isinstance(segment.price, Flat):  # which is the fee, whatever the quantity
            yield Step("quantity", f"{line.key}/agreed", f"Agreed {line.unit}", quantity)
        parts = parts_of(segment.price, quantity)
        first, stop = max(span.first, segment.first), min(span.stop, segment.stop)
        days, whole = days_charged(source.charge, span, first, stop, laid.tiles)
        yield from _named(line.key, parts)
        if days != whole:
            full = sum((part.amount for part in parts), ZERO)
            cut = within_twelve(prorated(full, days, whole) - full)
            yield Step("price", f"{line.key}/proration", f"Prorated: {days} of {whole} days", amount=cut)


def _parts(charge: Charge, price: PriceModel, rated: Decimal, amount: Decimal, cent: Decimal) -> list[Part]:
    """Return the parts of a metered price; what looks at more than the quantity is one part more, or the only one.

    The amount was rounded to the cent, so what is less than half of one away from the parts is no part of the price.
    """
    if charge.tier_quantity is not None:
        return [Part("tier", f"{grouped(rated)} in the tier reached by {charge.tier_quantity.meter}", amount)]
    parts = parts_of(price.innermost, rated)
    total = sum((part.amount for part in parts), ZERO)
    by = f"the average factor by {' and '.join(price.dimensions)}" if isinstance(price, Multiplier) else ""
    if 2 * abs(amount - total) <= cent:
        return parts
    if price.by_event:
        parts.append(Part("events", "Fees, limits and free events" + (f", {by}" if by else ""), amount - total))
    elif by and total:
        factor, made = _factor(amount, total, cent)
        parts.append(Part("multiplier", f"x {plain(factor)}, {by}", made - total))
    return parts


def _factor(amount: Decimal, total: Decimal, cent: Decimal) -> tuple[Decimal, Decimal]:
    """Return the roundest factor that makes the amount of the total, to the cent, and what it makes."""
    exact = CONTEXT.divide(amount, total)
    found = ((one, total * one) for one in (round(exact, digits) for digits in range(7)))
    return next(((one, made) for one, made in found if 2 * abs(made - amount) <= cent), (round(exact, 6), amount))


def _named(key: str, parts: list[Part]) -> Iterator[Step]:
    for part in parts:
        yield Step("price", f"{key}/{part.key}", part.text, amount=part.amount)


def _segment(source: Line, period: int) -> Segment | None:
    return next((one for one in source.segments if one.first <= period < one.stop), None)


def _money_steps(line: BillLine, period: int) -> Iterator[Step]:
    listed, net = line.list[0, period], line.net[0, period]
    yield from _steps(line, period, ("basis",), "basis")
    yield from _steps(line, period, ("escalator",), "price")
    yield Step("list", f"{line.key}/list", "List amount" if line.kind == "charge" else "Amount", amount=listed)
    discounts = list(_steps(line, period, ("discount",), "change"))
    rounded = list(_steps(line, period, ("maximum", "spread", "credit"), "change"))
    yield from discounts
    # The rest is what rounding did: so the steps add up to the cent, however many decimals a discount has.
    rest = net - listed - sum((step.amount or ZERO for step in (*discounts, *rounded)), ZERO)
    if rest:
        yield Step("change", f"{line.key}/rounding", "Rounded half up", amount=rest)
    yield from rounded
    yield Step("net", f"{line.key}/net", "To pay", amount=net)


def _steps(line: BillLine, period: int, names: tuple[str, ...], kind: str) -> Iterator[Step]:
    """Yield what some steps did to a line, with at most 12 decimals."""
    for n, change in enumerate(line.changes, 1):
        amount = change.amount[0, period]
        if change.step in names and amount:
            yield Step(kind, f"{line.key}/{change.step}-{n}", change.text, amount=within_twelve(amount))


def amount_of(price: PriceModel, quantity: Decimal | str) -> Decimal:
    """Return what a price asks for one quantity, unrounded: for a table or a chart of the price."""
    with localcontext(CONTEXT):
        return Decimal(price.amount(Measured(numbers.exact([Decimal(quantity)])))[0])
