"""Drivers that move usage elsewhere: to another model, or away from a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from forecasting.engine import scenarios
from forecasting.engine.scenarios import Change
from forecasting.rules.drivers.base import YEARS, Driver, Timeline, day, months, number, part_of, within
from pricing import Series


@dataclass(frozen=True, kw_only=True)
class Migration(Driver):
    """Usage moves from one model to another, and needs more or fewer units there."""

    kind = "migration"
    title = _lazy("Model migration")
    about = _lazy(
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
            "on": "" if len(old) == 1 else _("Choose what moves: one value of a meter, such as a model."),
            "target": "" if alike and old != new else _("It moves to another value of the same meter and dimension."),
            "share": within(self.share, 0, 100, _("Share that moves"), " %"),
            "ratio": within(self.ratio, 0, 1_000, _("Factor")),
            "duration": within(self.duration, 0, 12 * YEARS, _("Duration"), " months"),
        }

    def sentence(self) -> str:
        [new] = part_of(self.target)[1].values()
        factor = "" if self.ratio == 1 else _(", {ratio} units there for one here").format(ratio=number(self.ratio))
        over = _(" over {duration}").format(duration=months(self.duration)) if self.duration else ""
        return _("{share} % moves to {new} from {start}{over}{factor}.").format(
            share=number(self.share), new=new, start=day(self.start), over=over, factor=factor
        )

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
    title = _lazy("Price response")
    about = _lazy(
        "Off unless you add it: nobody knows a customer's elasticity for certain. −0.5 means that a price 10 % higher "
        "costs about 5 % of the usage."
    )
    change: float
    elasticity: float
    start: date

    def wrong(self) -> dict[str, str]:
        return {
            "change": within(self.change, -99, 10_000, _("Price change"), " %"),
            "elasticity": within(self.elasticity, -10, 0, _("Elasticity")),
        }

    def sentence(self) -> str:
        effect = ((1 + self.change / 100) ** self.elasticity - 1) * 100
        cause = _("A price {change:+g} % from {start}").format(change=self.change, start=day(self.start))
        return _("{cause} moves usage by {effect:+.1f} % (elasticity {elasticity:g}).").format(
            cause=cause, effect=effect, elasticity=self.elasticity
        )

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        return [
            scenarios.PriceResponse(
                price_ratio=1 + self.change / 100,
                elasticity=self.elasticity,
                start=timeline.at(self.start),
                on=self.concerned(known),
            )
        ]
