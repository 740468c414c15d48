"""How the same method would have done on this customer's own past: rolling origins, the future hidden from it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as noop
from numpy.typing import NDArray

from forecasting.engine import forecast_batch
from forecasting.engine.grains import GRAINS
from forecasting.rules.months import DAY, Array, Steps, next_end

WINDOWS = 12  # per series, the youngest
N_PATHS = 400
LOT = 160  # windows at a time: of more, the memory grows and the time does not shrink
QUANTILES = np.array([0.1, 0.5, 0.9])
STEP_NAMES = {"D": noop("days"), "W": noop("weeks"), "M": noop("months")}
TOGETHER = {
    **{frozenset(grain): name for grain, name in STEP_NAMES.items()},
    frozenset("DW"): noop("days and weeks"),
    frozenset("DM"): noop("days and months"),
    frozenset("MW"): noop("months and weeks"),
    frozenset("DMW"): noop("days and months and weeks"),
}


@dataclass(frozen=True)
class Plan:
    """A window asks for `horizon` steps after at least `learn` steps."""

    learn: int
    horizon: int


# The longest plan that leaves `ENOUGH` windows is taken; totals are those of the whole window.
PLANS = {
    "D": (Plan(56, 28), Plan(14, 7)),
    "W": (Plan(26, 13), Plan(8, 4)),
    "M": (Plan(18, 6), Plan(6, 3)),
}
ENOUGH = 4


@dataclass(frozen=True)
class WindowTest:
    """One window of one series: the band of its total as it would have been said, and what came."""

    first: str  # the first and the last day that were hidden
    last: str
    p10: float
    p50: float
    p90: float
    actual: float
    steps: int  # how many were known
    inside: int  # how many of those fell between P10 and P90

    @property
    def held(self) -> bool:
        return holds(self.actual, self.p10, self.p90)


@dataclass(frozen=True)
class SeriesTest:
    """All windows of one series, oldest first; shares are None where no window was possible."""

    coverage: float | None
    total_coverage: float | None
    pinball_ratio: float | None
    windows: tuple[WindowTest, ...]


@dataclass(frozen=True)
class Backtest:
    """Shares are of all steps (or totals) of all windows; None where no window was possible."""

    coverage: float | None
    total_coverage: float | None
    windows: int
    pinball_ratio: float | None
    sentence: str
    series: tuple[SeriesTest, ...] = ()  # as given

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Window:
    steps: Steps
    origin: int
    horizon: int

    @property
    def history(self) -> Array:
        return self.steps.values[: self.origin]

    @property
    def actual(self) -> Array:
        return self.steps.values[self.origin : self.origin + self.horizon]

    def day(self, step: int) -> date:
        """The last day of the step that many steps after the origin."""
        return next_end(self.steps.grain, self.steps.end, self.origin + step - len(self.steps.values))


@dataclass(frozen=True)
class Tested:
    """A window beside its bands: the steps' hits, the total's, and the losses against the naive method's."""

    window: Window
    known: NDArray[np.bool_]
    hits: NDArray[np.bool_]  # of the known steps
    total: tuple[float, float, float]
    loss: float
    naive: float

    @property
    def actual(self) -> float:
        return float(self.window.actual[self.known].sum())

    @property
    def held(self) -> bool:
        return holds(self.actual, self.total[0], self.total[2])

    def as_window(self) -> WindowTest:
        low, middle, high = self.total
        return WindowTest(
            first=(self.window.day(0) + DAY).isoformat(),
            last=self.window.day(self.window.horizon).isoformat(),
            p10=low,
            p50=middle,
            p90=high,
            actual=self.actual,
            steps=len(self.hits),
            inside=int(self.hits.sum()),
        )


def backtest(series: Sequence[Steps], seed: int) -> Backtest:
    """Forecast every window as if its future were unknown, and count."""
    by_series = tested(series, seed)
    everything = [one for tests in by_series for one in tests]
    if not everything:
        return Backtest(None, None, 0, None, too_short(series), tuple(summed(tests) for tests in by_series))
    whole = summed(everything)
    assert whole.coverage is not None
    sentence = in_words([one.window for one in everything], whole.coverage, whole.pinball_ratio)
    return Backtest(
        whole.coverage,
        whole.total_coverage,
        len(everything),
        whole.pinball_ratio,
        sentence,
        tuple(summed(tests) for tests in by_series),
    )


def tested(series: Sequence[Steps], seed: int) -> list[list[Tested]]:
    """The windows of each series, forecast many at a time."""
    windows = [windows_of(steps) for steps in series]
    flat = [window for some in windows for window in some]
    if not flat:
        return [[] for _ in windows]
    paths = (path for first in range(0, len(flat), LOT) for path in drawn(flat[first : first + LOT], seed))
    return [[compared(window, next(paths)) for window in some] for some in windows]


