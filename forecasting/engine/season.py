"""The seasonal profile: what a month of the year or a day of the week adds, believed as far as the data carries it."""

from dataclasses import dataclass, replace

import numpy as np

from forecasting.engine.panel import Array, Panel, mean, total

CYCLES = 2.0  # a pattern seen less than twice is no pattern
FADE = 0.9  # weight of a cycle against the next younger one


@dataclass(frozen=True)
class Season:
    """`profile[p]` is added p steps after the last observation (and a cycle later, and so on)."""

    profile: Array  # (season, series)
    strength: Array  # (series,) between 0 (no pattern believed) and 1

    def ahead(self, lead: int) -> Array:
        return self.profile[(lead - 1) % len(self.profile)]


def split_season(panel: Panel) -> tuple[Panel, Season]:
    """The panel without its seasonal profile, and the profile."""
    length, height = panel.grain.season, len(panel.z)
    if height < CYCLES * length:
        return panel, Season(np.zeros((length, panel.z.shape[1])), np.zeros(panel.z.shape[1]))
    steps = np.arange(height) - height  # -1 is the last observation, whatever the height
    position, cycle = steps % length, -((steps + 1) // length)
    rest = (panel.z - local_level(panel, length)) * panel.seen
    weights = panel.seen * (FADE ** cycle.astype(float))[:, None]
    rows = [position == p for p in range(length)]
    raw = np.stack([mean(rest[row], weights[row]) for row in rows])
    raw -= total(raw) / length
    strength = believe(rest, raw, position, weights, panel)
    profile = raw * strength
    return replace(panel, z=(panel.z - profile[position]) * panel.seen), Season(profile, strength)


def local_level(panel: Panel, length: int) -> Array:
    """Centred moving average over one cycle, of what was seen."""
    half = length // 2
    sums, counts = (np.cumsum(values, axis=0) for values in (panel.z * panel.seen, panel.seen))
    upper = np.minimum(np.arange(len(panel.z)) + half, len(panel.z) - 1)
    lower = np.arange(len(panel.z)) - (length - half)
    window = [
        series[upper] - np.where(lower[:, None] >= 0, series[np.maximum(lower, 0)], 0.0) for series in (sums, counts)
    ]
    return window[0] / np.maximum(window[1], 1.0)


def believe(rest: Array, raw: Array, position: np.ndarray, weights: Array, panel: Panel) -> Array:
    """James-Stein shrinkage: 1 minus the share of the profile's variance that noise alone would give."""
    length = len(raw)
    noise = mean((rest - raw[position]) ** 2, weights)
    freedom = np.maximum(1.0 - length / np.maximum(panel.count, length + 1.0), 0.1)
    chance = noise / freedom * length / np.maximum(panel.count, 1.0)
    power = total(raw**2) / length
    strength = np.maximum(1.0 - chance / np.maximum(power, 1e-12), 0.0)
    return np.where(panel.count >= CYCLES * length, strength, 0.0)
