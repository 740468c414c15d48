"""Reading forecasts: paths for the price kernel, bands for people."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached

from forecasting.models import ForecastRun
from forecasting.rules.bands import UsageBands, read_bands
from forecasting.rules.drawing import draw
from forecasting.rules.inputs import ENGINE, PARAMETERS, Inputs, read_inputs
from forecasting.rules.months import Array
from pricing import Series, Usage

MOST_BYTES = 128 * 2**20  # of paths that a process keeps: a hundred customers' of three years and 2,000 paths
LASTING = 200_000  # numbers of one series: sixteen thousand paths of a year


def usage_paths(run: ForecastRun) -> Usage:
    """The run's joint paths, drawn again from its frozen inputs: (n_paths, months) per series, always the same.

    Only a new engine draws them differently (see `is_current`); what was promised on them is frozen with the promise.
    """
    return usage_of_run(run.inputs_hash, run.n_paths, run.months)


def usage_of(inputs: Inputs) -> Usage:
    """The joint paths of inputs that are not stored."""
    return Usage(drawn(inputs), shape=(inputs.n_paths, inputs.months))


@lru_cache(maxsize=8)
def typical_of(inputs: Inputs) -> Usage:
    """The median of each series and month of these inputs' paths, in exact numbers."""
    middles = {key: np.median(paths, axis=0) for key, paths in drawn(inputs).items()}
    series = {key: [Decimal(f"{value:.6f}") for value in middle] for key, middle in middles.items()}
    return Usage.exactly(series) if series else Usage({}, shape=(1, inputs.months))


def is_current(run: ForecastRun) -> bool:
    """Whether the engine that made the run, and its fitted numbers, are the ones in use."""
    return run.method == ENGINE and run.parameters_hash in ("", PARAMETERS)


def replications(run: ForecastRun) -> int:
    """Of how many independent drawings, one after the other, the run's paths are made."""
    return int(run.inputs.get("replications", 1))


@lru_cache(maxsize=4)
def usage_of_run(inputs_hash: str, rows: int, months: int) -> Usage:
    """The usage itself, with what is known of it; large ones are not worth their memory."""
    return Usage(paths_of(inputs_hash), shape=(rows, months), lasting=rows * months <= LASTING)


def size_of(paths: Mapping[Series, Array]) -> int:
    return sum(array.nbytes for array in paths.values())


@cached(LRUCache(MOST_BYTES, getsizeof=size_of), lock=Lock())
def paths_of(inputs_hash: str) -> dict[Series, Array]:
    """A run never changes, so its paths may be remembered by its hash."""
    return drawn(read_inputs(ForecastRun.objects.values_list("inputs", flat=True).get(inputs_hash=inputs_hash)))


@cached(LRUCache(MOST_BYTES, getsizeof=size_of), lock=Lock())
def drawn(inputs: Inputs) -> dict[Series, Array]:
    """The paths of these inputs: the same value gives the same paths, so they are drawn once."""
    paths = draw(inputs)
    for array in paths.values():
        array.flags.writeable = False
    return paths


def usage_bands(run: ForecastRun) -> list[UsageBands]:
    """P10, P50 and P90 of every series, as stored with the run."""
    return read_bands(run.bands)
