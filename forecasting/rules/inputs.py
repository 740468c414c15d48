"""Everything a forecast depends on, as one value with a JSON form and a hash: equal inputs, equal paths."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as noop

from forecasting import engine
from forecasting.engine import METHOD, VERSION
from forecasting.rules.assumptions import Assumption
from forecasting.rules.drivers import Driver, read_drivers
from forecasting.rules.months import Array, Steps
from pricing import Series

ENGINE = f"{METHOD} {VERSION}"
"""Kept with each run, in the language of the house."""
TOLD = noop("filter bank with a learned stage {version}")
"""How pages tell it again (core.retelling)."""
WEIGHTS = sorted(Path(engine.__file__).parent.glob("*.npz"))
PARAMETERS = hashlib.sha256(b"".join(path.read_bytes() for path in WEIGHTS)).hexdigest()


@dataclass(frozen=True)
class Peer:
    """A look-alike: whose history it is, and the history from its first step on."""

    customer: str
    grain: str
    values: Array


@dataclass(frozen=True)
class SeriesInput:
    """What is known about one series: its history, a statement, how look-alikes went on."""

    series: Series
    aggregation: str
    history: Steps | None
    assumption: Assumption | None
    peers: tuple[Peer, ...] = ()

    @property
    def known(self) -> bool:
        return self.history is not None or self.assumption is not None or bool(self.peers)


@dataclass(frozen=True, eq=False)
class Inputs:
    customer: str
    data_date: date | None
    start: date
    months: int
    seed: int
    n_paths: int
    series: tuple[SeriesInput, ...]
    drivers: tuple[Driver, ...] = ()
    replications: int = 1  # independent drawings that make up the paths
    engine: str = ENGINE
    parameters: str = PARAMETERS

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Inputs) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    def as_json(self) -> dict[str, Any]:
        return {
            "engine": self.engine,
            "parameters": self.parameters,
            "customer": self.customer,
            "data_date": self.data_date.isoformat() if self.data_date else None,
            "start": self.start.isoformat(),
            "months": self.months,
            "seed": self.seed,
            "n_paths": self.n_paths,
            "replications": self.replications,
            "drivers": [driver.as_json() for driver in self.drivers],
            "series": [series_json(one) for one in self.series],
        }

    @cached_property
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
        "values": plain(history.values) if history else None,
        "assumption": one.assumption.as_json() if one.assumption else None,
        "peers": [{"customer": peer.customer, "grain": peer.grain, "values": plain(peer.values)} for peer in one.peers],
    }


def plain(values: Array) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


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
        drivers=read_drivers(content.get("drivers", ())),
        replications=content.get("replications", 1),
        engine=content["engine"],
        parameters=content.get("parameters", ""),
    )


def read_series(content: Mapping[str, Any]) -> SeriesInput:
    history = None
    if content["values"] is not None:
        history = Steps(content["grain"], date.fromisoformat(content["end"]), array(content["values"]))
    return SeriesInput(
        series=Series(content["meter"], tuple((name, value) for name, value in content["dimensions"])),
        aggregation=content["aggregation"],
        history=history,
        assumption=Assumption(**content["assumption"]) if content["assumption"] else None,
        peers=tuple(Peer(one["customer"], one["grain"], array(one["values"])) for one in content.get("peers", ())),
    )


def array(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
