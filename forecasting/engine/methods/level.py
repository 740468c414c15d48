"""Simple exponential smoothing: tomorrow is like the recent past."""

from forecasting.engine.methods.fitted import Line
from forecasting.engine.panel import Panel
from forecasting.engine.smoothing import smooth


def fit(panel: Panel, *, gain: float) -> Line:
    return Line(smooth(panel.z, panel.seen, gain))
