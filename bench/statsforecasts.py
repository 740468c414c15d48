"""What a well-known package says about the same series: statsforecast, if `make bench-setup` has installed it.

Each of its models is a rival by itself, with its own intervals, the best known ones also with conformal intervals. They
get every benefit: a series too short for its season is forecast without one, one too short for conformal intervals with
the model's own, and where the package refuses ("tiny datasets") its own naive answers, with its own interval. Histories
shorter than a season meet more of its models: those that can speak from one or two values. No model has joint paths, so
the band of a sum is the sum of the steps' bands.
"""

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from bench.benchmark import Answer, Case

WINDOWS = 2  # of past data that conformal intervals look at
LEVEL = 80
RECENT = 3  # values of a window average

Maker = Callable[..., Any]


class Rival(NamedTuple):
    """A model of the package and the kind of its intervals; `short_only`: asked about short histories alone."""

    make: Maker
    conformal: bool = False
    short_only: bool = False

    def answer(self, case: Case) -> tuple[Answer, bool]:
        """Its bands, and whether the model itself gave them."""
        season = case.season if len(case.history) > 2 * case.season else 1
        for more in [intervals(case), {}] if self.conformal else [{}]:
            for length in dict.fromkeys((season, 1)):
                try:
                    return bands_of(self.make(length, **more), case), True
                except Exception:  # whatever a model raises, it is given another chance
                    continue
        return bands_of(models().Naive(), case), False


def is_installed() -> bool:
    return importlib.util.find_spec("statsforecast") is not None


def models() -> Any:
    from statsforecast import models as found  # noqa: PLC0415 (an extra, and slow to import)

    return found


def rivals() -> dict[str, Rival]:
    """Each by name."""
    package = models()

    def mstl(season: int, **more: Any) -> Any:
        if season == 1:
            return package.AutoETS(season_length=1, **more)
        return package.MSTL(season_length=season, trend_forecaster=package.AutoETS(model="ZZN"), **more)

    everywhere: dict[str, Maker] = {
        "AutoETS": lambda season, **more: package.AutoETS(season_length=season, **more),
        "AutoTheta": lambda season, **more: package.AutoTheta(season_length=season, **more),
        "MSTL": mstl,
    }
    seasonal = {
        "DynamicOptimizedTheta": lambda season: package.DynamicOptimizedTheta(season_length=season),
        "SeasonalNaive": lambda season: package.SeasonalNaive(season_length=season),
    }
    short = {
        "AutoARIMA": lambda season: package.AutoARIMA(season_length=season),
        "HistoricAverage": lambda season: package.HistoricAverage(),
        "RandomWalkWithDrift": lambda season: package.RandomWalkWithDrift(),
    }
    average = Rival(lambda season, **more: package.WindowAverage(window_size=RECENT, **more), True, short_only=True)
    return {
        **{
            f"{name}, {kind}": Rival(make, conformal=kind == "conformal")
            for name, make in everywhere.items()
            for kind in ("own", "conformal")
        },
        **{f"{name}, own": Rival(make) for name, make in seasonal.items()},
        **{f"{name}, own": Rival(make, short_only=True) for name, make in short.items()},
        "WindowAverage, conformal": average,
    }


def intervals(case: Case) -> dict[str, Any]:
    """Conformal ones, where the history holds the windows that they look at."""
    from statsforecast.utils import ConformalIntervals  # noqa: PLC0415 (an extra)

    horizon = case.group[2]
    enough = len(case.history) > WINDOWS * horizon + 2
    return {"prediction_intervals": ConformalIntervals(h=horizon, n_windows=WINDOWS)} if enough else {}


def bands_of(model: Any, case: Case) -> Answer:
    """Cut at zero, as nothing is used less than not at all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = model.forecast(y=case.history.astype(float), h=case.group[2], level=[LEVEL])
    steps = np.stack([said[f"lo-{LEVEL}"], said["mean"], said[f"hi-{LEVEL}"]])
    if not np.isfinite(steps).all():
        raise ValueError("not finite")
    steps = np.sort(np.maximum(steps, 0.0), axis=0)
    return Answer(steps, steps.sum(axis=1, keepdims=True))


def answers(rival: Rival, some: Sequence[Case]) -> tuple[list[Answer], int]:
    """What it says about these series, and to how many of them the package itself refused."""
    found = [rival.answer(case) for case in some]
    return [answer for answer, _ in found], sum(not own for _, own in found)
