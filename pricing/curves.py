"""The one form behind every price model: an amount that is straight between edges and may jump at them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from . import numbers
from .money import CONTEXT, ZERO
from .numbers import ABSOLUTE_SLACK, RELATIVE_SLACK, Array

FEW_EDGES = 12  # up to here counting edges below a quantity beats a binary search
FEW_PIECES = 5  # computed for each of 72,000 quantities, 2 pieces take 0.4 of the time of finding theirs, 6 take 1.1


@dataclass(frozen=True, eq=False)
class Curve:
    """Amount of money as a function of quantity, in k + 1 pieces between k edges.

    Piece i holds for `edges[i - 1] < quantity <= edges[i]`: the edge belongs to the piece below it, as `up_to` of
    a tier is inclusive. There the amount is

        at[i] + slope[i] * quantity                                 without `size`
        at[i] + slope[i] * blocks(quantity - base[i], size[i])      with it (begun blocks, or full ones)

    The arrays are exact, of shape (k,) and (k + 1,); `simulated` is the same curve in floats.
    """

    edges: Array
    at: Array
    slope: Array
    base: Array | None = None
    size: Array | None = None
    round_up: bool = True

    def amount(self, quantity: Array, tier_quantity: Array | None = None) -> Array:
        """Return the amount of each quantity, in its shape and kind of number.

        With `tier_quantity` (all-units prices only) the piece is found by that instead of by `quantity`.
        """
        curve = self if numbers.is_exact(quantity) else self.simulated
        if curve is not self and tier_quantity is None and self.outermost is not None:
            return curve._of_all_pieces(quantity, self.outermost)
        piece = curve.piece(quantity if tier_quantity is None else tier_quantity)
        if curve.size is not None and curve.base is not None:
            base, size = _pick(curve.base, piece), _pick(curve.size, piece)
            quantity = numbers.blocks(quantity - base, size, up=curve.round_up)
        amount: Array = _pick(curve.slope, piece) * quantity
        return np.add(amount, _pick(curve.at, piece), out=amount) if curve.at.any() else amount

    def piece(self, quantity: Array) -> Array | None:
        """Return which piece each quantity falls in; None when there is only one."""
        if not len(self.edges):
            return None
        if len(self.edges) > FEW_EDGES:
            return np.asarray(np.searchsorted(self.edges, quantity, side="left"))
        passed: Array = (quantity > self.edges[0]).view(np.int8)
        for edge in self.edges[1:]:
            passed = passed + (quantity > edge).view(np.int8)
        return passed.astype(np.intp)

    @cached_property
    def outermost(self) -> np.ufunc | None:
        """Where the least (or the greatest) of a few pieces is the amount everywhere: `np.minimum` (`np.maximum`).

        That is so if they meet at the edges and each rises less (more) than the one before, as where more costs less.
        """
        if not 0 < len(self.edges) <= FEW_PIECES - 1 or self.size is not None:
            return None
        below, above = (self.at[part] + self.slope[part] * self.edges for part in (slice(None, -1), slice(1, None)))
        if (below != above).any():
            return None
        rises = self.slope[1:] - self.slope[:-1]
        return np.minimum if (rises <= 0).all() else np.maximum if (rises >= 0).all() else None

    def _of_all_pieces(self, quantity: Array, outermost: np.ufunc) -> Array:
        """Compute every piece for every quantity: less work than to find out which piece each of them is in."""
        amount: Array = quantity * self.slope[0]
        if self.at[0]:
            amount += self.at[0]
        for at, slope in zip(self.at[1:], self.slope[1:], strict=True):
            piece = quantity * slope
            piece += at
            outermost(amount, piece, out=amount)
        return amount

    @cached_property
    def simulated(self) -> "Curve":
        """The curve in floats, its edges moved up by a hair: see `numbers.RELATIVE_SLACK`."""
        edges = numbers.simulated(self.edges)
        return Curve(
            edges=edges + np.maximum(edges * RELATIVE_SLACK, ABSOLUTE_SLACK),
            at=numbers.simulated(self.at),
            slope=numbers.simulated(self.slope),
            base=None if self.base is None else numbers.simulated(self.base),
            size=None if self.size is None else numbers.simulated(self.size),
            round_up=self.round_up,
        )


def _pick(values: Array, piece: Array | None) -> Any:
    return values[0] if piece is None else values.take(piece)


@dataclass(frozen=True)
class Step:
    """One tier while a curve is made: above `low` a unit (or a block of `size`) costs `unit`, entering costs `flat`."""

    low: Decimal
    high: Decimal | None
    unit: Decimal
    flat: Decimal
    size: Decimal | None = None
    cap: Decimal | None = None  # the most its units cost


def straight(unit: Decimal, at: Decimal = ZERO) -> Curve:
    """amount = at + unit * quantity."""
    return Curve(numbers.exact([]), numbers.exact([at]), numbers.exact([unit]))


def in_blocks(size: Decimal, price: Decimal, free: Decimal, *, up: bool) -> Curve:
    """amount = price * blocks((quantity - free) / size), rounded up or down to whole blocks."""
    one = [numbers.exact([value]) for value in (ZERO, price, free, size)]
    return Curve(numbers.exact([]), one[0], one[1], base=one[2], size=one[3], round_up=up)


def marginal(steps: Sequence[Step], *, bill_zero: bool, up: bool = True) -> Curve:
    """Each unit at the price of its own tier, plus the flat fee of every tier entered (graduated)."""
    first_fee = steps[0].flat if bill_zero else ZERO
    steps = [part for step in steps for part in _capped(step, whole=False)]
    reached, at, slope, base = ZERO, [], [], []
    for step in steps:
        reached += step.flat
        at.append(reached if step.size else reached - step.unit * step.low)
        slope.append(step.unit)
        base.append(step.low)
        if step.high is not None:
            reached += step.unit * _units(step.high - step.low, step.size, up=up)
    return _curve(steps, at, slope, base, first_fee, up)


def all_units(steps: Sequence[Step], *, bill_zero: bool, up: bool = True) -> Curve:
    """All units at the price of the tier the quantity falls in, plus that tier's flat fee (volume, stairstep)."""
    first_fee = steps[0].flat if bill_zero else ZERO
    steps = [part for step in steps for part in _capped(step, whole=True)]
    at = [step.flat for step in steps]
    slope = [step.unit for step in steps]
    return _curve(steps, at, slope, [ZERO] * len(steps), first_fee, up)


