"""What every fitted method can say, and the form most of them have: a level and a damped slope at each origin."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from forecasting.engine.panel import Array


class Fitted(Protocol):
    def rolling(self, lead: int) -> Array:
        """Forecast of `lead` steps ahead made at every row: (time, series)."""
        ...

    def final(self, horizon: int) -> Array:
        """Forecast of steps 1..horizon made at the last row: (horizon, series)."""
        ...


@dataclass(frozen=True)
class Line:
    """Level plus slope, the slope losing `1 - damping` of itself with every step."""

    level: Array
    slope: Array | None = None
    damping: float = 1.0

    def rolling(self, lead: int) -> Array:
        return self.level if self.slope is None else self.level + self.slope * reach(lead, self.damping)

    def final(self, horizon: int) -> Array:
        flat = np.broadcast_to(self.level[-1], (horizon, self.level.shape[1]))
        if self.slope is None:
            return flat
        steps = np.array([reach(lead, self.damping) for lead in range(1, horizon + 1)])
        return flat + steps[:, None] * self.slope[-1]


def reach(lead: int, damping: float) -> float:
    """damping + damping^2 + ... + damping^lead."""
    return float(lead) if damping == 1.0 else damping * (1.0 - damping**lead) / (1.0 - damping)
