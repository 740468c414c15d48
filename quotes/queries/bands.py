"""From simulated amounts to bands of money."""

from decimal import Decimal

import numpy as np

from pricing import bands
from pricing.money import rounded
from pricing.numbers import Array
from quotes.rules.pricing import Band


def band_of(values: Array, currency: str) -> Band:
    """P10, P50 and P90 over the rows, in the currency's minor unit."""
    low, middle, high = (np.ravel(part)[0] for part in bands(values[:, np.newaxis]).rounded(currency))
    return Band(p10=low, p50=middle, p90=high)


def plain_band(values: Array, places: int) -> Band:
    """P10, P50 and P90 of something that is not money, to so many decimals."""
    low, middle, high = (decimal(np.ravel(part)[0], places) for part in bands(values[:, np.newaxis]))
    return Band(p10=low, p50=middle, p90=high)


def decimal(value: float | Decimal, places: int) -> Decimal:
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return number.quantize(Decimal(1).scaleb(-places))


def amount(value: int, currency: str) -> Decimal:
    return rounded(Decimal(value), currency)
