"""One meter over a range as a page tells it: bars, parts, what is missing and what may still grow. Pure."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.data_words import told
from metering.rules.comparing import Comparison, compare
from metering.rules.grains import DAY, MOST_DAYS, WEEK, Place, fitting, gathered, places
from metering.rules.parts import Part, Stream, between, few, part_of, parts
from metering.rules.rhythm import covered, is_weekly


class MeterWords(NamedTuple):
    """What a page must know of a meter; amounts are divided by the scale."""

    code: str
    name: str
    unit: str
    scale: Decimal
    aggregation: str


class ShownPart(NamedTuple):
    """A part of the total, one value for each bar; None where it has none."""

    label: str
    values: list[Decimal | None]
    total: Decimal


@dataclass(frozen=True)
class MeterView:
    """Amounts in the unit people speak of."""

    meter: MeterWords
    weekly: bool
    grain: str
    grain_note: str
    bars: list[Place]
    notes: list[str]
    open_from: int
    parts: list[ShownPart]
    totals: list[Decimal | None]
    total: Decimal
    missing: int
    incomplete: int  # days on which one of several customers has no data, between its first and its last
    highest: tuple[date, Decimal] | None
    comparison: Comparison
    data_date: date
    settled: date | None

    @property
    def stacked(self) -> bool:
        """Whether parts add up to the total; the maxima of parts do not."""
        return self.meter.aggregation != "max"


class Range(NamedTuple):
    """What is looked at; the grain may be empty for the fitting one."""

    first: date
    last: date
    grain: str = ""


def look_at(
    streams: Sequence[Stream],
    meter: MeterWords,
    chosen: Range,
    *,
    key_of: Callable[[Stream], str],
    label_of: Callable[[str], str],
    settled: date | None = None,
) -> MeterView:
    """The streams of one meter, which may begin before the range: the month before is compared from them."""
    how = meter.aggregation
    whole = part_of("", (one.days for one in streams), how).days
    data_date = max(whole, default=chosen.last)
    weekly, known = is_weekly(whole), covered(list(whole))
    grain, grain_note = possible(chosen, weekly)
    bars = places(chosen.first, chosen.last, grain, known)
    lacking = without_someone(streams) & known
    inside = between(streams, chosen.first, chosen.last)
    shown = few(parts(inside, key_of, how), how)
    everything = part_of("", (one.days for one in inside), how)
    return MeterView(
        meter=meter,
        weekly=weekly,
        grain=grain,
        grain_note=grain_note,
        bars=bars,
        notes=[note_on(bar, settled, grain, lacking) for bar in bars],
        open_from=sum(settled is None or bar.last <= settled for bar in bars),
        parts=[shown_part(part, bars, grain, meter, label_of) for part in shown],
        totals=[scaled(value, meter) for value in gathered(everything.days, bars, grain, how)],
        total=everything.total / meter.scale,
        missing=sum(bar.days - bar.known for bar in bars),
        incomplete=sum(chosen.first <= day <= chosen.last for day in lacking),
        highest=highest(everything, meter),
        comparison=scale_both(compare(whole, known, last=data_date, weekly=weekly, how=how), meter),
        data_date=data_date,
        settled=settled,
    )


def possible(chosen: Range, weekly: bool) -> tuple[str, str]:
    """The grain that can be drawn, and why it is not the chosen one."""
    if not chosen.grain:
        return fitting(chosen.first, chosen.last, weekly), ""
    if chosen.grain == DAY and weekly:
        return WEEK, _("This usage is reported by the week, so it is shown by week.")
    if chosen.grain == DAY and (chosen.last - chosen.first).days >= MOST_DAYS:
        return WEEK, _("More than {most} days are shown by week. Choose a shorter time to see days.").format(
            most=MOST_DAYS
        )
    return chosen.grain, ""


def without_someone(streams: Sequence[Stream]) -> set[date]:
    """The days on which a customer has no data although it has some before and after."""
    days: dict[int, set[date]] = {}
    for stream in streams:
        days.setdefault(stream.customer_id, set()).update(stream.days)
    found: set[date] = set()
    for known in (covered(own) for own in days.values()):
        first, last = min(known), max(known)
        found |= {first + timedelta(days=n) for n in range((last - first).days)} - known
    return found


def note_on(bar: Place, settled: date | None, grain: str, lacking: Set[date]) -> str:
    said = (
        [_("{known} of {days} days known").format(known=bar.known, days=bar.days)]
        if grain != DAY and 0 < bar.known < bar.days
        else []
    )
    said += [_("a company has no data")] if any(bar.first <= day <= bar.last for day in lacking) else []
    return ", ".join(said + ([_("may still grow")] if settled and bar.last > settled else []))


def shown_part(
    part: Part, bars: Sequence[Place], grain: str, meter: MeterWords, label_of: Callable[[str], str]
) -> ShownPart:
    values = gathered(part.days, bars, grain, meter.aggregation)
    return ShownPart(label_of(part.key), [scaled(value, meter) for value in values], part.total / meter.scale)


def highest(everything: Part, meter: MeterWords) -> tuple[date, Decimal] | None:
    if not everything.days:
        return None
    day = max(everything.days, key=lambda one: (everything.days[one], one))
    return day, everything.days[day] / meter.scale


def scaled(value: Decimal | None, meter: MeterWords) -> Decimal | None:
    return None if value is None else value / meter.scale


def scale_both(comparison: Comparison, meter: MeterWords) -> Comparison:
    return comparison._replace(value=scaled(comparison.value, meter), before=scaled(comparison.before, meter))


def reach(first: date, data_date: date) -> date:
    """How far back the streams must be read: the range, and the month or the eight weeks that are compared."""
    return min(first, (data_date.replace(day=1) - timedelta(days=1)).replace(day=1), data_date - timedelta(days=56))


def label_with(names: Mapping[str, str]) -> Callable[[str], str]:
    """Keys by their names, where they have one."""
    return lambda key: names.get(key) or capital(told(key))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
