"""Credits: grants become lots, and lots are burned in one fixed order."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from .. import numbers
from ..components import Commitment, CreditGrant, Rollover
from ..intervals import months_of
from ..layout import amounts_by_phase
from ..money import minor_unit
from ..numbers import Array
from ..pools import draw
from ..sheet import Row, Sheet
from ..values import MONTHS
from .purchases import UNIT_OF_QUANTITY, committed_windows


@dataclass(frozen=True)
class Lot:
    """One grant of credit, usable in periods `first` up to and without `stop`."""

    source: CreditGrant | Commitment
    amount: Decimal
    first: int
    stop: int
    expires: int  # period in which it ends; may lie after the term
    rows: tuple[Row, ...]

    @property
    def burn_order(self) -> tuple[int, int, int, int, str]:
        """Priority, earliest expiry, narrowest scope, oldest; then the key, so that no tie is left."""
        return (self.source.priority, self.expires, len(self.rows), self.first, self.source.key)

    @property
    def paid(self) -> bool:
        """Whether the customer pays for this credit; the rest is promotional."""
        return isinstance(self.source, Commitment) or self.source.purchase > 0

    @property
    def name(self) -> str:
        """What the credit or commitment is called."""
        return self.source.name or self.source.key

    def rate(self, row: Row) -> Decimal:
        """Return how many units of this credit one unit of a row's quantity burns."""
        rates = self.source.rates if isinstance(self.source, CreditGrant) else {}
        product = row.charge.product if row.charge is not None else ""
        return rates.get(row.owner, rates.get(product, Decimal(1)))

    @property
    def rollover(self) -> Rollover | None:
        """What happens with the unused part."""
        return self.source.rollover if isinstance(self.source, CreditGrant) else None


def burn_unit_credits(sheet: Sheet) -> None:
    """Cover quantities with credits in custom units and with prepaid units, before they are priced."""
    lots = [lot for grant in sheet.terms.credits if grant.unit is not None for lot in lots_of(sheet, grant)]
    lots += [lot for one in _prepaid(sheet) if one.quantity is not None for lot in prepaid_lots(sheet, one)]
    if not lots:
        return
    left = {row.key: sheet.whole(row.rated) for lot in lots for row in lot.rows if row.rated is not None}

    def take(lot: Lot, balance: Any) -> list[Array]:
        cut = slice(lot.first, lot.stop)
        rates: list[Any] = [sheet.number(lot.rate(row)) for row in lot.rows]
        claims = [left[row.key][:, cut] * rate for row, rate in zip(lot.rows, rates, strict=True)]
        taken = draw(claims, balance, pooled=True)
        for row, claim, part, rate in zip(lot.rows, claims, taken, rates, strict=True):
            before = left[row.key][:, cut]
            after = numbers.divided(numbers.remaining(claim, part), rate)
            if sheet.usage.exact:
                _note(sheet, row, lot, "covered", f"Covered by {lot.name}", before - after)
            left[row.key][:, cut] = after
        return taken

    _burn(sheet, lots, take, UNIT_OF_QUANTITY)
    for row in sheet.charge_rows():
        row.rated = left.get(row.key, row.rated)


def draw_credits(sheet: Sheet) -> None:
    """Pay open amounts with money credits and prepaid commitments, in burn order."""
    lots = [lot for grant in sheet.terms.credits if grant.unit is None for lot in lots_of(sheet, grant)]
    lots += [lot for one in _prepaid(sheet) if one.amount is not None for lot in prepaid_lots(sheet, one)]
    if lots:
        _burn_money(sheet, lots)


