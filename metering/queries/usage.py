"""A customer's usage as its page shows it: one meter over a range, alone or with the companies it pays for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from catalog.models import Meter
from core.data_words import told
from customers.models import Customer
from customers.queries import Relative
from metering.queries.streams import MeterSpan, complete_through, meters_used, read_streams
from metering.rules.meter_view import MeterView, MeterWords, Range, label_with, look_at, reach
from metering.rules.parts import Stream, between, by_dimension, matching

BY_CUSTOMER = "customer"
PANEL_DAYS = timedelta(days=89)


@dataclass(frozen=True)
class Choice:
    """What somebody wants to see."""

    span: MeterSpan
    range: Range
    by: str
    where: dict[str, str]

    @property
    def meter(self) -> Meter:
        return self.span.meter


class UsagePage(NamedTuple):
    """The chosen meter, and the streams of every meter in the chosen range that ranks and costs are made from."""

    view: MeterView
    streams: list[Stream]
    chosen: list[Stream]


def usage_page(relatives: Sequence[Relative], choice: Choice) -> UsagePage:
    """The chosen meter of these customers together, in two queries."""
    ids = [relative.id for relative in relatives]
    first, last = choice.range.first, max(choice.range.last, choice.span.last)
    streams = read_streams(ids, reach(first, choice.span.last), last)
    of_meter = matching([one for one in streams if one.meter == choice.meter.code], choice.where)
    names = {str(relative.id): relative.name for relative in relatives}
    view = look_at(
        of_meter,
        meter_words(choice.meter),
        choice.range,
        key_of=key_by(choice.by),
        label_of=label_with(names if choice.by == BY_CUSTOMER else {}),
        settled=complete_through(ids).get(choice.meter.pk),
    )
    inside = between(streams, first, choice.range.last)
    return UsagePage(view, inside, between(of_meter, first, choice.range.last))


def usage_panel(customer: Customer) -> list[MeterView]:
    """The last quarter of every meter, in four queries."""
    spans = meters_used([customer.pk])
    if not spans:
        return []
    begin = min(reach(span.last - PANEL_DAYS, span.last) for span in spans)
    streams = read_streams([customer.pk], begin, max(span.last for span in spans))
    settled = complete_through([customer.pk])
    return [
        look_at(
            [one for one in streams if one.meter == span.meter.code],
            meter_words(span.meter),
            Range(max(span.first, span.last - PANEL_DAYS), span.last),
            key_of=key_by(""),
            label_of=label_with({}),
            settled=settled.get(span.meter.pk),
        )
        for span in spans
    ]


def meter_words(meter: Meter) -> MeterWords:
    unit = meter.display_unit or f"{meter.unit}s"
    return MeterWords(meter.code, told(meter.name), told(unit), meter.display_scale, meter.aggregation)


def key_by(by: str) -> Callable[[Stream], str]:
    if by == BY_CUSTOMER:
        return lambda stream: str(stream.customer_id)
    return by_dimension(by) if by else lambda stream: "total"
