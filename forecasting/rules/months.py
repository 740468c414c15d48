"""From days to steps and from steps to billing periods: a history is forecast at its own grain and folded by path."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
DAY = timedelta(days=1)
WEEK, SHORTEST_MONTH = 7, 28


@dataclass(frozen=True)
class Steps:
    """History at one grain: `values[-1]` is the step that ends on `end`; NaN is unknown."""

    grain: str  # M, W or D
    end: date
    values: Array

    @property
    def known_days(self) -> int:
        """Days that the known steps cover."""
        return int(np.isfinite(self.values).sum()) * {"D": 1, "W": 7, "M": 30}[self.grain]


def to_steps(start: date, values: Array, *, grain: str | None = None) -> Steps:
    """Find the grain of daily values (NaN where nothing was recorded) and keep one value per step.

    A fact about a week or a month stands on its last day.
    """
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return Steps(grain or "D", start, np.empty(0))
    grain = grain or grain_of(start, known)
    last = start + int(known[-1]) * DAY
    if grain == "M":
        return monthly(start, values, known, last)
    stride = WEEK if grain == "W" else 1
    return Steps(grain, last, np.asarray(values[: known[-1] + 1][::-1][::stride][::-1], dtype=np.float64))


def grain_of(start: date, known: NDArray[np.intp]) -> str:
    """Months when no two facts are nearer than 28 days, weeks when all lie whole weeks apart, else days."""
    between = np.diff(known)
    if not len(between):
        return "D"
    if between.min() >= SHORTEST_MONTH and all(is_month_end(start + int(day) * DAY) for day in known):
        return "M"
    return "W" if (between % WEEK == 0).all() else "D"


def is_month_end(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def monthly(start: date, values: Array, known: NDArray[np.intp], last: date) -> Steps:
    months = [month_index(start + int(day) * DAY) for day in known]
    filled = np.full(months[-1] - months[0] + 1, np.nan)
    filled[np.array(months) - months[0]] = values[known]
    return Steps("M", last, filled)


def month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def line_up(series: Sequence[Steps], data_date: date) -> list[Steps]:
    """Bring histories of one customer to the same end: later steps without a record are unknown, not zero."""
    return [stretch(steps, data_date) for steps in series]


def stretch(steps: Steps, data_date: date) -> Steps:
    """Unknown steps up to the last one that is complete on the data date."""
    missing = 0
    while next_end(steps.grain, steps.end, missing + 1) <= data_date:
        missing += 1
    if not missing:
        return steps
    values = np.concatenate([steps.values, np.full(missing, np.nan)])
    return Steps(steps.grain, next_end(steps.grain, steps.end, missing), values)


def left_padded(values: Array, height: int) -> Array:
    return np.concatenate([np.full(height - len(values), np.nan), values])


def next_end(grain: str, end: date, steps: int) -> date:
    """The last day of the step that comes `steps` after the one ending on `end`."""
    if grain != "M":
        return end + steps * (WEEK if grain == "W" else 1) * DAY
    year, month = divmod(month_index(end) + steps, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def steps_until(steps: Steps, stop: date) -> int:
    """How many steps after the history reach the day before `stop`."""
    if steps.grain == "D":
        return (stop - steps.end).days - 1
    if steps.grain == "W":
        return -(-((stop - steps.end).days - 1) // WEEK)
    return month_index(stop - DAY) - month_index(steps.end)


def shares(steps: Steps, horizon: int, periods: Sequence[tuple[date, date]]) -> Array:
    """Part of each future step's days that lies in each period (start included, end not): (horizon, periods)."""
    ends = [next_end(steps.grain, steps.end, n).toordinal() + 1 for n in range(horizon + 1)]
    opens, closes = np.array(ends[:-1])[:, None], np.array(ends[1:])[:, None]
    starts = np.array([start.toordinal() for start, _ in periods])
    stops = np.array([stop.toordinal() for _, stop in periods])
    overlap = np.minimum(closes, stops) - np.maximum(opens, starts)
    return np.maximum(overlap, 0) / (closes - opens)


def fold(paths: Array, share: Array, aggregation: str) -> Array:
    """Usage per period by path: the sum, or for gauges (seats, storage) the largest or the last step."""
    if aggregation not in ("max", "latest"):
        return paths @ share
    folded = np.zeros((len(paths), share.shape[1]))
    for period in range(share.shape[1]):
        inside = np.flatnonzero(share[:, period] > 0)
        if len(inside):
            columns = paths[:, inside] if aggregation == "max" else paths[:, inside[-1:]]
            folded[:, period] = columns.max(axis=1)
    return folded
