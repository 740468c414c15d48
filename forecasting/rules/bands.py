"""P10, P50 and P90 of usage: per month, and of the sum over the term (which is not the sum of the months' bands)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from forecasting.rules.months import Array
from pricing import Series
from pricing.periods import month_after

QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class UsageBands:
    series: Series
    months: Sequence[str]
    p10: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]
    total: Sequence[float]  # P10, P50 and P90 of the sum


def usage_bands(paths: Mapping[Series, Array], start: date) -> list[UsageBands]:
    return [
        UsageBands(
            series,
            tuple(f"{month_after(start, n):%Y-%m}" for n in range(values.shape[1])),
            *[*np.quantile(values, QUANTILES, axis=0).tolist(), np.quantile(values.sum(axis=1), QUANTILES).tolist()],
        )
        for series, values in paths.items()
    ]


def bands_json(bands: Sequence[UsageBands]) -> list[dict[str, Any]]:
    return [
        {
            "meter": one.series.meter,
            "dimensions": [list(pair) for pair in one.series.dimensions],
            "months": list(one.months),
            "p10": list(one.p10),
            "p50": list(one.p50),
            "p90": list(one.p90),
            "total": list(one.total),
        }
        for one in bands
    ]


def read_bands(content: Sequence[Mapping[str, Any]]) -> list[UsageBands]:
    return [
        UsageBands(
            Series(one["meter"], tuple((name, value) for name, value in one["dimensions"])),
            *(one[name] for name in ("months", "p10", "p50", "p90", "total")),
        )
        for one in content
    ]
