"""Seasonal naive: the same step one cycle ago, with a share of the growth from cycle to cycle."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.panel import Array, Panel
from forecasting.engine.smoothing import smooth


@dataclass(frozen=True)
class Shifted:
    """Row t holds what was known at t; a lead looks back to the same position of the last full cycle."""

    filled: Array
    growth: Array
    length: int

    def back(self, lead: int) -> int:
        return self.length - 1 - (lead - 1) % self.length

    def cycles(self, lead: int) -> float:
        return float(-(-lead // self.length))

    def rolling(self, lead: int) -> Array:
        rows = np.maximum(np.arange(len(self.filled)) - self.back(lead), 0)
        return self.filled[rows] + self.growth * self.cycles(lead)

    def final(self, horizon: int) -> Array:
        last = len(self.filled) - 1
        leads = range(1, horizon + 1)
        rows = [max(last - self.back(lead), 0) for lead in leads]
        return self.filled[rows] + self.growth[-1] * np.array([self.cycles(lead) for lead in leads])[:, None]


def fit(panel: Panel, *, growth: float) -> Shifted:
    length = panel.grain.season
    filled = np.where(panel.seen > 0, panel.z, smooth(panel.z, panel.seen, 0.5))
    began = np.cumsum(panel.seen, axis=0) > 0
    first = panel.z[np.argmax(panel.seen > 0, axis=0), np.arange(panel.z.shape[1])]
    filled = np.where(began, filled, first)
    step = np.zeros_like(filled)
    if growth and len(filled) > length:
        both = began[:-length].astype(float)
        change = (filled[length:] - filled[:-length]) * both
        step[length:] = growth * smooth(change, both, 1.0 / length)
    return Shifted(filled, step, length)
