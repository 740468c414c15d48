"""Which forecasts can be asked for."""

from dataclasses import dataclass
from datetime import date

from forecasting.rules.drivers import Driver

SEED = 20260101
N_PATHS = 2000
REPLICATIONS = 8
LONGEST_TERM = 120
PATHS = (100, 20_000)


def why_not_run(*, months: int, n_paths: int, replications: int = 1) -> str:
    """ "" when the size of the forecast is within limits; else a sentence."""
    if not 1 <= months <= LONGEST_TERM:
        return f"A forecast covers 1 to {LONGEST_TERM} months, not {months}."
    if not PATHS[0] <= n_paths <= PATHS[1]:
        return f"A forecast has {PATHS[0]} to {PATHS[1]} paths, not {n_paths}."
    if n_paths % replications:
        return f"The number of paths is a multiple of {replications}; {n_paths} is not."
    return ""


@dataclass(frozen=True)
class Request:
    """The size of a forecast, and the beliefs on top of it."""

    start: date
    months: int
    drivers: tuple[Driver, ...] = ()
    seed: int = SEED
    n_paths: int = N_PATHS
    replications: int = REPLICATIONS
