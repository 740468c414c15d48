"""What a seller moves to see how a deal would go: drivers on top of the draft's own futures, and what to call them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.formats import percent, quantity
from core.languages import in_house
from forecasting.rules.drivers import Adoption, Driver, Growth, SeatPlan, Step
from pricing.periods import month_after

OF_TODAY = 100.0  # seats, where the quote has none: a hundred stands for all of today's


@dataclass(frozen=True)
class Moves:
    """Where the sliders stand. As they are here, nothing moves."""

    growth: float = 0.0  # percent a year beyond the forecast
    seats: float | None = None  # that use it, instead of those on the quote
    adoption: float = 100.0  # percent of the forecast reached in the end
    adoption_months: int = 6  # on the way there
    launch: float = 0.0  # percent more, once
    launch_month: int = 1
    on: str = ""  # the usage concerned, as drivers name it; "" is all


def drivers(moves: Moves, *, start: date, seats: float) -> tuple[Driver, ...]:
    """The drivers of what was moved; `seats` are those that the forecast usage is of."""
    found: list[Driver] = []
    if moves.growth:
        found.append(Growth(per_year=moves.growth, start=start, on=moves.on))
    if moves.seats is not None and moves.seats != seats:
        found.append(SeatPlan(phases=((1, moves.seats),), today=seats, on=moves.on))
    if moves.adoption != 100:
        found.append(
            Adoption(
                start=start, duration=float(moves.adoption_months), before=100.0, after=moves.adoption, on=moves.on
            )
        )
    if moves.launch:
        begins = month_after(start, moves.launch_month - 1)
        found.append(Step(start=begins, percent=moves.launch, on=moves.on))
    return tuple(found)


def name_of(moves: Moves, *, seats: float) -> str:
    """ "Growth +20 %, launch +30 % in month 4"."""
    said = ", ".join(parts_of(moves, seats))
    return said[:1].upper() + said[1:]


def parts_of(moves: Moves, seats: float) -> Iterator[str]:
    if moves.growth:
        yield _("growth {growth}").format(growth=signed(moves.growth))
    if moves.seats is not None and moves.seats != seats:
        yield _("{seats} seats of {all}").format(seats=quantity(moves.seats), all=quantity(seats))
    if moves.adoption != 100:
        yield _("adoption to {adoption} in {adoption_months} months").format(
            adoption=percent(moves.adoption), adoption_months=moves.adoption_months
        )
    if moves.launch:
        yield _("launch {launch} in month {launch_month}").format(
            launch=signed(moves.launch), launch_month=moves.launch_month
        )


def signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{percent(abs(value))}"


def scenario(used: Mapping[str, Any], moves: Moves, *, start: date, seats: float) -> dict[str, Any]:
    """What a draft keeps when the moves are used: the drivers it stood on, and these after them."""
    with in_house():
        name = name_of(moves, seats=seats)
    return on_top(used, drivers(moves, start=start, seats=seats), name=name)


def on_top(used: Mapping[str, Any], added: Sequence[Driver], *, name: str) -> dict[str, Any]:
    """The scenario that a draft keeps when drivers go on top of what it stands on."""
    names = [one for one in (str(used.get("name", "")), name) if one]
    return {"name": "; ".join(names), "drivers": [*used.get("drivers", ()), *(driver.as_json() for driver in added)]}
