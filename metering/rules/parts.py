"""Streams of usage taken together: by a dimension or by customer, the largest first. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.languages import lazily as _
from metering.rules.grains import over_time, together

MOST_PARTS = 6  # that a chart can tell apart
OTHERS = _("All others")
UNSTATED = _("not stated")

Days = Mapping[date, Decimal]


class Stream(NamedTuple):
    """The days of one customer, meter and set of dimension values."""

    customer_id: int
    meter: str
    dimensions: Mapping[str, str]
    days: Days


class Part(NamedTuple):
    """Streams with something in common, as one."""

    key: str
    days: dict[date, Decimal]
    total: Decimal


def parts(streams: Iterable[Stream], key_of: Callable[[Stream], str], aggregation: str) -> list[Part]:
    """The streams by their key, the largest part first."""
    groups: dict[str, list[Days]] = {}
    for stream in streams:
        groups.setdefault(key_of(stream), []).append(stream.days)
    found = [part_of(key, days, aggregation) for key, days in groups.items()]
    return sorted(found, key=lambda part: (-part.total, part.key))


def part_of(key: str, streams: Iterable[Days], aggregation: str) -> Part:
    days = together(streams, aggregation)
    values = [days[day] for day in sorted(days)]
    return Part(key, days, over_time(values, aggregation) if values else Decimal(0))


def few(found: Sequence[Part], aggregation: str) -> list[Part]:
    """As many parts as a chart can tell apart, the rest of them as one."""
    if len(found) <= MOST_PARTS:
        return list(found)
    kept, rest = found[: MOST_PARTS - 1], found[MOST_PARTS - 1 :]
    return [*kept, part_of(OTHERS, (part.days for part in rest), aggregation)]


def by_dimension(name: str) -> Callable[[Stream], str]:
    return lambda stream: stream.dimensions.get(name, UNSTATED)


def matching(streams: Iterable[Stream], where: Mapping[str, str]) -> list[Stream]:
    """The streams that have all of these dimension values."""
    return [one for one in streams if all(one.dimensions.get(name) == value for name, value in where.items())]


def between(streams: Iterable[Stream], first: date, last: date) -> list[Stream]:
    """The streams' days from the first to the last one; streams without any are left out."""
    cut = (one._replace(days={d: v for d, v in one.days.items() if first <= d <= last}) for one in streams)
    return [one for one in cut if one.days]
