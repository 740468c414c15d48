"""Rounding: once per line and period, half up, to the currency's minor unit."""

from .. import numbers
from ..sheet import Sheet


def round_lines(sheet: Sheet) -> None:
    """Round list and discounted amounts. From here on every exact amount is a whole number of minor units.

    Limits, whole-quote discounts, credits and commitments come after, so they move whole cents only and none is lost:
    a minimum of 150 bills 150, however its lines were rounded. In a simulation nothing is rounded: bands over
    thousands of futures do not see a cent.
    """
    if not sheet.usage.exact:
        return
    currency = sheet.terms.currency
    for row in sheet.rows.values():
        untouched = row.list is row.discounted
        row.list = numbers.rounded(row.list, currency)
        row.discounted = row.list if untouched else numbers.rounded(row.discounted, currency)
