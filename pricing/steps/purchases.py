"""Purchases: what is paid for credits and for prepaid commitments, and what a commitment comes to."""

from decimal import Decimal

import numpy as np

from .. import numbers
from ..components import Commitment, CreditGrant
from ..intervals import months_of, prorated
from ..layout import amounts_by_phase
from ..models import Measured, PriceModel
from ..money import ZERO, minor_unit
from ..numbers import Array
from ..sheet import Row, Sheet
from ..values import MONTHS
from .discounts import percent_factor
from .prices import escalation

UNIT_OF_QUANTITY = Decimal("0.000001")


def bill_purchases(sheet: Sheet) -> None:
    """Open a row for what is paid for credits and for prepaid commitments, by their schedules."""
    for grant in sheet.terms.credits:
        _bill(sheet, grant, "credit", _of_grant(sheet, grant))
    for commitment in sheet.terms.commitments:
        if commitment.settle == "prepaid":
            _bill(sheet, commitment, "commitment", _of_commitment(sheet, commitment))


def committed_windows(sheet: Sheet, commitment: Commitment) -> list[tuple[int, int, Decimal]]:
    """Return (first, stop, committed) of each window: prorated by day where the term cuts it, in whole minor units."""
    first, stop = months_of(commitment.from_month, commitment.to_month, sheet.periods)
    value = commitment.amount if commitment.amount is not None else commitment.quantity or ZERO
    amounts = amounts_by_phase(commitment.key, value, sheet.terms)
    unit = minor_unit(sheet.terms.currency) if commitment.amount is not None else UNIT_OF_QUANTITY
    windows = sheet.layout.spans(commitment.window, first, stop)
    return [(one.first, one.stop, numbers.quantized(prorated(amounts[one.first], *one.share), unit)) for one in windows]


def committed_row(sheet: Sheet, commitment: Commitment) -> Row:
    """Return the row of the one charge whose units are committed."""
    return next(row for row in sheet.in_scope(commitment) if row.metered)


def worth(sheet: Sheet, row: Row, units: Array, first: int, stop: int) -> Array:
    """Return what units of a window cost: at the price of its first period, risen and discounted as in its last."""
    factor = percent_factor(sheet, row)[stop - 1] * escalation(sheet, row)[stop - 1]
    amount: Array = _price_at(row, first).amount(Measured(units)) * numbers.number(units, factor)
    return amount


def _price_at(row: Row, period: int) -> PriceModel:
    """Return the price in force in a period; before a charge begins, its first one."""
    if row.line is None:
        raise TypeError(f"{row.key} has no price")
    begun = [one for one in row.line.segments if one.first <= period]
    return (begun[-1] if begun else row.line.segments[0]).price


def _bill(sheet: Sheet, part: CreditGrant | Commitment, kind: str, amounts: list[Decimal]) -> None:
    if any(amounts):
        row = Row(f"{part.key}/purchase", part.key, part.name or part.key, kind)
        row.list = row.discounted = sheet.constant(numbers.exact(amounts)[np.newaxis, :])
        sheet.add(row)


def _of_grant(sheet: Sheet, grant: CreditGrant) -> list[Decimal]:
    """Return what is invoiced for a grant in each period: its purchase, whenever it is granted."""
    first, stop = months_of(grant.from_month, grant.to_month, sheet.periods)
    granted = range(first, stop, MONTHS.get(grant.every, sheet.periods))
    return [grant.purchase if period in granted else ZERO for period in range(sheet.periods)]


def _of_commitment(sheet: Sheet, commitment: Commitment) -> list[Decimal]:
    """Return what is invoiced in each period for a prepaid commitment: each window in equal parts."""
    invoiced = [ZERO] * sheet.periods
    unit = minor_unit(sheet.terms.currency)
    for first, stop, promised in committed_windows(sheet, commitment):
        amount = promised if commitment.amount is not None else _worth_of(sheet, commitment, promised, first, stop)
        dates = range(first, stop, MONTHS.get(commitment.invoice, sheet.periods))
        for opens, share in zip(dates, _equal_shares(amount, len(dates), unit), strict=True):
            invoiced[opens] += share
    return invoiced


def _worth_of(sheet: Sheet, commitment: Commitment, units: Decimal, first: int, stop: int) -> Decimal:
    amount = worth(sheet, committed_row(sheet, commitment), numbers.exact([units]), first, stop)
    return numbers.quantized(amount[0], minor_unit(sheet.terms.currency))


def _equal_shares(amount: Decimal, parts: int, unit: Decimal) -> list[Decimal]:
    """Split an amount into equal parts whose cents differ by one at most, larger ones first."""
    units, left = divmod(int(amount / unit), parts)
    return [(units + (n < left)) * unit for n in range(parts)]
