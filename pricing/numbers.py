"""The two kinds of number the kernel counts with, behind one set of array operations.

*Exact* arrays have dtype `object`, hold `Decimal` and have one row: the bill that is promised.
*Simulated* arrays have dtype `float64` and one row per simulated future: only ever shown as bands.

Most of numpy works on both (`+ - * > where maximum cumsum take`). The few operations that differ are here, so that
every price model and every step of the rating is written once.
"""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .money import CONTEXT, ZERO, minor_unit

type_of_exact = np.dtype(object)
Array = NDArray[Any]

# A quantity that lies on the edge of a tier must not cross it because a binary fraction rounded up.
RELATIVE_SLACK = 1e-12
ABSOLUTE_SLACK = 1e-9

QUOTIENT = Decimal("1e-12")  # what a quantity that was divided is a multiple of


def is_exact(values: Array) -> bool:
    """Tell whether `values` holds decimals."""
    return values.dtype == type_of_exact


def exact(values: Iterable[Decimal]) -> Array:
    """Make a one-dimensional exact array."""
    return np.array(list(values), dtype=object)


def simulated(values: Array) -> Array:
    """Turn constants into floats."""
    return values.astype(np.float64)


def like(values: Array, constants: Array) -> Array:
    """Return exact `constants` in the kind of number of `values`."""
    return constants if is_exact(values) else simulated(constants)


def number(values: Array, constant: Decimal) -> Any:
    """Return one exact constant in the kind of number of `values`."""
    return constant if is_exact(values) else float(constant)


def zeros(shape: tuple[int, ...], *, as_exact: bool) -> Array:
    """Return an array of zeros of one kind."""
    return np.full(shape, ZERO, dtype=object) if as_exact else np.zeros(shape)


def positive(values: Array) -> Array:
    """Return `values` with everything below zero made zero."""
    nothing: Any = ZERO if is_exact(values) else 0.0
    above: Array = np.maximum(values, nothing)
    return above


def remaining(claim: Array, taken: Array) -> Array:
    """Return what is left of a claim. Floats may take a last bit too much: less than nothing is never left."""
    return claim - taken if is_exact(claim) else positive(claim - taken)


def blocks(quantity: Array, size: Array, *, up: bool) -> Array:
    """Count blocks of `size` in `quantity`: begun ones when rounding `up`, else full ones. Never below zero."""
    if is_exact(quantity):
        quantity = positive(quantity)
        full = quantity // size
        return np.where(quantity > full * size, full + 1, full) if up else full
    share: Array = quantity / size
    share += share * (-RELATIVE_SLACK if up else RELATIVE_SLACK)
    counted: Array = np.maximum(np.ceil(share - ABSOLUTE_SLACK) if up else np.floor(share + ABSOLUTE_SLACK), 0.0)
    return counted


def ratio(part: Array, whole: Array, *, otherwise: Decimal) -> Array:
    """Divide element by element; where `whole` is zero the answer is `otherwise`."""
    if is_exact(part) or is_exact(whole):
        divide = np.frompyfunc(lambda a, b: CONTEXT.divide(a, b) if b else otherwise, 2, 1)
        return np.asarray(divide(part, whole), dtype=object)
    shape = np.broadcast_shapes(part.shape, whole.shape)
    divided: Array = np.divide(part, whole, out=np.full(shape, float(otherwise)), where=whole != 0)
    return divided


def rounded(amounts: Array, currency: str) -> Array:
    """Round exact amounts half up to the currency's minor unit; simulated amounts stay as they are."""
    if not is_exact(amounts):
        return amounts
    unit = minor_unit(currency)
    return exact([amount.quantize(unit, None, CONTEXT) for amount in amounts.ravel()]).reshape(amounts.shape)


def quantized(amount: Decimal, unit: Decimal) -> Decimal:
    """Round half up to a multiple of a power of ten."""
    return amount.quantize(unit, context=CONTEXT)


def divided(values: Array, divisor: Any) -> Array:
    """Divide quantities; exact ones keep 12 decimals, so that no noise of a division enters the next tier."""
    if not is_exact(values):
        return np.asarray(values / divisor)
    return exact(quantized(CONTEXT.divide(one, divisor), QUOTIENT) for one in values.ravel()).reshape(values.shape)


def rounded_down(values: Array, unit: Decimal) -> Array:
    """Cut exact values down to a multiple of `unit`, a power of ten; simulated values stay as they are."""
    if not is_exact(values):
        return values
    return exact(value.quantize(unit, ROUND_DOWN, CONTEXT) for value in values.ravel()).reshape(values.shape)
