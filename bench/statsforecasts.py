"""What a well-known package says about the same series: statsforecast, if `make bench-setup` has installed it.

Three of its models, each with its own intervals and with conformal ones. They get every benefit: a series too short for
its season is forecast without one, too short for conformal intervals with the model's own, and where a model fails the
naive answers. They have no joint paths, so the band of a sum is the sum of the steps' bands.
"""

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bench.benchmark import Answer, Case, naive

WINDOWS = 2  # of past data that conformal intervals look at
LEVEL = 80


def is_installed() -> bool:
    return importlib.util.find_spec("statsforecast") is not None


def models() -> dict[str, Callable[[Case, int], Answer]]:
    """Each by name: a function of a case and its number."""
    from statsforecast.models import MSTL, AutoETS, AutoTheta  # noqa: PLC0415 (an extra, and slow to import)
    from statsforecast.utils import ConformalIntervals  # noqa: PLC0415

    def seasonal(case: Case) -> int:
        return case.season if len(case.history) > 2 * case.season else 1

    def conformal(case: Case) -> dict[str, Any]:
        horizon = case.group[2]
        enough = len(case.history) > WINDOWS * horizon + 2
        return {"prediction_intervals": ConformalIntervals(h=horizon, n_windows=WINDOWS)} if enough else {}

    def mstl(case: Case, **more: Any) -> Any:
        if seasonal(case) == 1:
            return AutoETS(season_length=1, **more)
        return MSTL(season_length=case.season, trend_forecaster=AutoETS(model="ZZN"), **more)

    makers: dict[str, Callable[..., Any]] = {
        "AutoETS": lambda case, **more: AutoETS(season_length=seasonal(case), **more),
        "AutoTheta": lambda case, **more: AutoTheta(season_length=seasonal(case), **more),
        "MSTL": mstl,
    }
    return {
        f"{name}, {kind}": answering(maker, extra)
        for name, maker in makers.items()
        for kind, extra in (("own", lambda case: {}), ("conformal", conformal))
    }


def answering(maker: Callable[..., Any], extra: Callable[[Case], dict[str, Any]]) -> Callable[[Case, int], Answer]:
    def answer(case: Case, number: int) -> Answer:
        for more in (extra(case), {}):
            try:
                return bands_of(maker(case, **more), case)
            except Exception:  # whatever a model raises, it is given another chance
                continue
        return naive(case, number)

    return answer


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


def answers(name: str, some: Sequence[Case]) -> list[Answer]:
    model = models()[name]
    return [model(case, number) for number, case in enumerate(some)]
