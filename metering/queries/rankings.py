"""What is used most and, for those who may see it, what costs most."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from catalog.models import Meter
from catalog.rules.words import series_label
from core.data_words import told
from customers.queries import Relative
from metering.queries.costs import Costs, key_of
from metering.queries.usage import meter_words
from metering.rules.meter_view import MeterWords
from metering.rules.parts import UNSTATED, Stream, by_dimension, part_of, parts

MOST_ROWS = 10


class Rank(NamedTuple):
    """A row: how much, and which share of all; cost and its share where costs are known."""

    label: str
    value: Decimal
    share: Decimal | None
    cost: Decimal | None = None
    cost_share: Decimal | None = None
    unknown: bool = False
    level: int = 0
    slug: str = ""


class Ranking(NamedTuple):
    """The values of one dimension, the most used or the dearest first."""

    name: str
    rows: list[Rank]
    more: int


class Dear(NamedTuple):
    """A stream among the dearest of all meters."""

    label: str
    meter: MeterWords
    value: Decimal
    cost: Decimal
    share: Decimal | None


def rankings(streams: Sequence[Stream], meter: Meter, costs: Costs | None, *, by_cost: bool) -> list[Ranking]:
    """A ranking for each dimension that has more than one value here; a meter without dimensions has none."""
    found = []
    for name in meter.dimensions:
        rows = [
            ranked(key, of, streams, meter, costs, unknown=key not in (*meter.dimensions[name], UNSTATED))
            for key, of in grouped(streams, name, meter.aggregation)
        ]
        if len(rows) > 1:
            rows.sort(key=lambda row: -((row.cost if by_cost else row.value) or Decimal(0)))
            found.append(Ranking(name, rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS)))
    return found


def grouped(streams: Sequence[Stream], dimension: str, how: str) -> list[tuple[str, list[Stream]]]:
    of = by_dimension(dimension)
    return [(part.key, [one for one in streams if of(one) == part.key]) for part in parts(streams, of, how)]


def ranked(
    key: str, of: Sequence[Stream], all_of: Sequence[Stream], meter: Meter, costs: Costs | None, *, unknown: bool
) -> Rank:
    amount, whole = total(of, meter), total(all_of, meter)
    cost, dear = (costs.of(of), costs.of(all_of)) if costs else (None, None)
    return Rank(key[:1].upper() + key[1:], amount, share(amount, whole), cost, share(cost, dear), unknown)


def by_customer(
    streams: Sequence[Stream], relatives: Sequence[Relative], meter: Meter, costs: Costs | None
) -> list[Rank]:
    """Each company of the family in tree order; one that used nothing stands there with a zero share."""
    rows = []
    for relative in relatives:
        own = [stream for stream in streams if stream.customer_id == relative.id]
        row = ranked(relative.name, own, streams, meter, costs, unknown=False)
        rows.append(row._replace(label=relative.name, level=relative.level, slug=relative.slug))
    return rows


def dearest(streams: Sequence[Stream], meters: Mapping[str, Meter], costs: Costs) -> list[Dear]:
    """The streams of all meters that cost most, the same series of several customers as one."""
    groups: dict[str, list[Stream]] = {}
    for stream in streams:
        groups.setdefault(str(key_of(stream)[1]), []).append(stream)
    rows = []
    for of in groups.values():
        meter, cost = meters[of[0].meter], costs.of(of)
        if cost:
            label = label_of(of[0].dimensions, meter)
            rows.append(Dear(label, meter_words(meter), total(of, meter), cost, share(cost, costs.total)))
    return sorted(rows, key=lambda row: (-row.cost, row.label))[:MOST_ROWS]


def without_cost(meters: Mapping[str, Meter], costs: Costs) -> list[str]:
    """What was used and has no unit cost, in words."""
    return [
        f"{told(meters[series.meter].name)} {label_of(dict(series.dimensions), meters[series.meter])}".strip()
        for series in sorted(costs.unpriced)
    ]


def label_of(dimensions: Mapping[str, str], meter: Meter) -> str:
    return series_label(dimensions, meter.dimensions, meter.defaults) or told(meter.name)


def total(streams: Sequence[Stream], meter: Meter) -> Decimal:
    return part_of("", (stream.days for stream in streams), meter.aggregation).total / meter.display_scale


def share(amount: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return amount / whole if amount is not None and whole else None
