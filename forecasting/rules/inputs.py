"""Everything a forecast depends on, as one value with a JSON form and a hash: equal inputs, equal paths."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from forecasting.engine import METHOD, VERSION
from forecasting.rules.assumptions import Assumption
from forecasting.rules.months import Steps
from pricing import Series

ENGINE = f"{METHOD} {VERSION}"


@dataclass(frozen=True)
class SeriesInput:
    """What is known about one series: its history, a statement, or both."""

    series: Series
    aggregation: str
    history: Steps | None
    assumption: Assumption | None

    @property
    def known(self) -> bool:
        return self.history is not None or self.assumption is not None


@dataclass(frozen=True)
class Inputs:
    customer: str
    data_date: date | None
    start: date
    months: int
    seed: int
    n_paths: int
    series: tuple[SeriesInput, ...]
    engine: str = ENGINE

    def as_json(self) -> dict[str, Any]:
        return {
            "engine": self.engine,
            "customer": self.customer,
            "data_date": self.data_date.isoformat() if self.data_date else None,
            "start": self.start.isoformat(),
            "months": self.months,
            "seed": self.seed,
            "n_paths": self.n_paths,
            "series": [series_json(one) for one in self.series],
        }

    @property
    def sha256(self) -> str:
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def series_json(one: SeriesInput) -> dict[str, Any]:
    history = one.history
    return {
        "meter": one.series.meter,
        "dimensions": [list(pair) for pair in one.series.dimensions],
        "aggregation": one.aggregation,
        "grain": history.grain if history else None,
        "end": history.end.isoformat() if history else None,
        "values": [None if np.isnan(value) else float(value) for value in history.values] if history else None,
        "assumption": one.assumption.as_json() if one.assumption else None,
    }


def read_inputs(content: Mapping[str, Any]) -> Inputs:
    """The inputs that this JSON froze."""
    return Inputs(
        customer=content["customer"],
        data_date=date.fromisoformat(content["data_date"]) if content["data_date"] else None,
        start=date.fromisoformat(content["start"]),
        months=content["months"],
        seed=content["seed"],
        n_paths=content["n_paths"],
        series=tuple(read_series(one) for one in content["series"]),
        engine=content["engine"],
    )


def read_series(content: Mapping[str, Any]) -> SeriesInput:
    history = None
    if content["values"] is not None:
        values = np.array([np.nan if value is None else value for value in content["values"]], dtype=np.float64)
        history = Steps(content["grain"], date.fromisoformat(content["end"]), values)
    return SeriesInput(
        series=Series(content["meter"], tuple((name, value) for name, value in content["dimensions"])),
        aggregation=content["aggregation"],
        history=history,
        assumption=Assumption(**content["assumption"]) if content["assumption"] else None,
    )
