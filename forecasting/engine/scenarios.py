"""What-ifs: changes that turn joint usage paths into other joint usage paths, path by path.

    transform(paths, [Growth(per_year=0.3), Migration(source=opus, target=sonnet, ratio=1.1)]) -> paths

`paths` maps whatever names a series to (n_paths, horizon). Changes apply in the order given, each to what the one
before left; none alters what it is given, none leaves a path below zero, and all keep the paths' luck, so scenarios of
one seed are compared path by path. Times are counted in steps of the paths: 0 is the beginning of the first step, 2.5
the middle of the third.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecasting.engine.curves import SHAPES, adopted
from forecasting.engine.panel import Array


class Change:
    """Anything that turns joint paths into others."""

    def apply(self, paths: Mapping[Any, Array]) -> dict[Any, Array]:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Scaling(Change):
    """A change of each series by itself; `on` names the series it touches (None: all)."""

    on: Collection[Hashable] | None = None

    def apply(self, paths: Mapping[Any, Array]) -> dict[Any, Array]:
        return {key: self.changed(values) if self.touches(key) else values for key, values in paths.items()}

    def touches(self, key: Hashable) -> bool:
        return self.on is None or key in self.on

    def changed(self, values: Array) -> Array:
        return values * self.factors(*values.shape)

    def factors(self, n_paths: int, horizon: int) -> Array:
        """What usage is multiplied with: (horizon,) or (n_paths, horizon)."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Growth(Scaling):
    """Growth beyond the forecast's own, compounding: 0.3 is 30 % more after a year, -0.3 is 30 % less."""

    per_year: float
    start: float = 0.0
    steps_per_year: float = 12.0

    def __post_init__(self) -> None:
        need(self.per_year > -1, "Growth per year is above -100 %.")

    def factors(self, n_paths: int, horizon: int) -> Array:
        years = np.maximum(middles(horizon) - self.start, 0.0) / self.steps_per_year
        return np.power(1.0 + self.per_year, years)


@dataclass(frozen=True, kw_only=True)
class Adoption(Scaling):
    """Usage goes from the share `before` of the forecast to the share `after`, along a curve of `duration` steps.

    A use case that does not exist yet has `before` 0; a roll-out that doubles what is there has `before` 1, `after` 2.
    """

    start: float = 0.0
    duration: float = 6.0
    shape: str = "logistic"
    before: float = 0.0
    after: float = 1.0
    imitation: float = 10.0  # Bass's q / p

    def __post_init__(self) -> None:
        need(self.shape in SHAPES, f"An adoption curve is one of {', '.join(SHAPES)}, not {self.shape}.")
        need(self.before >= 0 and self.after >= 0, "Shares before and after adoption are not below 0.")
        need(self.imitation > 0, "Imitation is above 0.")

    def factors(self, n_paths: int, horizon: int) -> Array:
        share = adopted(horizon, self.start, self.duration, shape=self.shape, imitation=self.imitation)
        return self.before + (self.after - self.before) * share


@dataclass(frozen=True, kw_only=True)
class SeatPlan(Scaling):
    """Usage per seat stays, seats change: `seats` in each step, the last ones for good, against `base` of today."""

    seats: Sequence[float]
    base: float

    def __post_init__(self) -> None:
        need(self.base > 0, "Today's seats are above 0.")
        need(len(self.seats) > 0 and min(self.seats) >= 0, "A seat plan has seats for the first step, none below 0.")

    def factors(self, n_paths: int, horizon: int) -> Array:
        planned = np.asarray(self.seats, dtype=np.float64)
        return planned[np.minimum(np.arange(horizon), len(planned) - 1)] / self.base


@dataclass(frozen=True, kw_only=True)
class Step(Scaling):
    """From `start` to `end` (None: for good) usage is `factor` times the forecast, plus `amount` per step."""

    start: float
    factor: float = 1.0
    amount: float = 0.0
    end: float | None = None

    def __post_init__(self) -> None:
        need(self.factor >= 0, "A step's factor is not below 0.")

    def changed(self, values: Array) -> Array:
        horizon = values.shape[1]
        within = adopted(horizon, self.start, 0.0)
        if self.end is not None:
            within = np.maximum(within - adopted(horizon, self.end, 0.0), 0.0)
        return np.maximum(values * (1.0 + (self.factor - 1.0) * within) + self.amount * within, 0.0)


@dataclass(frozen=True, kw_only=True)
class Churn(Scaling):
    """A use case that is `share` of usage leaves at `start`, fading over `fade` steps; it does so with `probability`.

    Below 1 it leaves on that share of the paths, the same paths for every series of one `seed`.
    """

    share: float
    start: float = 0.0
    fade: float = 0.0
    probability: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        need(0 <= self.share <= 1, "The share of a use case lies between 0 and 1.")
        need(0 <= self.probability <= 1, "A probability lies between 0 and 1.")

    def factors(self, n_paths: int, horizon: int) -> Array:
        lost = self.share * adopted(horizon, self.start, self.fade, shape="linear")
        luck = np.random.Generator(np.random.SFC64([self.seed, n_paths])).permutation(n_paths)
        return 1.0 - (luck < round(self.probability * n_paths))[:, None] * lost


@dataclass(frozen=True, kw_only=True)
class PriceResponse(Scaling):
    """From `start` on usage answers a price: `price_ratio` (new / old) to the power of `elasticity`; 0 is no answer."""

    price_ratio: float
    elasticity: float = 0.0
    start: float = 0.0

    def __post_init__(self) -> None:
        need(self.price_ratio > 0, "A ratio of prices is above 0.")
        need(self.elasticity <= 0, "An elasticity is not above 0: usage does not rise with the price.")

    def factors(self, n_paths: int, horizon: int) -> Array:
        return 1.0 + (self.price_ratio**self.elasticity - 1.0) * adopted(horizon, self.start, 0.0)


@dataclass(frozen=True, kw_only=True)
class Migration(Change):
    """`share` of the `source` series moves to the `target` over `duration` steps; one unit becomes `ratio` units there.

    Several models move in several migrations. A target that has no paths yet begins at zero; a source that has none
    has nothing to move.
    """

    source: Hashable
    target: Hashable
    ratio: float = 1.0
    share: float = 1.0
    start: float = 0.0
    duration: float = 0.0

    def __post_init__(self) -> None:
        need(self.source != self.target, "A migration goes from one series to another.")
        need(self.ratio >= 0, "The ratio of a migration is not below 0.")
        need(0 <= self.share <= 1, "The share that moves lies between 0 and 1.")

    def apply(self, paths: Mapping[Any, Array]) -> dict[Any, Array]:
        if self.source not in paths:
            return dict(paths)
        source = paths[self.source]
        moved = source * (self.share * adopted(source.shape[1], self.start, self.duration))
        arrived = paths.get(self.target, 0.0) + self.ratio * moved
        return {**paths, self.source: source - moved, self.target: arrived}


KINDS: dict[str, type[Change]] = {
    "growth": Growth,
    "adoption": Adoption,
    "seats": SeatPlan,
    "step": Step,
    "churn": Churn,
    "price": PriceResponse,
    "migration": Migration,
}


def transform(paths: Mapping[Any, Array], changes: Sequence[Change]) -> dict[Any, Array]:
    """The paths after all changes, in order."""
    found = dict(paths)
    for change in changes:
        found = change.apply(found)
    return found


def middles(horizon: int) -> Array:
    return np.arange(horizon) + 0.5


def need(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)
