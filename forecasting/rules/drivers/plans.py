"""Drivers that scale usage: growth, adoption, seats, a step, the end of a use case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.words import all_of
from forecasting.engine import scenarios
from forecasting.engine.scenarios import Change
from forecasting.rules.assumptions import Assumption
from forecasting.rules.drivers.base import LARGEST, YEARS, Driver, Timeline, day, months, number, within
from pricing import Series

PHASES = 4
LONGEST = 12.0 * YEARS
CURVES = {"logistic": _lazy("an S-curve"), "bass": _lazy("a Bass curve"), "linear": _lazy("a straight line")}


@dataclass(frozen=True, kw_only=True)
class Growth(Driver):
    """Usage grows beyond what the forecast itself expects."""

    kind = "growth"
    title = _lazy("Growth")
    about = _lazy("Compounds on top of the trend that the history already shows. Use a negative number for shrinking.")
    per_year: float
    start: date

    def wrong(self) -> dict[str, str]:
        return {"per_year": within(self.per_year, -99, 10_000, _("Growth a year"), " %")}

    def sentence(self) -> str:
        way = _("Grows") if self.per_year >= 0 else _("Shrinks")
        return _("{way} {share} % a year beyond the forecast, from {start}.").format(
            way=way, share=number(abs(self.per_year)), start=day(self.start)
        )

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        on = self.concerned(known)
        return [scenarios.Growth(per_year=self.per_year / 100, start=timeline.at(self.start), on=on)]


@dataclass(frozen=True, kw_only=True)
class Adoption(Driver):
    """Something is taken up along a curve."""

    kind = "adoption"
    title = _lazy("Adoption")
    about = _lazy(
        "Usage goes from one share of the forecast to another along a curve. A new use case starts at 0 %; a roll-out "
        "that doubles what is there goes from 100 % to 200 %."
    )
    curve: str = "logistic"
    start: date
    duration: float = 6.0
    before: float = 0.0
    after: float = 100.0

    def wrong(self) -> dict[str, str]:
        return {
            "curve": "" if self.curve in CURVES else _("A curve is one of {curves}.").format(curves=", ".join(CURVES)),
            "duration": within(self.duration, 0, LONGEST, _("Duration"), _(" months")),
            "before": within(self.before, 0, 10_000, _("Share before"), " %"),
            "after": within(self.after, 0, 10_000, _("Share after"), " %"),
        }

    def sentence(self) -> str:
        return _("From {before} % to {after} % of the forecast along {curve}, from {start} over {duration}.").format(
            before=number(self.before),
            after=number(self.after),
            curve=CURVES[self.curve],
            start=day(self.start),
            duration=months(self.duration),
        )

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        return [
            scenarios.Adoption(
                start=timeline.at(self.start),
                duration=self.duration,
                shape=self.curve,
                before=self.before / 100,
                after=self.after / 100,
                on=self.concerned(known),
            )
        ]


@dataclass(frozen=True, kw_only=True)
class SeatPlan(Driver):
    """Seats change by phase; what a seat uses stays, or is stated where nothing was metered."""

    kind = "seats"
    title = _lazy("Seats x usage per seat")
    about = _lazy(
        "Seats by phase. With today's seats, a seat goes on using what the forecast says it uses. Without history, "
        "state what one seat uses a month (of each stream concerned): low, base and high."
    )
    phases: tuple[tuple[int, float], ...]  # (from month, seats), the first from month 1
    today: float | None = None
    low: float | None = None
    base: float | None = None
    high: float | None = None

    def wrong(self) -> dict[str, str]:
        starts = [month for month, _ in self.phases]
        in_order = starts[:1] == [1] and all(a < b for a, b in pairwise(starts))
        found = [within(count, 0, LARGEST, _("Seats")) for _month, count in self.phases]
        found += ["" if in_order else _("The first phase begins in month 1, each other one later than the one before.")]
        found += ["" if any(count for _month, count in self.phases) else _("Give seats for at least one phase.")]
        return {
            "phases": next(filter(None, found), ""),
            "today": "" if self.today is None else within(self.today, 1e-6, LARGEST, _("Seats today")),
            "base": self.wrong_levels(),
        }

    def wrong_levels(self) -> str:
        levels = (self.low, self.base, self.high)
        if all(level is None for level in levels):
            return "" if self.today else _("Give today's seats, or what one seat uses a month: low, base and high.")
        if self.today:
            return _("Give either today's seats or the usage per seat, not both.")
        if None in levels or not 0 <= levels[0] <= levels[1] <= levels[2] <= LARGEST:  # type: ignore[operator]
            return _("Usage per seat needs low, base and high, in this order, none below 0.")
        return "" if self.on else _("Usage per seat is of one meter; choose which.")

    @property
    def reference(self) -> float:
        """The seats that today's usage, or the stated one, is of: the first phase that has any."""
        return self.today or next(count for _month, count in self.phases if count)

    @property
    def stated(self) -> Assumption | None:
        """What all those seats use a month, where the usage of one is stated."""
        if self.low is None or self.base is None or self.high is None:
            return None
        return Assumption(*(level * self.reference for level in (self.low, self.base, self.high)))

    def sentence(self) -> str:
        plan = ", ".join(
            _("{seats} from month {month}").format(seats=number(seats), month=month) for month, seats in self.phases
        )
        if self.today:
            return _("Seats: {plan}, against {today} today.").format(plan=plan, today=number(self.today))
        use = _("low {low}, base {base}, high {high}").format(
            low=number(self.low or 0), base=number(self.base or 0), high=number(self.high or 0)
        )
        return _("Seats: {plan}; one seat uses a month: {use}.").format(plan=plan, use=use)

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        counts = dict(self.phases)
        seats: list[float] = []
        for month in range(1, timeline.months + 1):
            seats.append(counts.get(month, seats[-1] if seats else 0.0))
        return [scenarios.SeatPlan(seats=seats, base=self.reference, on=self.concerned(known))]


