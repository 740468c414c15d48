"""How well bands held over many customers: by horizon, by segment, by calendar window; and whether that drifts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import formats
from forecasting.engine.grains import GRAINS
from forecasting.rules.backtest import Tested

AIM = 0.8
HORIZONS = (
    (7, gettext_noop("Days 1 to 7")),
    (31, gettext_noop("Days 8 to 31")),
    (92, gettext_noop("Days 32 to 92")),
    (10_000, gettext_noop("Later")),
)
RECENT = 3  # calendar months that are looked at for drift
TOLERATED = 0.10
FEWEST = 20  # windows; fewer say nothing


@dataclass(frozen=True)
class Share:
    """How often it held; `windows` counts independent tests, of which the steps are parts."""

    label: str
    inside: int
    count: int

    @property
    def coverage(self) -> float | None:
        return self.inside / self.count if self.count else None


@dataclass(frozen=True)
class Calibration:
    steps: Share
    totals: Share
    pinball_ratio: float | None
    horizons: tuple[Share, ...]
    segments: tuple[Share, ...]
    windows: tuple[Share, ...]  # by the calendar month in which the hidden time began
    drift: str  # "" when there is none; else a sentence


def hits_of(tests: Iterable[Tested]) -> dict[str, Any]:
    """What of one customer's tests is kept: counts by horizon and calendar month, and the losses."""
    steps: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    loss = naive = 0.0
    for one in tests:
        month = f"{one.window.day(1):%Y-%m}"
        days = (np.flatnonzero(one.known) + 1) * GRAINS[one.window.steps.grain].days
        for day, held in zip(days, one.hits, strict=True):
            add(steps[horizon_of(float(day)), month], bool(held))
        add(totals[month], one.held)
        loss, naive = loss + one.loss, naive + one.naive
    return {
        "steps": [[*key, *counts] for key, counts in sorted(steps.items())],
        "totals": [[month, *counts] for month, counts in sorted(totals.items())],
        "loss": loss,
        "naive": naive,
    }


def add(counts: list[int], held: bool) -> None:
    counts[0] += held
    counts[1] += 1


def horizon_of(day: float) -> str:
    return next(label for limit, label in HORIZONS if day <= limit)


def calibration(kept: Sequence[tuple[str, Mapping[str, Any]]]) -> Calibration:
    """All customers together, from (segment, hits) of each."""
    horizons: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    segments: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    windows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for segment, hits in kept:
        for horizon, month, inside, count in hits["steps"]:
            for counts in (horizons[horizon], segments[segment], windows[month]):
                counts[0] += inside
                counts[1] += count
        for month, inside, count in hits["totals"]:
            totals[month][0] += inside
            totals[month][1] += count
    loss, naive = (sum(hits[name] for _, hits in kept) for name in ("loss", "naive"))
    by_month = [Share(month, *totals[month]) for month in sorted(totals)]
    return Calibration(
        steps=summed("Steps", horizons.values()),
        totals=summed("Totals", totals.values()),
        pinball_ratio=loss / naive if naive else None,
        horizons=tuple(Share(label, *horizons[label]) for _, label in HORIZONS if label in horizons),
        segments=tuple(Share(segment, *counts) for segment, counts in sorted(segments.items())),
        windows=tuple(Share(formats.month(month), *counts) for month, counts in sorted(windows.items())),
        drift=drift_of(by_month),
    )


def summed(label: str, counts: Iterable[Sequence[int]]) -> Share:
    pairs = list(counts)
    return Share(label, sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs))


def drift_of(months: Sequence[Share]) -> str:
    """A sentence when the totals of the youngest windows held clearly more or less often than 8 times in 10.

    A window's steps err together, so its total is what counts as one test; two standard errors must be passed too.
    """
    recent = summed("recent", [(one.inside, one.count) for one in months[-RECENT:]])
    if recent.count < FEWEST or recent.coverage is None:
        return ""
    off = recent.coverage - AIM
    if abs(off) <= max(TOLERATED, 2 * sqrt(AIM * (1 - AIM) / recent.count)):
        return ""
    way = _("too wide") if off > 0 else _("too narrow")
    since = formats.month(months[-RECENT:][0].label)
    return _(
        "Since {since} the bands held {coverage} of {count} totals instead of 80%: they are {way} of "
        "late. Something in how customers use the product has changed; read bands with that in mind."
    ).format(since=since, coverage=formats.percent(round(recent.coverage * 100)), count=recent.count, way=way)
