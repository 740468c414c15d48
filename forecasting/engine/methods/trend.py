"""Damped local trend: a discounted straight line whose slope fades out."""

from forecasting.engine.methods.fitted import Line
from forecasting.engine.panel import Panel
from forecasting.engine.smoothing import line

RIDGE = 6.0


def fit(panel: Panel, *, gain: float, damping: float) -> Line:
    level, slope = line(panel.z, panel.seen, gain, RIDGE)
    return Line(level, slope, damping ** (12.0 / max(panel.grain.season, 12)))
