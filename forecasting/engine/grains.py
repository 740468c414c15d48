"""What differs between monthly, weekly and daily history; everything else is one code path."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Grain:
    """Constants of one sampling interval."""

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
    near: int  # steps of a stretch that is compared with the one before
    far: int  # steps of a longer one: a year, or four weeks of days
    fading: float  # what past errors lose in weight per step
    market: float  # share of an error's variance that all customers have in common


MONTH = Grain(
    name="M",
    days=30.4375,
    season=12,
    memory=180,
    recent=12,
    offset=0.1,
    selectivity=0.5,
    sigma=0.25,
    slope=0.35,
    leads=(1, 2, 3, 6, 12),
    knots=(1, 2, 3, 5, 8, 12, 18, 24),
    near=3,
    far=12,
    fading=0.97,
    market=0.15,
)
WEEK = Grain(
    name="W",
    days=7.0,
    season=52,
    memory=260,
    recent=13,
    offset=0.3,
    selectivity=2.0,
    sigma=0.15,
    slope=0.40,
    leads=(1, 2, 4, 13, 26),
    knots=(1, 2, 4, 8, 13, 20, 26),
    near=13,
    far=52,
    fading=0.97,
    market=0.10,
)
DAY = Grain(
    name="D",
    days=1.0,
    season=7,
    memory=1095,
    recent=28,
    offset=0.3,
    selectivity=4.0,
    sigma=0.30,
    slope=0.20,
    leads=(1, 2, 7, 14, 28, 60),
    knots=(1, 3, 7, 14, 21, 28, 45, 60, 90),
    near=7,
    far=28,
    fading=0.99,
    market=0.05,
)
GRAINS = {grain.name: grain for grain in (MONTH, WEEK, DAY)}
