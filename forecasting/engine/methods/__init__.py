"""The bank: small forecasters with the same verbs, one per file, listed in one registry.

A method is a function `fit(panel) -> Fitted` on the deseasonalised panel. `Fitted.rolling(lead)` is what the method
would have said `lead` steps ahead at every past origin; `Fitted.final(horizon)` is what it says now.
"""

from collections.abc import Callable
from functools import partial

from forecasting.engine.methods import drift, last_season, level, season_mean, theta, trend
from forecasting.engine.methods.fitted import Fitted
from forecasting.engine.panel import Panel

Method = Callable[[Panel], Fitted]

REGISTRY: dict[str, Method] = {
    "last": partial(level.fit, gain=0.95),
    "level-fast": partial(level.fit, gain=0.6),
    "level-half": partial(level.fit, gain=0.35),
    "level-calm": partial(level.fit, gain=0.2),
    "level-slow": partial(level.fit, gain=0.1),
    "level-long": partial(level.fit, gain=0.04),
    "trend-fast": partial(trend.fit, gain=0.4, damping=0.80),
    "trend-half": partial(trend.fit, gain=0.25, damping=0.90),
    "trend-calm": partial(trend.fit, gain=0.15, damping=0.95),
    "trend-slow": partial(trend.fit, gain=0.08, damping=0.97),
    "trend-long": partial(trend.fit, gain=0.04, damping=0.98),
    "theta-fast": partial(theta.fit, gain=0.5),
    "theta-calm": partial(theta.fit, gain=0.2),
    "drift": drift.fit,
    "last-season": partial(last_season.fit, growth=0.0),
    "last-season-growth": partial(last_season.fit, growth=0.6),
    "season-mean": season_mean.fit,
}
