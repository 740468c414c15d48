"""Random walk with drift: the last value and the mean step so far, damped."""

import numpy as np

from forecasting.engine.methods.fitted import Line
from forecasting.engine.panel import Panel
from forecasting.engine.smoothing import smooth

CAUTION = 6.0  # steps of no drift that are believed beforehand
DAMPING = 0.97


def fit(panel: Panel) -> Line:
    last = smooth(panel.z, panel.seen, 0.95)
    count = np.cumsum(panel.seen, axis=0)
    first = panel.z[np.argmax(panel.seen > 0, axis=0), np.arange(panel.z.shape[1])]
    slope = np.where(count > 1, (last - first) / (count + CAUTION), 0.0)
    return Line(last, slope, DAMPING)
