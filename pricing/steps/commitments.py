"""Commitments: what is missing at the end of a window is billed, what is beyond costs the overage factor."""

from collections.abc import Iterator

import numpy as np

from .. import numbers
from ..components import Commitment
from ..models import Measured, PriceModel
from ..numbers import Array
from ..sheet import Row, Sheet
from .credits import committed_windows
from .discounts import percent_factor


def settle_commitments(sheet: Sheet) -> None:
    """Compare what counts towards each commitment with what was promised, window by window.

    Money: counted is what is billed after discounts and promotional credits; usage paid with bought credits counts.
    Units: the missing or exceeding units are worth price(promised) - price(used), discounted like the charge.
    What is missing is the true-up (postpaid only). What is beyond is billed again, overage factor - 1 times.
    """
    for commitment in sheet.terms.commitments:
        gaps = list(_money_gaps(sheet, commitment) if commitment.amount is not None else _unit_gaps(sheet, commitment))
        if commitment.settle == "true_up":
            _settle(sheet, commitment, "true-up", [(at, numbers.positive(gap)) for at, gap in gaps])
        extra = sheet.number(commitment.overage_factor - 1)
        if extra:
            _settle(sheet, commitment, "overage", [(at, numbers.positive(-gap) * extra) for at, gap in gaps])


def _money_gaps(sheet: Sheet, commitment: Commitment) -> Iterator[tuple[int, Array]]:
    """Yield (period, promised - counted) for each window, shape (rows,)."""
    rows = sheet.in_scope(commitment)
    counted = np.asarray(sum((_counted(row) for row in rows), sheet.zero))
    for first, stop, promised in committed_windows(sheet, commitment):
        yield stop - 1, sheet.number(promised) - counted[:, first:stop].sum(axis=1)


def _counted(row: Row) -> Array:
    return row.discounted if row.promotional is None else row.discounted - row.promotional


def _unit_gaps(sheet: Sheet, commitment: Commitment) -> Iterator[tuple[int, Array]]:
    """Yield (period, price(promised) - price(used)) for each window, shape (rows,)."""
    row = next(row for row in sheet.in_scope(commitment) if row.quantity is not None)
    factor = percent_factor(sheet, row.owner)
    for first, stop, promised in committed_windows(sheet, commitment):
        price = _price_at(row, first)
        used = np.asarray(row.quantity[:, first:stop].sum(axis=1)) if row.quantity is not None else sheet.zero[:, 0]
        whole = sheet.constant(numbers.exact([promised]))
        yield stop - 1, (price.amount(Measured(whole)) - price.amount(Measured(used))) * factor[stop - 1]


def _price_at(row: Row, period: int) -> PriceModel:
    segments = row.line.segments if row.line is not None else ()
    return next(one.price for one in reversed(segments) if one.first <= period)


def _settle(sheet: Sheet, commitment: Commitment, what: str, amounts: list[tuple[int, Array]]) -> None:
    """Add a row with the amount of each window in its last period."""
    name = f"{commitment.name or commitment.key} · {what}"
    row = Row(f"{commitment.key}/{what}", commitment.key, name, "commitment")
    placed = np.repeat(sheet.zero, max((amount.shape[0] for _, amount in amounts), default=1), axis=0)
    for at, amount in amounts:
        placed[:, at] = amount
    row.list = row.discounted = numbers.rounded(placed, sheet.terms.currency) + sheet.zero  # no -0.00
    sheet.add(row)
