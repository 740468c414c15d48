"""From simulated amounts to bands of money."""

from decimal import Decimal

import numpy as np

from pricing import Bands, bands
from pricing.money import rounded
from pricing.numbers import Array
from quotes.rules.pricing import Band


def band_of(values: Array, currency: str) -> Band:
    """P10, P50 and P90 over the rows, in the currency's minor unit."""
    low, middle, high = (np.ravel(part)[0] for part in bands(values[:, np.newaxis]).rounded(currency))
    return Band(p10=low, p50=middle, p90=high)


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
    low, middle, high = (decimal(np.ravel(part)[0], places) for part in bands(values[:, np.newaxis]))
    return Band(p10=low, p50=middle, p90=high)


def plain_bands(values: Array, places: int) -> tuple[Band, ...]:
    """The same of every column."""
    columns = zip(*bands(values), strict=True)
    return tuple(Band(*(decimal(value, places) for value in column)) for column in columns)


def decimal(value: float | Decimal, places: int) -> Decimal:
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return number.quantize(Decimal(1).scaleb(-places))


def amount(value: int, currency: str) -> Decimal:
    return rounded(Decimal(value), currency)
