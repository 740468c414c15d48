"""Windows to learn from: histories cut where the future is known, and what the engine makes of each."""

import csv
import gzip
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from forecasting.engine.bands import between, season_ahead
from forecasting.engine.combine import combine
from forecasting.engine.features import features, knots
from forecasting.engine.grains import GRAINS
from forecasting.engine.intermittent import is_intermittent
from forecasting.engine.panel import make_panel
from forecasting.engine.season import split_season

ORIGINS = 6  # per series, beside the official one
YOUNG, YOUNG_SIMULATED = 48, 6  # and as many with little history
OTHER_HORIZONS = {"M": (12, 18, 24), "W": (4, 13, 26), "D": (7, 28, 60, 90)}
OTHER, WHOLE = 0.25, 0.4  # shares of windows with another horizon, and of those whose history is not cut short
CUTS = {"M": (1, 2, 3, 6, 12, 24), "W": (3, 8, 13, 26, 60), "D": (5, 10, 20, 28, 60, 120)}
ADOPTING = "pypi"  # customers who adopt, each window with its month
SIMULATED = "simulated"
N_SIMULATED = 3000


class Series(NamedTuple):
    source: str
    entity: str
    freq: str
    horizon: int
    values: np.ndarray


class Window(NamedTuple):
    series: Series
    history: np.ndarray
    future: np.ndarray
    is_test: bool  # the official target, whole or cut short: what a check is scored on
    month: int  # when the future begins, where the source says; else 0
    is_young: bool  # one of those with little history


class Group(NamedTuple):
    """Windows of one grain and horizon: what the engine knows about them, and what came."""

    windows: list[Window]
    inputs: np.ndarray  # (lead, window, feature)
    leads: np.ndarray  # share of each lead's answer in each step: (horizon, lead)
    centre: np.ndarray  # (horizon, window), season included
    sigma: np.ndarray
    actual: np.ndarray  # (horizon, window), in units of `scale`
    offset: np.ndarray  # (window,)
    relative: np.ndarray  # the unit against the mean of the whole series, in which losses are counted

    @property
    def size(self) -> int:
        return len(self.windows)

    @property
    def keys(self) -> list[tuple[str, str, int]]:
        return [(one.series.source, one.series.freq, len(one.future)) for one in self.windows]

    def chosen(self, which: np.ndarray) -> "Group":
        """These windows only."""
        windows = [self.windows[n] for n in which]
        return Group(windows, self.inputs[:, which], self.leads, *(part[..., which] for part in self[3:]))


def collect(path: Path, seed: int = 1) -> list[Group]:
    """All windows of all series that the main branch of the engine would forecast."""
    random, other = (np.random.default_rng(number) for number in (seed, seed + 1))
    every = [*measured(path), *simulated(random)]
    found = [one for series in every for one in windows(series, random)]
    found += [one for series in every for one in young_windows(series, other)]
    grouped = defaultdict(list)
    for one in found:
        if not is_intermittent(one.history) and (one.history > 0).any():
            grouped[one.series.freq, len(one.future)].append(one)
    return [prepared(freq, horizon, members) for (freq, horizon), members in grouped.items()]


def measured(path: Path) -> Iterator[Series]:
    """The public series; daily ones once more as weeks, package downloads once more as if months were weeks."""
    values = defaultdict(list)
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            values[row["series_id"]].append(float(row["value"]))
    with open(str(path).replace(".csv.gz", ".meta.csv")) as file:
        meta = list(csv.DictReader(file))
    for about in meta:
        name, source, freq = about["series_id"], about["source"], about["freq"]
        one = Series(source, about["entity"], freq, int(about["horizon"]), np.array(values[name]))
        yield one
        if freq == "D" and len(one.values) >= 140:
            weeks = one.values[len(one.values) % 7 :].reshape(-1, 7).sum(axis=1)
            yield one._replace(source=f"{source} as weeks", freq="W", horizon=13, values=weeks)
        if source == ADOPTING and len(one.values) >= 30 and zlib.crc32(name.encode()) % 2:
            yield one._replace(source=f"{source} as weeks", freq="W", horizon=13)


