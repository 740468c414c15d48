"""Drivers that move usage elsewhere: to another model, or away from a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forecasting.engine import scenarios
from forecasting.engine.scenarios import Change
from forecasting.rules.drivers.base import YEARS, Driver, Timeline, day, months, number, part_of, within
from pricing import Series


@dataclass(frozen=True, kw_only=True)
class Migration(Driver):
    """Usage moves from one model to another, and needs more or fewer units there."""

    kind = "migration"
    title = "Model migration"
    about = (
        "Usage of one value moves to another of the same meter, direction by direction. The factor says how many units "
        "the new one needs for one of the old: 1.2 is a fifth more tokens for the same work."
    )
    target: str
    start: date
    share: float = 100.0
    ratio: float = 1.0
    duration: float = 0.0

    def wrong(self) -> dict[str, str]:
        (meter, old), (other, new) = part_of(self.on), part_of(self.target)
        alike = meter == other and old.keys() == new.keys() and len(old) == 1
        return {
            "on": "" if len(old) == 1 else "Choose what moves: one value of a meter, such as a model.",
            "target": "" if alike and old != new else "It moves to another value of the same meter and dimension.",
            "share": within(self.share, 0, 100, "Share that moves", " %"),
            "ratio": within(self.ratio, 0, 1_000, "Factor"),
            "duration": within(self.duration, 0, 12 * YEARS, "Duration", " months"),
        }

    def sentence(self) -> str:
        [new] = part_of(self.target)[1].values()
        factor = "" if self.ratio == 1 else f", {number(self.ratio)} units there for one here"
        over = f" over {months(self.duration)}" if self.duration else ""
        return f"{number(self.share)} % moves to {new} from {day(self.start)}{over}{factor}."

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        return [
            scenarios.Migration(
                source=series,
                target=self.moved(series),
                ratio=self.ratio,
                share=self.share / 100,
                start=timeline.at(self.start),
                duration=self.duration,
            )
            for series in self.concerned(known)
        ]

    def moved(self, series: Series) -> Series:
        """The same stream at the new value."""
        return Series.of(series.meter, **{**dict(series.dimensions), **part_of(self.target)[1]})


@dataclass(frozen=True, kw_only=True)
class PriceResponse(Driver):
    """Usage answers a price."""

    kind = "price"
    title = "Price response"
    about = (
        "Off unless you add it: nobody knows a customer's elasticity for certain. −0.5 means that a price 10 % higher "
        "costs about 5 % of the usage."
    )
    change: float
    elasticity: float
    start: date

    def wrong(self) -> dict[str, str]:
        return {
            "change": within(self.change, -99, 10_000, "Price change", " %"),
            "elasticity": within(self.elasticity, -10, 0, "Elasticity"),
        }

    def sentence(self) -> str:
        effect = ((1 + self.change / 100) ** self.elasticity - 1) * 100
        cause = f"A price {self.change:+g} % from {day(self.start)}"
        return f"{cause} moves usage by {effect:+.1f} % (elasticity {self.elasticity:g})."

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        return [
            scenarios.PriceResponse(
                price_ratio=1 + self.change / 100,
                elasticity=self.elasticity,
                start=timeline.at(self.start),
                on=self.concerned(known),
            )
        ]
