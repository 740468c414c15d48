"""Drivers: what a seller believes about the future, in calendar time and people's units, on top of the base forecast.

Each kind is a value with a JSON form, limits and a sentence that says what it does; `changes` turns it into the
engine's transformations of paths. A scenario is a name and a list of drivers, applied in order.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forecasting.engine.scenarios import transform
from forecasting.rules.drivers.base import Driver, Timeline, covers, part_of
from forecasting.rules.drivers.moves import Migration, PriceResponse
from forecasting.rules.drivers.plans import Adoption, Churn, Growth, SeatPlan, Step
from forecasting.rules.months import Array
from pricing import Series

__all__ = [
    "KINDS", "Adoption", "Churn", "Driver", "Growth", "Migration", "PriceResponse", "SeatPlan", "Step", "Timeline",
    "applied", "covers", "part_of", "read_driver", "read_drivers",
]  # fmt: skip

MOST = 20

KINDS: dict[str, type[Driver]] = {
    kind.kind: kind for kind in (Growth, Adoption, SeatPlan, Step, Churn, Migration, PriceResponse)
}


def read_driver(content: Mapping[str, Any]) -> Driver:
    """The driver of this JSON; Invalid names what is wrong with it."""
    fields = {name: value for name, value in content.items() if name != "kind"}
    return KINDS[content["kind"]].read(fields)


def read_drivers(content: Iterable[Mapping[str, Any]]) -> tuple[Driver, ...]:
    return tuple(read_driver(one) for one in content)


def applied(paths: Mapping[Series, Array], drivers: Sequence[Driver], timeline: Timeline) -> dict[Series, Array]:
    """The paths after every driver, in order; a driver that concerns no series here changes nothing."""
    found = dict(paths)
    for driver in drivers:
        found = transform(found, driver.changes(list(found), timeline))
    return found