@dataclass(frozen=True, kw_only=True)
class Step(Driver):
    """A one-off change, for good or for a while."""

    kind = "step"
    title = _lazy("One-off step")
    about = _lazy(
        "From a day on, usage is a percentage more or less, or an amount a month more. With an end, only until then."
    )
    start: date
    end: date | None = None
    percent: float = 0.0
    amount: float = 0.0  # in the meter's own units, per month

    def wrong(self) -> dict[str, str]:
        late = self.end is not None and self.end <= self.start
        return {
            "percent": within(self.percent, -100, 100_000, _("Change"), " %"),
            "amount": within(self.amount, -LARGEST, LARGEST, _("Amount a month"))
            or (_("An amount is of one meter; choose which.") if self.amount and not self.on else ""),
            "end": _("The end must be after {start}.").format(start=day(self.start)) if late else "",
        }

    def sentence(self) -> str:
        parts = [f"{self.percent:+g} %"] if self.percent else []
        parts += (
            [_("{sign}{amount} a month").format(sign="+" if self.amount > 0 else "−", amount=number(abs(self.amount)))]
            if self.amount
            else []
        )
        until = _(" until {end}").format(end=day(self.end)) if self.end else ""
        return _("{change} from {start}{until}.").format(
            change=all_of(parts) or _("No change"), start=day(self.start), until=until
        )

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        on = self.concerned(known)
        return [
            scenarios.Step(
                start=timeline.at(self.start),
                end=timeline.at(self.end) if self.end else None,
                factor=1 + self.percent / 100,
                amount=self.amount / max(len(on), 1),
                on=on,
            )
        ]


@dataclass(frozen=True, kw_only=True)
class Churn(Driver):
    """A use case ends."""

    kind = "churn"
    title = _lazy("A use case ends")
    about = _lazy(
        "A share of the usage goes away. With a probability below 100 % it does so only in that part of the simulated "
        "futures, so the risk widens the band instead of moving all of it."
    )
    share: float
    start: date
    fade: float = 0.0
    probability: float = 100.0

    def wrong(self) -> dict[str, str]:
        return {
            "share": within(self.share, 0, 100, _("Share of the usage"), " %"),
            "fade": within(self.fade, 0, LONGEST, _("Fading out"), _(" months")),
            "probability": within(self.probability, 0, 100, _("Probability"), " %"),
        }

    def sentence(self) -> str:
        chance = (
            ""
            if self.probability == 100
            else _(" with a probability of {probability} %").format(probability=number(self.probability))
        )
        fading = _(", fading over {fade}").format(fade=months(self.fade)) if self.fade else ""
        return _("{share} % of the usage ends on {start}{chance}{fading}.").format(
            share=number(self.share), start=day(self.start), chance=chance, fading=fading
        )

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        return [
            scenarios.Churn(
                share=self.share / 100,
                start=timeline.at(self.start),
                fade=self.fade,
                probability=self.probability / 100,
                on=self.concerned(known),
            )
        ]
