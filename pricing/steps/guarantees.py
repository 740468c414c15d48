"""Guarantees: a share of the charges is returned where the outcome rate stays below what was promised."""

from decimal import Decimal

import numpy as np

from .. import numbers
from ..components import Metered
from ..conditions import Guarantee
from ..numbers import RELATIVE_SLACK, Array
from ..sheet import Row, Sheet
from ..values import plain


def apply_guarantees(sheet: Sheet) -> None:
    """Return credit_percent of what the covered charges cost in each window whose rate is below the threshold.

    A window without attempts keeps its promise. The amount is a line of its own, less than zero, in the window's last
    period; it is a share of discounted amounts, so it never returns more than was billed.
    """
    for guarantee in sheet.terms.guarantees:
        rule = f"{plain(guarantee.credit_percent)} % returned below {plain(guarantee.threshold * 100)} %"
        row = Row(
            f"{guarantee.key}/returned", guarantee.key, f"{guarantee.name or guarantee.key} · {rule}", "guarantee"
        )
        row.list = row.discounted = numbers.rounded(_returned(sheet, guarantee), sheet.terms.currency)
        sheet.add(row)


def _returned(sheet: Sheet, guarantee: Guarantee) -> Array:
    outcomes, attempts = _total(sheet, guarantee.outcomes), _total(sheet, guarantee.attempts)
    billed = np.asarray(sum((row.discounted for row in _covered(sheet, guarantee)), sheet.zero))
    slack = Decimal(1) if sheet.usage.exact else 1 + RELATIVE_SLACK
    share = sheet.number(-guarantee.credit_percent / 100)
    returned = sheet.whole(sheet.zero)
    for span in sheet.layout.spans(guarantee.window, 0, sheet.periods):
        cut = slice(span.first, span.stop)
        reached = outcomes[:, cut].sum(axis=1) * slack
        needed = attempts[:, cut].sum(axis=1) * sheet.number(guarantee.threshold)
        amount = billed[:, cut].sum(axis=1) * share
        returned[:, span.stop - 1] = np.where(reached < needed, amount, sheet.zero[:, 0])
    return returned


def _total(sheet: Sheet, source: Metered) -> Array:
    arrays = [array for key, array in sheet.usage.series.items() if source.matches(key.meter, key.dimensions)]
    return np.asarray(sum(arrays, sheet.zero))


def _covered(sheet: Sheet, guarantee: Guarantee) -> list[Row]:
    return [
        row
        for row in sheet.charge_rows()
        if (row.owner in guarantee.charges if guarantee.charges else row.line is not None and row.line.charge.metered)
    ]
