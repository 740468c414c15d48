"""What differs between monthly, weekly and daily history; everything else is one code path."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grain:
    """Constants of one sampling interval. `persistence` splits an error into random walk, level and white noise."""

    name: str
    days: float
    season: int  # steps in one cycle of the main seasonal pattern
    memory: int  # steps of history that are looked at
    recent: int  # steps that set the scale of a series
    offset: float  # z = log(y / scale + offset): linear near zero, logarithmic above
    selectivity: float  # how sharply past loss turns into weights of the methods
    sigma: float  # error of one step ahead before any error was seen, in z
    slope: float  # growth of the error with the lead before any was seen: lead ** slope
    leads: tuple[int, ...]  # leads at which the past is checked
    knots: tuple[int, ...]  # leads at which the learned stage is asked
    persistence: tuple[float, float]
    market: float  # share of an error's rank that all customers have in common


GRAINS = {
    "M": Grain(
        "M",
        30.4375,
        12,
        180,
        12,
        0.1,
        0.5,
        0.25,
        0.35,
        (1, 2, 3, 6, 12),
        (1, 2, 3, 5, 8, 12, 18, 24),
        (0.75, 0.15),
        0.15,
    ),
    "W": Grain(
        "W", 7.0, 52, 260, 13, 0.3, 2.0, 0.15, 0.40, (1, 2, 4, 13, 26), (1, 2, 4, 8, 13, 20, 26), (0.60, 0.15), 0.10
    ),
    "D": Grain(
        "D",
        1.0,
        7,
        1095,
        28,
        0.3,
        4.0,
        0.30,
        0.20,
        (1, 2, 7, 14, 28, 60),
        (1, 3, 7, 14, 21, 28, 45, 60, 90),
        (0.25, 0.20),
        0.05,
    ),
}