def drawn(windows: Sequence[Window], seed: int) -> list[Array]:
    return forecast_batch(
        [window.history for window in windows],
        [window.steps.grain for window in windows],
        [window.horizon for window in windows],
        N_PATHS,
        seed,
    )


def compared(window: Window, drawn: Array) -> Tested:
    bands = np.quantile(drawn, QUANTILES, axis=0)
    known = np.isfinite(window.actual)
    low, middle, high = np.quantile(drawn[:, known].sum(axis=1), QUANTILES).tolist()
    scale = max(float(np.mean(window.actual[known])), float(np.nanmean(window.history)), 1e-12)
    own, naive = (float(pinball(window.actual, side)[known].mean() / scale) for side in (bands, naive_bands(window)))
    return Tested(window, known, within(window.actual, bands)[known], (low, middle, high), own, naive)


def summed(tests: Sequence[Tested]) -> SeriesTest:
    if not tests:
        return SeriesTest(None, None, None, ())
    loss, naive = (sum(getattr(one, name) for one in tests) for name in ("loss", "naive"))
    return SeriesTest(
        coverage=float(np.concatenate([one.hits for one in tests]).mean()),
        total_coverage=float(np.mean([one.held for one in tests])),
        pinball_ratio=loss / naive if naive > 0 else None,
        windows=tuple(one.as_window() for one in reversed(tests)),
    )


def windows_of(steps: Steps) -> list[Window]:
    """The youngest windows of the longest plan that this history allows."""
    length = len(steps.values)
    for plan in PLANS[steps.grain]:
        stride = max(1, plan.horizon // 4)
        origins = range(length - plan.horizon, plan.learn - 1, -stride)
        windows = [Window(steps, origin, plan.horizon) for origin in origins[:WINDOWS]]
        usable = [window for window in windows if is_usable(window)]
        if len(usable) >= ENOUGH:
            return usable
    return []


def is_usable(window: Window) -> bool:
    """Something was known before and after the origin, and something was used."""
    return bool(np.isfinite(window.actual).any()) and bool((np.nan_to_num(window.history) > 0).any())


def within(actual: Array, bands: Array) -> NDArray[np.bool_]:
    slack = 1e-9 * np.abs(actual)
    return np.asarray((actual >= bands[0] - slack) & (actual <= bands[2] + slack))


def holds(actual: float, low: float, high: float) -> bool:
    slack = 1e-9 * abs(actual)
    return low - slack <= actual <= high + slack


def pinball(actual: Array, bands: Array) -> Array:
    miss = actual - bands
    return np.maximum(QUANTILES[:, None] * miss, (QUANTILES[:, None] - 1) * miss).sum(axis=0)


def naive_bands(window: Window) -> Array:
    """Seasonal naive with the quantiles of its own past errors: what a spreadsheet would say."""
    season = GRAINS[window.steps.grain].season
    values = window.history
    last = values[np.flatnonzero(np.isfinite(values))[-1]]
    if len(values) <= season:
        season = 1
    leads = np.arange(window.horizon)
    centre = values[len(values) - season + leads % season]
    centre = np.where(np.isfinite(centre), centre, last)
    errors = values[season:] - values[:-season]
    errors = errors[np.isfinite(errors)]
    spread = np.quantile(errors, QUANTILES) if len(errors) > 1 else np.array([-0.5, 0.0, 0.5]) * last
    growth = np.sqrt(leads // season + 1.0)
    return np.maximum(centre + spread[:, None] * np.where(np.arange(3) == 1, 0.0, 1.0)[:, None] * growth, 0.0)


def in_words(windows: Sequence[Window], coverage: float, ratio: float | None) -> str:
    steps = TOGETHER[frozenset(window.steps.grain for window in windows)]
    one = noop("In 1 backtest window, {coverage} of the actual {steps} fell between P10 and P90 (80% is the aim).")
    several = noop(
        "In {n} backtest windows, {coverage} of the actual {steps} fell between P10 and P90 (80% is the aim)."
    )
    said = several if len(windows) > 1 else one
    text = said.format(n=len(windows), coverage=f"{coverage:.0%}", steps=steps)
    if ratio is None:
        return text
    lower = noop("The forecast error was {change} lower than repeating the last season.")
    higher = noop("The forecast error was {change} higher than repeating the last season.")
    return f"{text} {(lower if ratio < 1 else higher).format(change=f'{abs(1 - ratio):.0%}')}"


def too_short(series: Sequence[Steps]) -> str:
    """Why there is no backtest number."""
    longest = max(series, key=lambda steps: steps.known_days, default=None)
    if longest is None or not longest.known_days:
        return noop("There is no metered history, so the method could not be tested on this customer.")
    plan = PLANS[longest.grain][-1]
    need = plan.learn + plan.horizon + ENOUGH - 1
    name = STEP_NAMES[longest.grain]
    said = noop(
        "The history is too short to test the method on this customer: {known} {steps} are known and {need} are needed."
    )
    return said.format(known=int(np.isfinite(longest.values).sum()), steps=name, need=need)
