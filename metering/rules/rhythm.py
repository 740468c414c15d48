"""How often usage is reported: every day, or as one fact for a week on its last day. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import pairwise

WEEK = 7


def cadence(days: Iterable[date]) -> int:
    """How many days usually lie between two values: 1 for days, 7 for weekly facts."""
    gaps = Counter((later - earlier).days for earlier, later in pairwise(sorted(days)))
    return gaps.most_common(1)[0][0] if gaps else 1


def is_weekly(days: Iterable[date]) -> bool:
    return cadence(days) == WEEK


def covered(days: Collection[date]) -> set[date]:
    """The days that the values speak of: a weekly fact speaks of the six days before its own too."""
    reach = WEEK if is_weekly(days) else 1
    return {day - timedelta(days=back) for day in days for back in range(reach)}
