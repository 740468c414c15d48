"""Money as exact decimals: minor units, rounding half up, and splitting without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)

# Wide enough that a product of a price (12 decimals), a quantity (6) and a factor never rounds on the way.
CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)

# ISO 4217: currencies whose minor unit is not a hundredth.
WITHOUT_MINOR_UNIT = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
TESTING = "XTS"  # ISO's code for tests: amounts keep every decimal a unit price may have


def minor_digits(currency: str) -> int:
    """Return how many decimals an amount in `currency` has: 0 (JPY), 2 (USD) or 3 (KWD)."""
    if currency in WITHOUT_MINOR_UNIT:
        return 0
    if currency in THOUSANDTHS:
        return 3
    return 12 if currency == TESTING else 2


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of `currency`: 1, 0.01 or 0.001."""
    return Decimal(1).scaleb(-minor_digits(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round `amount` half up (away from zero) to the currency's minor unit."""
    return amount.quantize(minor_unit(currency), ROUND_HALF_UP, CONTEXT)


def allocate(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Split `total` (a whole number of `unit`) in proportion to `weights` by largest remainder.

    The parts are whole numbers of `unit` and add up to `total`. Of equal remainders the earlier part wins.
    No weight at all puts everything on the first part. Weights must not be negative.
    """
    whole = sum(weights, ZERO)
    if not whole:
        return [total, *[ZERO] * (len(weights) - 1)] if weights else []
    exact = [CONTEXT.divide(CONTEXT.multiply(total, weight), whole) for weight in weights]
    parts = [part.quantize(unit, ROUND_DOWN, CONTEXT) for part in exact]
    left = int((total - sum(parts, ZERO)) / unit)
    step = unit if left > 0 else -unit
    by_remainder = sorted(range(len(parts)), key=lambda i: -abs(exact[i] - parts[i]))
    for i in by_remainder[: abs(left)]:
        parts[i] += step
    return parts
