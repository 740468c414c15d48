"""From numbers to places: scales, round ticks and paths. Nothing here knows about SVG elements."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Scale(NamedTuple):
    """A straight line from a range of numbers to a range of coordinates."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def nice_ticks(high: float, low: float = 0.0, *, about: int = 4) -> list[float]:
    """Ticks at steps of 1, 2 or 5 times a power of ten that enclose `low` to `high`."""
    high = high if high > low else low + 1.0
    step = nice_step((high - low) / about)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def nice_step(raw: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `raw`."""
    power: float = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))


def present(values: Iterable[float | None]) -> list[float]:
    """The numbers among the values: a missing one is None or not a number."""
    return [float(value) for value in values if value is not None and not math.isnan(value)]


def is_missing(value: float | None) -> bool:
    return value is None or math.isnan(value)


def line_path(points: Sequence[tuple[float, float]]) -> str:
    """A polyline through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""


def area_path(upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]]) -> str:
    """The closed area between two lines over the same places."""
    return f"{line_path([*upper, *reversed(lower)])}Z" if upper else ""


def step_path(points: Sequence[tuple[float, float]], half: float, low: float, high: float) -> str:
    """A flat step of width two halves around each point, inside the range: an amount that holds for its month."""
    corners = [corner for x, y in points for corner in ((max(low, x - half), y), (min(high, x + half), y))]
    return line_path(corners)


def runs(values: Sequence[float | None]) -> list[list[int]]:
    """The stretches of neighbouring places that have a value."""
    found: list[list[int]] = []
    for index, value in enumerate(values):
        if is_missing(value):
            continue
        if found and found[-1][-1] == index - 1:
            found[-1].append(index)
        else:
            found.append([index])
    return found


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels near the wanted ones, at least `gap` apart and inside the range, in the same order."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    at = low - gap
    for index in order:
        at = placed[index] = max(wanted[index], at + gap)
    limit = high + gap
    for index in reversed(order):
        limit = placed[index] = min(placed[index], limit - gap)
    return placed
