"""From simulated amounts to bands of money."""

from decimal import Decimal

import numpy as np

from pricing import Bands, bands
from pricing.money import rounded
from pricing.numbers import Array
from quotes.rules.pricing import Band


def band_of(values: Array, currency: str) -> Band:
    """P10, P50 and P90 over the rows, in the currency's minor unit."""
    return Band(*(rounded(number(part), currency) for part in bands(values)))


def bands_of(values: Array, currency: str) -> tuple[Band, ...]:
    """The band of every column, from one pass over the rows."""
    return money(bands(values), currency) if values.shape[1] else ()


def money(found: Bands, currency: str) -> tuple[Band, ...]:
    """Bands of one column or more as amounts in the currency's minor unit."""
    return tuple(Band(*each) for each in zip(*found.rounded(currency), strict=True))


def share(hits: Array) -> Decimal:
    """The share of rows in which it is so, to three places."""
    return decimal(float(np.mean(hits)), 3)


def years_of(values: Array) -> Array:
    """Sums by contract year: (rows, periods) to (rows, years)."""
    return np.stack([values[:, first : first + 12].sum(axis=1) for first in range(0, values.shape[1], 12)], axis=1)


def plain_band(values: Array, places: int) -> Band:
    """P10, P50 and P90 of something that is not money, to so many decimals."""
    return Band(*(decimal(part, places) for part in bands(values)))


def plain_bands(values: Array, places: int) -> tuple[Band, ...]:
    """The same of every column."""
    columns = zip(*bands(values), strict=True)
    return tuple(Band(*(decimal(value, places) for value in column)) for column in columns)


def decimal(value: float | Decimal | Array, places: int) -> Decimal:
    return number(value).quantize(Decimal(1).scaleb(-places))


def number(value: float | Decimal | Array) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def amount(value: int, currency: str) -> Decimal:
    return rounded(Decimal(value), currency)
