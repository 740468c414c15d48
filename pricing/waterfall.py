"""The waterfall of an exact bill: from the list amount of all charges, change by change, to what is to be paid."""

from collections.abc import Iterable
from decimal import Decimal, localcontext

from .bill import Bill, BillLine
from .money import CONTEXT, ZERO
from .numbers import Array
from .parts import TWELVE_DECIMALS, Step

# What adds to or takes from the list amount: changes within the lines of charges, and lines of their own, in order.
CHANGES = ("discount", "maximum")
LINES = ("minimum", "guarantee", "credit", "commitment", "deal")


def waterfall(bill: Bill, period: int | None = None) -> list[Step]:
    """Return the steps of the whole term, or of one period; list amount and changes add up to what is to be paid."""
    with localcontext(CONTEXT):
        return _steps(bill, slice(None) if period is None else slice(period, period + 1))


def _steps(bill: Bill, months: slice) -> list[Step]:
    charges = [line for line in bill.lines if line.kind == "charge"]
    listed = sum((_sum(line.list, months) for line in charges), ZERO)
    steps = _changes(bill.lines, CHANGES, months)
    steps += [
        Step("change", line.key, line.name, amount=_sum(line.list, months))
        for kind in LINES
        for line in bill.lines
        if line.kind == kind
    ]
    paid = _changes(bill.lines, ("credit",), months)
    net = _sum(bill.net, months)
    rest = net - listed - sum((step.amount or ZERO for step in (*steps, *paid)), ZERO)
    rounding = Step("change", "bill/rounding", "Rounded half up", amount=rest)
    return [
        Step("list", "bill/list", "List amount of all charges", amount=listed),
        *(step for step in (*steps, rounding, *paid) if step.amount),
        Step("net", "bill/net", "To pay", amount=net),
    ]


def _changes(lines: Iterable[BillLine], kinds: tuple[str, ...], months: slice) -> list[Step]:
    """Return what each discount, maximum or credit did to all lines together; discounts as they follow each other."""
    amounts: dict[tuple[str, str], Decimal] = {}
    places: dict[tuple[str, str], int] = {}
    for line in lines:
        for place, change in enumerate(change for change in line.changes if change.step in kinds):
            key = (change.step, change.text)
            amounts[key] = amounts.get(key, ZERO) + _sum(change.amount, months)
            places[key] = max(places.get(key, 0), place)
    return [
        Step("change", f"bill/{name}-{n}", text, amount=amounts[name, text])
        for n, (name, text) in enumerate(sorted(amounts, key=places.__getitem__) if kinds == CHANGES else amounts, 1)
    ]


def _sum(amounts: Array, months: slice) -> Decimal:
    """Add up some months, with at most 12 decimals: what is cut off is part of the rounding."""
    total = Decimal(amounts[0, months].sum())
    return total if int(total.as_tuple().exponent) >= -12 else total.quantize(TWELVE_DECIMALS)
