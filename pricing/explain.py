"""Any amount of an exact bill, opened: quantity, tiers, factors, discounts, rounding, credits, in order."""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import NamedTuple

from . import numbers
from .bill import Bill, BillLine
from .intervals import billed_in, days_charged, prorated
from .layout import Layout, Line, Segment, lay_out
from .models import Measured, Multiplier, PriceModel
from .money import CONTEXT, ZERO
from .parts import Part, grouped, parts_of
from .periods import Span
from .values import plain


class Step(NamedTuple):
    """One step on the way to an amount: what was done, and the quantity or the money it gave.

    `kind` is quantity, price, basis, list, change or net. Price steps add up to the list amount before it is
    rounded; the list amount and the changes after it add up to net, to the cent. A basis (of a true-up) is not added.
    """

    kind: str
    key: str  # stable: `tokens/tier-2`
    text: str
    quantity: Decimal | None = None
    amount: Decimal | None = None

    def __str__(self) -> str:
        value = self.quantity if self.amount is None else self.amount
        if value is None:
            return self.text
        return f"{self.text}: {value:,f}" if self.kind in ("list", "net", "basis") else f"{self.text}: {_short(value)}"


def explain(bill: Bill, line_key: str, period: int) -> list[Step]:
    """Return the steps to what one line of an exact bill costs in one period (an index from 0).

    Raises KeyError for an unknown line, IndexError outside the term, and ValueError for a simulated bill.
    """
    line = bill.by_key[line_key]
    if not numbers.is_exact(line.net):
        raise ValueError("a simulated bill has bands, not one amount to explain")
    if not 0 <= period < len(bill.periods):
        raise IndexError(f"period {period} is outside the term of {len(bill.periods)} periods")
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
        yield from _metered_steps(line, source, span, period)
    else:
        yield from _fixed_steps(line, source, laid, span)


def _metered_steps(line: BillLine, source: Line, span: Span, period: int) -> Iterator[Step]:
    measured, rated, amount = line.quantity[0, period], line.rated[0, period], line.list[0, period]
    yield Step("quantity", f"{line.key}/measured", f"Measured {line.unit}", measured)
    if rated != measured:
        text = "Converted, included or covered by unit credits"
        yield Step("quantity", f"{line.key}/included", text, rated - measured)
        yield Step("quantity", f"{line.key}/rated", f"Priced {line.unit}", rated)
    segment = _segment(source, span.first)
    if segment is not None:
        yield from _named(line.key, _parts(segment.price, rated, amount))


def _fixed_steps(line: BillLine, source: Line, laid: Layout, span: Span) -> Iterator[Step]:
    met = [one for one in source.segments if one.first < span.stop and one.stop > span.first]
    for segment in met:
        quantity = segment.quantity or ZERO
        yield Step("quantity", f"{line.key}/agreed", f"Agreed {line.unit}", quantity)
        parts = parts_of(segment.price, quantity)
        first, stop = max(span.first, segment.first), min(span.stop, segment.stop)
        days, whole = days_charged(source.charge, span, first, stop, laid.tiles)
        yield from _named(line.key, parts)
        if days != whole:
            full = sum((part.amount for part in parts), ZERO)
            cut = prorated(full, days, whole) - full
            yield Step("price", f"{line.key}/proration", f"Prorated: {days} of {whole} days", amount=cut)


def _parts(price: PriceModel, rated: Decimal, amount: Decimal) -> list[Part]:
    """Return the parts of a metered price; what a multiplier (or single events) changed is one more part."""
    base = price.base if isinstance(price, Multiplier) else price
    parts = parts_of(base, rated)
    total = sum((part.amount for part in parts), ZERO)
    if isinstance(price, Multiplier) and total:
        factor = plain(CONTEXT.divide(amount, total).quantize(Decimal("0.0001")))
        parts.append(Part("multiplier", f"x {factor}, the average factor by {price.dimension}", amount - total))
    return parts


def _named(key: str, parts: list[Part]) -> Iterator[Step]:
    for part in parts:
        yield Step("price", f"{key}/{part.key}", part.text, amount=part.amount)


def _segment(source: Line, period: int) -> Segment | None:
    return next((one for one in source.segments if one.first <= period < one.stop), None)


def _money_steps(line: BillLine, period: int) -> Iterator[Step]:
    for n, change in enumerate(line.changes):
        if change.step == "basis" and change.amount[0, period]:
            yield Step("basis", f"{line.key}/basis-{n + 1}", change.text, amount=change.amount[0, period])
    yield Step("list", f"{line.key}/list", "List amount", amount=line.list[0, period])
    for n, change in enumerate(line.changes):
        amount = change.amount[0, period]
        if amount and change.step != "basis":
            yield Step("change", f"{line.key}/{change.step}-{n + 1}", change.text, amount=amount)
    yield Step("net", f"{line.key}/net", "To pay", amount=line.net[0, period])


def _short(value: Decimal) -> str:
    """Write at most six decimals, and two if there are any."""
    whole, point, decimals = grouped(round(value, 6)).partition(".")
    return f"{whole}.{decimals:0<2}" if point else whole


def amount_of(price: PriceModel, quantity: Decimal | str) -> Decimal:
    """Return what a price asks for one quantity, unrounded: for a table or a chart of the price."""
    with localcontext(CONTEXT):
        return Decimal(price.amount(Measured(numbers.exact([Decimal(quantity)])))[0])
