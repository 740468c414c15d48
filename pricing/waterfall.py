"""The waterfall of an exact bill: from the list amount of all charges, change by change, to what is to be paid."""

from collections.abc import Iterable
from decimal import Decimal, localcontext

from .bill import Bill, BillLine
from .money import CONTEXT, ZERO
from .numbers import Array
from .parts import Step, within_twelve

PURCHASE = "purchase"  # the end of the key of what is paid for credits and prepaid commitments


def waterfall(bill: Bill, period: int | None = None) -> list[Step]:
    """Return the steps of the whole term, or of one period; list amount and changes add up to what is to be paid."""
    with localcontext(CONTEXT):
        return _steps(bill, slice(None) if period is None else slice(period, period + 1))


def _steps(bill: Bill, months: slice) -> list[Step]:
    """In the order of `pricing.rating.STEPS`, but purchases stand behind the discounts that do not lower them."""
    listed = sum((_sum(line.list, months) for line in bill.lines if line.kind == "charge"), ZERO)
    discounts = _changes(bill.lines, "discount", months)
    rounded = [
        *_changes(bill.lines, "maximum", months),
        *_lines(bill.lines, "minimum", months),
        *_changes(bill.lines, "spread", months),
        *_lines(bill.lines, "guarantee", months),
        *_lines(bill.lines, "purchase", months),
        *_changes(bill.lines, "credit", months),
        *_lines(bill.lines, "commitment", months),
        *_lines(bill.lines, "deal", months),
    ]
    net = _sum(bill.net, months)
    rest = net - listed - sum((step.amount or ZERO for step in (*discounts, *rounded)), ZERO)
    rounding = Step("change", "bill/rounding", "Rounded half up", amount=rest)
    return [
        Step("list", "bill/list", "List amount of all charges", amount=listed),
        *(step for step in (*discounts, rounding, *rounded) if step.amount),
        Step("net", "bill/net", "To pay", amount=net),
    ]


def _changes(lines: Iterable[BillLine], name: str, months: slice) -> list[Step]:
    """Return what each discount, maximum or credit did to all lines together, as they follow each other on a line."""
    amounts: dict[str, Decimal] = {}
    places: dict[str, int] = {}
    for line in lines:
        mine = [change for change in line.changes if change.step == name]
        for change in mine:
            amounts[change.text] = amounts.get(change.text, ZERO) + _sum(change.amount, months)
        for place, text in enumerate(dict.fromkeys(change.text for change in mine)):
            places[text] = max(places.get(text, 0), place)
    ordered = sorted(amounts, key=places.__getitem__)
    return [Step("change", f"bill/{name}-{n}", text, amount=amounts[text]) for n, text in enumerate(ordered, 1)]


def _lines(lines: Iterable[BillLine], kind: str, months: slice) -> list[Step]:
    """Return what lines beside the charges add or return: purchases apart from what else credits and commitments do."""
    found = (line for line in lines if (PURCHASE if line.key.endswith(PURCHASE) else line.kind) == kind)
    return [Step("change", line.key, line.name, amount=_sum(line.list, months)) for line in found]


def _sum(amounts: Array, months: slice) -> Decimal:
    return within_twelve(Decimal(amounts[0, months].sum()))