def _capped(step: Step, *, whole: bool) -> Iterator[Step]:
    """Cut a tier with a cap in two where its units reach it; the second part costs no more.

    Units count from the tier's start, or from zero when the tier prices the `whole` quantity.
    """
    if step.cap is None or not step.unit:
        yield step
        return
    edge = (ZERO if whole else step.low) + CONTEXT.divide(step.cap, step.unit)
    if step.high is not None and edge >= step.high:
        yield step
    elif edge <= step.low:
        yield replace(step, unit=ZERO, flat=step.flat + (step.cap if whole else ZERO))
    else:
        yield replace(step, high=edge)
        yield replace(step, low=edge, unit=ZERO, flat=step.flat + step.cap if whole else ZERO)


def _units(quantity: Decimal, size: Decimal | None, *, up: bool) -> Decimal:
    if size is None:
        return quantity
    full = quantity // size
    return full + 1 if up and full * size < quantity else full


def _curve(
    steps: Sequence[Step], at: list[Decimal], slope: list[Decimal], base: list[Decimal], nothing: Decimal, up: bool
) -> Curve:
    """Put the pieces together; quantity zero is a piece of its own when an amount jumps there."""
    edges = [step.high for step in steps[:-1] if step.high is not None]
    sizes = [step.size for step in steps if step.size is not None]
    if at[0] != nothing:
        edges, at, slope = [ZERO, *edges], [nothing, *at], [ZERO, *slope]
        base, sizes = [ZERO, *base], [Decimal(1), *sizes] if sizes else []
    blocks = {"base": numbers.exact(base), "size": numbers.exact(sizes)} if sizes else {}
    return Curve(numbers.exact(edges), numbers.exact(at), numbers.exact(slope), round_up=up, **blocks)
