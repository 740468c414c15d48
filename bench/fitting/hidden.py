"""Asking networks about what was hidden from them: other entities, and for package downloads a whole calendar year.

From their answers comes the last number of the fit: how much wider or narrower bands must be, by grain and length of
history, to hold 8 of 10 of what nobody has seen. It is taken half way: what is left between the hidden years and the
next one is not known, and the years differ more than the lengths do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bench.fitting.losses import LIMITS, Bands, bands_of
from bench.fitting.windows import ADOPTING, Group, Window, fold_of, sizes
from forecasting.engine import learned
from forecasting.engine.bands import LARGEST, P90
from forecasting.engine.grains import GRAINS
from forecasting.engine.learned import Networks

AS_WEEKS = f"{ADOPTING} as weeks"  # the only weekly customers of *train* who adopt; their origins are random
AROUND = 5  # months around July in which those count for a year
FOLDS = 3
YEARS = range(2020, 2024)
COVERED = 0.8
HALF = 0.5  # of the way, as a power
LENGTHS = {"M": (1, 4, 12, 36, 121), "W": (1, 13, 52, 104, 261), "D": (1, 14, 60, 180, 1096)}

Fit = Callable[[Sequence[Group]], dict[str, np.ndarray]]


class Asked(NamedTuple):
    """Windows that a network had not seen, and what it said of them."""

    group: Group
    raw: np.ndarray

    @property
    def actual(self) -> np.ndarray:
        return self.group.actual * self.group.relative

    @property
    def bands(self) -> Bands:
        return bands_of(self.group, self.raw)[0]

    def but(self, source: str) -> "Asked":
        """Without the windows of this source."""
        rows = where(self.group, lambda one: not one.series.source.startswith(source))
        return Asked(self.group.chosen(rows), self.raw[:, rows])


def entities(groups: Sequence[Group], fit: Fit, fold: int) -> Iterator[Asked]:
    """Every third entity."""
    net = fit_without(groups, fit, lambda one: fold_of(one.series) % FOLDS == fold)
    yield from asked(groups, net, lambda one: fold_of(one.series) % FOLDS == fold)


def year(groups: Sequence[Group], fit: Fit, number: int) -> Iterator[Asked]:
    """Every third package in the year from July on; nobody's downloads within a year of it were seen."""
    month, fold = number * 12 + 6, number % FOLDS

    def hidden(one: Window) -> bool:
        return fold_of(one.series) % FOLDS == fold or (bool(one.month) and abs(one.month - month) < 12)

    def tested(one: Window) -> bool:
        return fold_of(one.series) % FOLDS == fold and abs(one.month - month) <= (0 if one.is_test else AROUND)

    yield from asked(groups, fit_without(groups, fit, hidden), tested)


def fit_without(groups: Sequence[Group], fit: Fit, hidden: Callable[[Window], bool]) -> Networks:
    kept = [group.chosen(rows) for group in groups if len(rows := where(group, lambda one: not hidden(one)))]
    return learned.read_networks({key: part.astype(np.float32) for key, part in fit(kept).items()})


def asked(groups: Sequence[Group], nets: Networks, tested: Callable[[Window], bool]) -> Iterator[Asked]:
    for group in groups:
        rows = where(group, lambda one: (one.is_test or one.series.source == AS_WEEKS) and tested(one))
        if len(rows):
            test = group.chosen(rows)
            count = np.array([len(one.history) for one in test.windows], dtype=float)
            plain = learned.voice_of_plain(test.windows[0].series.freq, count)
            yield Asked(test, learned.both(nets, test.inputs, plain).astype(np.float32))


def where(group: Group, holds: Callable[[Window], bool]) -> np.ndarray:
    return np.array([n for n, one in enumerate(group.windows) if holds(one)], dtype=int)


def widths(groups: Sequence[Group], fit: Fit) -> dict[str, np.ndarray]:
    """By grain: the logs of lengths of history, and how much wider bands are to be there.

    Package downloads count by their hidden years alone: of what happens to everyone at once other entities know.
    """
    others = [one.but(ADOPTING) for fold in range(FOLDS) for one in entities(groups, fit, fold)]
    years = [one for number in YEARS for one in year(groups, fit, number)]
    return calibrated([one for one in (*others, *years) if one.group.size])


def calibrated(found: Sequence[Asked]) -> dict[str, np.ndarray]:
    count = sizes([one.group for one in found])
    by_length: dict[tuple[str, int], list[tuple[np.ndarray, float]]] = defaultdict(list)
    for one in found:
        for key, window, miss in zip(one.group.keys, one.group.windows, misses(one).T, strict=True):
            place = int(np.searchsorted(LENGTHS[key[1]][:-1], len(window.history), side="right"))
            by_length[key[1], place].append((miss, count[key] ** -0.5 / len(miss)))
    answer: dict[str, np.ndarray] = {}
    for name, limits in LENGTHS.items():
        middles = [np.sqrt(low * (high - 1)) for low, high in pairwise(limits)]
        answer[f"known_{name}"] = np.log(middles)
        answer[f"width_{name}"] = np.array(
            [weighted_quantile(by_length[name, place]) ** HALF for place in range(1, len(limits))]
        )
    return answer


def misses(one: Asked) -> np.ndarray:
    """How far what came lies from the median, as a share of the band's side there (horizon, window)."""
    group = one.group
    bent = np.stack([limit * np.tanh(one.raw[..., n] / limit) for n, limit in enumerate(LIMITS)], axis=-1)
    answers = np.tensordot(group.leads, bent, 1)
    away = np.log(group.actual + group.offset) - group.centre - group.sigma * answers[..., 0]
    below, above = (np.minimum(P90 * group.sigma * np.exp(answers[..., n]), LARGEST) for n in (1, 2))
    market = GRAINS[group.windows[0].series.freq].market
    return np.asarray(np.abs(away) / np.where(away > 0, above, below) * np.sqrt(1.0 - market))


def weighted_quantile(parts: Sequence[tuple[np.ndarray, float]]) -> float:
    if not parts:
        return 1.0
    values = np.concatenate([miss for miss, _ in parts])
    weights = np.concatenate([np.full(len(miss), weight) for miss, weight in parts])
    rising = np.argsort(values)
    share = np.cumsum(weights[rising])
    return float(values[rising][np.searchsorted(share, COVERED * share[-1])])