def lots_of(sheet: Sheet, grant: CreditGrant) -> list[Lot]:
    """Return the lots of a grant: one, or one for every month, quarter or year of its range."""
    first, stop = months_of(grant.from_month, grant.to_month, sheet.periods)
    width = MONTHS.get(grant.every)
    lasts = width if grant.rollover is not None else grant.expires_months
    rows = tuple(row for row in sheet.in_scope(grant) if grant.unit is None or row.metered)
    amounts = amounts_by_phase(grant.key, grant.amount, sheet.terms)
    lots = []
    for opens in range(first, stop, width or sheet.periods):
        expires = opens + lasts if lasts else sheet.periods
        lots.append(Lot(grant, amounts[opens], opens, min(expires, sheet.periods), expires, rows))
    return lots


def _prepaid(sheet: Sheet) -> list[Commitment]:
    return [one for one in sheet.terms.commitments if one.settle == "prepaid"]


def prepaid_lots(sheet: Sheet, commitment: Commitment) -> list[Lot]:
    """Return a lot for each window of a prepaid commitment; it ends with the window."""
    rows = tuple(sheet.in_scope(commitment))
    windows = committed_windows(sheet, commitment)
    return [Lot(commitment, amount, first, stop, stop, rows) for first, stop, amount in windows]


def _burn_money(sheet: Sheet, lots: list[Lot]) -> None:
    left = {row.key: sheet.whole(row.open) for lot in lots for row in lot.rows}
    unpaid = {row.key for lot in lots for row in lot.rows if not lot.paid} if sheet.terms.commitments else set()
    promotional = {key: sheet.whole(sheet.zero) for key in unpaid}

    def take(lot: Lot, balance: Any) -> list[Array]:
        cut = slice(lot.first, lot.stop)
        taken = draw([left[row.key][:, cut] for row in lot.rows], balance, pooled=True)
        for row, part in zip(lot.rows, taken, strict=True):
            left[row.key][:, cut] -= part
            if not lot.paid and row.key in promotional:
                promotional[row.key][:, cut] += part
            if sheet.usage.exact:
                _note(sheet, row, lot, "credit", f"Paid by {lot.name}", part)
        return taken

    _burn(sheet, lots, take, minor_unit(sheet.terms.currency))
    for row in sheet.rows.values():
        if row.key in left:
            row.credited = row.discounted - left[row.key]
            row.promotional = promotional.get(row.key)


def _burn(sheet: Sheet, lots: list[Lot], take: Callable[[Lot, Any], list[Array]], unit: Decimal) -> None:
    """Burn lots in order; what an expiring lot rolls over is added to the next lot of its grant.

    Every lot ranks alike in all of its periods, so lot after lot gives the same as period after period.
    """
    carried: dict[str, Array] = {}
    for lot in sorted((lot for lot in lots if lot.rows), key=lambda lot: lot.burn_order):
        balance: Array = sheet.number(lot.amount) + carried.pop(lot.source.key, sheet.zero[:, :1])
        drawn = np.asarray(sum(take(lot, balance)))
        left: Array = balance - np.cumsum(drawn, axis=1)
        sheet.keep_left(lot.source.key, lot.first, lot.stop, left)
        if sheet.usage.exact:
            sheet.account(lot.source.key, lot.first, lot.stop, lot.amount, drawn)
        if lot.rollover is not None:
            carried[lot.source.key] = _rolled(sheet, lot.rollover, left[:, -1:], unit)


def _rolled(sheet: Sheet, rollover: Rollover, unused: Array, unit: Decimal) -> Array:
    """Return min(cap, max(floor, unused x fraction)), shape (rows, 1), rounded down when exact."""
    rolled: Array = np.maximum(unused * sheet.number(rollover.fraction), sheet.number(rollover.floor))
    if rollover.cap is not None:
        rolled = np.minimum(rolled, sheet.number(rollover.cap))
    return numbers.rounded_down(rolled, unit)


def _note(sheet: Sheet, row: Row, lot: Lot, step: str, text: str, part: Array) -> None:
    if any(part.flat):
        less = sheet.whole(sheet.zero)
        less[:, lot.first : lot.stop] -= part
        row.note(step, text, less)
