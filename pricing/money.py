"""Money as exact decimals: minor units, rounding half up, and splitting without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

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
    """Split `total` in proportion to `weights` by largest remainder.

    Total and weights are whole numbers of `unit`, weights are not negative. The parts are whole numbers of `unit`
    too and add up to `total`. Of equal remainders the earlier part wins; without any weight the first takes all.
    """
    if not any(weights):
        return [total, *[ZERO] * (len(weights) - 1)] if weights else []
    # Counted in units: whole numbers, so that nothing is rounded but the shares themselves.
    counted = [int(weight / unit) for weight in weights]
    whole, units = sum(counted), int(total / unit)
    shares = [divmod(abs(units) * count, whole) for count in counted]
    counts = [count for count, _ in shares]
    left = abs(units) - sum(counts)
    for i in sorted(range(len(shares)), key=lambda i: shares[i][1], reverse=True)[:left]:
        counts[i] += 1
    sign = unit if units >= 0 else -unit
    return [count * sign for count in counts]
