"""Theta-like: a responsive level with half of the long-run slope."""

from forecasting.engine.methods.fitted import Line
from forecasting.engine.panel import Panel
from forecasting.engine.smoothing import line, smooth

LONG_RUN = 0.02
RIDGE = 30.0


def fit(panel: Panel, *, gain: float) -> Line:
    _, slope = line(panel.z, panel.seen, LONG_RUN, RIDGE)
    return Line(smooth(panel.z, panel.seen, gain), slope * 0.5, 0.99)