def simulated(random: np.random.Generator) -> Iterator[Series]:
    """Levels that walk, noise, a damped trend, a season; each as strong as chance has it."""
    for number in range(N_SIMULATED):
        freq, horizon = [("M", 12), ("W", 26), ("D", 60)][number % 3]
        length = horizon + int(np.exp(random.uniform(np.log(3), np.log(150))))
        walk, noise = np.exp(random.uniform(np.log([0.005, 0.01]), np.log([0.3, 0.7]))) * (random.random(2) < 0.75)
        drift = random.normal(0, 0.02 if freq == "M" else 0.005) * 0.98 ** np.arange(length)
        season = random.choice([0.0, 0.1, 0.3]) * random.standard_normal(GRAINS[freq].season)
        z = np.cumsum(walk * random.standard_normal(length) + drift) + noise * random.standard_t(8, length)
        yield Series(SIMULATED, str(number), freq, horizon, 100 * np.exp(z + np.resize(season, length)))


def windows(series: Series, random: np.random.Generator) -> Iterator[Window]:
    """The official origin, whole and cut short, and random ones, most of them cut.

    Random origins and lengths keep the network from telling the calendar by the length of a history, and so from
    learning what happened to everyone at once.
    """
    values, horizon, freq = series.values, series.horizon, series.freq
    last = len(values) - horizon
    is_test = " as " not in series.source and series.source != SIMULATED
    if last < 1:
        return
    yield window(series, last, last, horizon, is_test)
    short = [cut for cut in CUTS[freq] if cut < last]
    if is_test and short:
        yield window(series, last, int(random.choice(short)), horizon, is_test)
    for _ in range(ORIGINS):
        horizon = some_horizon(series, random)
        last = len(values) - horizon
        if last >= 2:
            origin = int(random.integers(max(2, last // 4), last + 1))
            whole = random.random() < WHOLE
            yield window(series, origin, origin if whole else some_length(origin, random), horizon, False)


def young_windows(series: Series, random: np.random.Generator) -> Iterator[Window]:
    """Any origin, with at most what a young customer has."""
    for _ in range(YOUNG_SIMULATED if series.source == SIMULATED else YOUNG):
        horizon = some_horizon(series, random)
        last = len(series.values) - horizon
        if last >= 2:
            origin = int(random.integers(1, last + 1))
            length = some_length(min(origin, GRAINS[series.freq].far), random)
            yield window(series, origin, length, horizon, False)._replace(is_young=True)


def some_horizon(series: Series, random: np.random.Generator) -> int:
    other = random.random() < OTHER
    return int(random.choice(OTHER_HORIZONS[series.freq])) if other else series.horizon


def some_length(longest: int, random: np.random.Generator) -> int:
    """Short ones as likely as long ones."""
    return int(np.exp(random.uniform(0, np.log(longest + 0.99))))


def window(series: Series, origin: int, length: int, horizon: int, is_test: bool) -> Window:
    values = series.values
    month = 0
    if series.source.startswith(ADOPTING):
        year, number = series.entity.split("@")[1].split("-")
        month = int(year) * 12 + int(number) - (len(values) - series.horizon - origin)
    return Window(series, values[origin - length : origin], values[origin : origin + horizon], is_test, month, False)


def prepared(freq: str, horizon: int, members: list[Window]) -> Group:
    """Let the engine look at the histories, as it does before it asks the networks."""
    panel = make_panel([one.history for one in members], GRAINS[freq])
    flat, season = split_season(panel)
    combined = combine(flat, horizon)
    asked = knots(freq, horizon)
    steps = np.arange(1.0, horizon + 1.0)
    level = np.array([np.mean(np.r_[one.history, one.future]) for one in members])
    parts = (
        features(flat, season, combined, asked),
        between(asked, np.eye(len(asked)), steps),
        combined.centre + season_ahead(season, horizon),
        combined.sigma(steps),
        np.stack([one.future for one in members], axis=1) / panel.scale,
        panel.offset,
        panel.scale / np.where(level > 0, level, 1.0),
    )
    return Group(members, *(part.astype(np.float32) for part in parts))


def fold_of(series: Series) -> int:
    """Belongs to the entity, whatever the window and the grain."""
    return zlib.crc32(f"{series.source.removesuffix(' as weeks')}|{series.entity.split('@')[0]}".encode())


def sizes(groups: list[Group]) -> Mapping[tuple[str, str, int], int]:
    found: dict[tuple[str, str, int], int] = defaultdict(int)
    for group in groups:
        for key in group.keys:
            found[key] += 1
    return found
