"""How good and how fast forecasts are: `python -m bench.forecasting`.

Quality is measured on the public benchmark where its folder is at hand (`FORECAST_DATA`, or `shared/data/forecast`
beside the checkout; it is never part of this repository): the pinball loss of P10, P50 and P90 against a seasonal
naive with bootstrapped errors, as geometric mean over groups of source, grain and horizon, for steps and for the sum
of all steps; and how many actuals fell between P10 and P90. Speed is processor time on simulated series.
"""

import csv
import gzip
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from forecasting.engine import METHOD, VERSION, forecast_batch
from forecasting.engine.grains import GRAINS

QUANTILES = np.array([0.1, 0.5, 0.9])[:, None]
WORST = 3.0  # a single series' loss counts at most this much
PATHS, SEED = 1000, 7

GOALS = (
    ("quality", "steps_vs_naive", "at most", 0.75),
    ("quality", "sums_vs_naive", "at most", 0.70),
    ("quality", "steps_covered", "at least", 0.77),
    ("quality", "sums_covered", "at least", 0.75),
    ("speed", "monthly_ms", "at most", 1.0),
    ("speed", "daily_90_ms", "at most", 3.0),
    ("speed", "call_of_5_meters_ms", "at most", 13.0),
)


class Case(NamedTuple):
    """One series, cut where its hidden target begins."""

    group: tuple[str, str, int]
    history: np.ndarray
    actual: np.ndarray


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
    values = defaultdict(list)
    with gzip.open(folder() / f"{part}.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            values[row["series_id"]].append(float(row["value"]))
    found = []
    with open(folder() / f"{part}.meta.csv") as file:
        for row in csv.DictReader(file):
            horizon, series = int(row["horizon"]), np.array(values[row["series_id"]])
            found.append(Case((row["source"], row["freq"], horizon), series[:-horizon], series[-horizon:]))
    return found


def quality(some: list[Case]) -> dict[str, float]:
    """Ratios to the naive and coverage."""
    freqs, horizons = [case.group[1] for case in some], [case.group[2] for case in some]
    paths = forecast_batch([case.history for case in some], freqs, horizons, PATHS, SEED)
    ours = [score(case, drawn) for case, drawn in zip(some, paths, strict=True)]
    theirs = [score(case, naive(case, number)) for number, case in enumerate(some)]
    return {
        "steps_vs_naive": ratio(some, [one.steps for one in ours], [one.steps for one in theirs]),
        "sums_vs_naive": ratio(some, [one.total for one in ours], [one.total for one in theirs]),
        "steps_covered": float(np.mean([one.inside for one in ours])),
        "sums_covered": float(np.mean([one.total_inside for one in ours])),
    }


def score(case: Case, paths: np.ndarray) -> Score:
    level = float(np.mean(np.r_[case.history, case.actual])) or 1.0
    steps = np.quantile(paths, QUANTILES[:, 0], axis=0)
    total = np.quantile(paths.sum(axis=1), QUANTILES[:, 0])[:, None]
    summed = case.actual.sum(keepdims=True)
    return Score(
        pinball(case.actual, steps) / level,
        pinball(summed, total) / (level * len(case.actual)),
        float(inside(case.actual, steps).mean()),
        float(inside(summed, total).mean()),
    )


def pinball(actual: np.ndarray, bands: np.ndarray) -> float:
    miss = actual - bands
    return float(2 * np.maximum(QUANTILES * miss, (QUANTILES - 1) * miss).mean())


def inside(actual: np.ndarray, bands: np.ndarray) -> np.ndarray:
    return (actual >= bands[0] - 1e-9) & (actual <= bands[2] + 1e-9)


def naive(case: Case, seed: int) -> np.ndarray:
    """The last season again, with errors drawn from its own past and growing season by season."""
    season, history, horizon = GRAINS[case.group[1]].season, case.history, case.group[2]
    season = season if len(history) > season else 1
    centre = history[len(history) - season + np.arange(horizon) % season]
    errors = history[season:] - history[:-season]
    if len(errors) < 2:
        errors = np.array([-0.5, -0.25, 0.0, 0.25, 0.5]) * max(float(history.mean()), 1e-9)
    cycles = -(-horizon // season)
    drawn = np.random.default_rng(seed).choice(errors, (200, cycles, season)).cumsum(axis=1)
    return np.maximum(centre + drawn.reshape(200, -1)[:, :horizon], 0.0)


def ratio(some: list[Case], ours: list[float], theirs: list[float]) -> float:
    """Geometric mean over groups of the ratio of mean losses."""
    groups = defaultdict(list)
    for case, own, other in zip(some, ours, theirs, strict=True):
        groups[case.group].append((min(own, WORST), min(other, WORST)))
    means = [np.mean(pairs, axis=0) + 1e-9 for pairs in groups.values()]
    return float(np.exp(np.mean([np.log(own / other) for own, other in means])))


def speed() -> dict[str, float]:
    """Processor time of warm calls: per series in a batch, and of one call of a quote."""
    random = np.random.default_rng(1)
    monthly = [100 * np.exp(0.1 * random.standard_normal(60).cumsum()) for _ in range(500)]
    daily = [100 * np.exp(0.1 * random.standard_normal(400)) for _ in range(100)]
    return {
        "monthly_ms": spent(monthly, "M", 12) / len(monthly),
        "daily_90_ms": spent(daily, "D", 90) / len(daily),
        "call_of_5_meters_ms": spent(monthly[:5], "M", 12),
    }


def spent(series: list[np.ndarray], freq: str, horizon: int) -> float:
    """The best of five calls, in milliseconds."""
    found = []
    for _ in range(5):
        start = time.process_time()
        forecast_batch(series, [freq] * len(series), [horizon] * len(series), PATHS, SEED)
        found.append(time.process_time() - start)
    return min(found) * 1e3


def main() -> int:
    """Print every figure and whether it meets its goal; return 1 if one does not."""
    sys.stdout.write(f"{METHOD} {VERSION}\n")
    parts = {"speed": speed()}
    if folder().exists():
        parts["quality"] = quality(cases())
    else:
        sys.stdout.write("quality: not measured, the benchmark is not beside the checkout (see FORECAST_DATA)\n")
    failed = False
    for part, name, word, limit in GOALS:
        if part not in parts:
            continue
        value = parts[part][name]
        met = value <= limit if word == "at most" else value >= limit
        failed = failed or not met
        sys.stdout.write(f"{'ok  ' if met else 'MISS'} {part}.{name} = {value:.3f}, {word} {limit}\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
