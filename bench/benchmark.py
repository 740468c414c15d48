"""The public forecasting benchmark: its series, the naive that everything is measured against, and the scores.

Its folder (`FORECAST_DATA`, or `shared/data/forecast` beside the checkout) is never part of this repository.
"""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from forecasting.engine.grains import GRAINS

QUANTILES = np.array([0.1, 0.5, 0.9])[:, None]
WORST = 3.0  # a single series' loss counts at most this much
# The months of the others are nominal.
DATED = ("pypi", "berlin_portal", "pbs", "aus_retail", "fhv_daily", "online_retail_daily", "avocado_weekly")


class Case(NamedTuple):
    """One series, cut where its hidden target begins."""

    group: tuple[str, str, int]  # source, grain, horizon
    history: np.ndarray
    actual: np.ndarray
    begins: str  # date of the target's first step

    @property
    def season(self) -> int:
        return GRAINS[self.group[1]].season


class Answer(NamedTuple):
    """P10, P50 and P90 of the steps (3, horizon) and of their sum (3, 1)."""

    steps: np.ndarray
    total: np.ndarray


class Score(NamedTuple):
    """Loss of steps and of their sum in units of the series' level; share of actuals inside, likewise."""

    steps: float
    total: float
    inside: float
    total_inside: float


def folder() -> Path:
    """Where the benchmark is, if it is anywhere."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "forecast"
    return Path(os.environ.get("FORECAST_DATA", beside)) / "bench"


def cases(part: str = "dev") -> list[Case]:
    values, dates = defaultdict(list), defaultdict(list)
    with gzip.open(folder() / f"{part}.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            values[row["series_id"]].append(float(row["value"]))
            dates[row["series_id"]].append(row["timestamp"])
    found = []
    with open(folder() / f"{part}.meta.csv") as file:
        for row in csv.DictReader(file):
            horizon, series = int(row["horizon"]), np.array(values[row["series_id"]])
            begins = dates[row["series_id"]][-horizon]
            found.append(Case((row["source"], row["freq"], horizon), series[:-horizon], series[-horizon:], begins))
    return found


def answer_of(paths: np.ndarray) -> Answer:
    steps, total = (np.quantile(values, QUANTILES[:, 0], axis=0) for values in (paths, paths.sum(axis=1)))
    return Answer(steps, total[:, None])


def score(case: Case, answer: Answer) -> Score:
    level = float(np.mean(np.r_[case.history, case.actual])) or 1.0
    summed = case.actual.sum(keepdims=True)
    return Score(
        pinball(case.actual, answer.steps) / level,
        pinball(summed, answer.total) / (level * len(case.actual)),
        float(inside(case.actual, answer.steps).mean()),
        float(inside(summed, answer.total).mean()),
    )


def pinball(actual: np.ndarray, bands: np.ndarray) -> float:
    miss = actual - bands
    return float(2 * np.maximum(QUANTILES * miss, (QUANTILES - 1) * miss).mean())


def inside(actual: np.ndarray, bands: np.ndarray) -> np.ndarray:
    return (actual >= bands[0] - 1e-9) & (actual <= bands[2] + 1e-9)


def naive(case: Case, seed: int) -> Answer:
    """The last season again, with errors drawn from its own past and growing season by season."""
    history, horizon = case.history, case.group[2]
    season = case.season if len(history) > case.season else 1
    centre = history[len(history) - season + np.arange(horizon) % season]
    errors = history[season:] - history[:-season]
    if len(errors) < 2:
        errors = np.array([-0.5, -0.25, 0.0, 0.25, 0.5]) * max(float(history.mean()), 1e-9)
    cycles = -(-horizon // season)
    drawn = np.random.default_rng(seed).choice(errors, (200, cycles, season)).cumsum(axis=1)
    return answer_of(np.maximum(centre + drawn.reshape(200, -1)[:, :horizon], 0.0))


def ratios(some: Sequence[Case], ours: Sequence[Score], theirs: Sequence[Score]) -> tuple[float, float]:
    """Geometric mean over groups of the ratio of mean losses: of steps, and of sums."""
    groups = defaultdict(list)
    for case, own, other in zip(some, ours, theirs, strict=True):
        groups[case.group].append(np.minimum([own[:2], other[:2]], WORST))
    logs = [np.log(own + 1e-9) - np.log(other + 1e-9) for own, other in (np.mean(g, axis=0) for g in groups.values())]
    steps, total = np.exp(np.mean(logs, axis=0))
    return float(steps), float(total)
