"""Commitments: what is missing at the end of a window is billed, what is beyond costs the overage factor."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from .. import numbers
from ..components import Commitment
from ..numbers import Array
from ..sheet import Row, Sheet
from .purchases import committed_row, committed_windows, worth
from .quantities import in_priced_units

ONE = Decimal(1)


class Settled(NamedTuple):
    """One window of a commitment: its last period, and the money promised and counted, shape (rows,) or one number."""

    period: int
    promised: Array
    counted: Array


def settle_commitments(sheet: Sheet) -> None:
    """Compare what counts towards each commitment with what was promised, window by window.

    Money: counted is what is billed after discounts and promotional credits; usage paid with bought credits counts.
    Units: promised and used units are worth their list price, risen and discounted like the charge.
    What is missing is the true-up (postpaid only). What is beyond is billed again, overage factor - 1 times.
    """
    for commitment in sheet.terms.commitments:
        windows = list((_of_money if commitment.amount is not None else _of_units)(sheet, commitment))
        if commitment.settle == "true_up":
            _bill(sheet, commitment, "true-up", windows, ONE)
        if commitment.overage_factor != 1:
            _bill(sheet, commitment, "overage", windows, 1 - commitment.overage_factor)


def _of_money(sheet: Sheet, commitment: Commitment) -> Iterator[Settled]:
    counted = np.asarray(sum((_counted(row) for row in sheet.in_scope(commitment)), sheet.zero))
    for first, stop, promised in committed_windows(sheet, commitment):
        yield Settled(stop - 1, sheet.number(promised), counted[:, first:stop].sum(axis=1))


def _counted(row: Row) -> Array:
    return row.discounted if row.promotional is None else row.discounted - row.promotional


def _of_units(sheet: Sheet, commitment: Commitment) -> Iterator[Settled]:
    row = committed_row(sheet, commitment)
    used = _used(sheet, row)
    for first, stop, promised in committed_windows(sheet, commitment):
        whole = sheet.constant(numbers.exact([promised]))
        part = np.asarray(used[:, first:stop].sum(axis=1))
        yield Settled(stop - 1, *(worth(sheet, row, units, first, stop) for units in (whole, part)))


def _used(sheet: Sheet, row: Row) -> Array:
    if row.line is None or row.quantity is None:
        return sheet.zero
    return in_priced_units(sheet, row.line, row.quantity)


def _bill(sheet: Sheet, commitment: Commitment, what: str, windows: list[Settled], times: Decimal) -> None:
    """Add a row with what is missing (true-up), or minus what is beyond, times a factor, at the end of each window."""
    row = Row(f"{commitment.key}/{what}", commitment.key, f"{commitment.name or commitment.key} · {what}", "commitment")
    placed, promised, counted = (sheet.whole(sheet.zero) for _ in range(3))
    for one in windows:
        gap = one.promised - one.counted
        part = numbers.positive(gap) if what == "true-up" else -numbers.positive(-gap)
        placed[:, one.period] = part * sheet.number(times)
        promised[:, one.period], counted[:, one.period] = one.promised, one.counted
    row.list = row.discounted = numbers.rounded(placed, sheet.terms.currency) + sheet.zero  # no -0.00
    row.note("basis", "Committed", promised)
    row.note("basis", "Counted towards it", counted)
    sheet.add(row)
