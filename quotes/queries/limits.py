"""The lines of a version beside the limits of their prices."""

from collections.abc import Iterable
from decimal import Decimal

from catalog.models import Meter
from core.data_words import told
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.deals import faces_of
from quotes.rules.components import Component, meter_of
from quotes.rules.discounts import Limited, wrong_discounts
from quotes.rules.price_text import Scale
from quotes.rules.pricing import Problem


def limited(line: QuoteLine, scale: Scale | None = None) -> Limited:
    """The line with the limits of its price."""
    price = line.price
    return Limited(
        key=line.key,
        name=told(line.component["name"]),
        component=line.component,
        list_component=line.list_component,
        discount_percent=line.discount_percent,
        max_discount=price.max_discount,
        limits=price.limits,
        floors=price.floors,
        scale=scale or (scale_for(line.component) if price.floors else Scale()),
        later=tuple(faces_of(line)[1:]),
    )


def limit_problems(lines: Iterable[Limited], quote_percent: Decimal, currency: str) -> list[Problem]:
    """Every line that goes beyond what anybody may give."""
    return [
        Problem("discount_percent", sentence, line.key)
        for line in lines
        for sentence in wrong_discounts(line, quote_percent, currency)
    ]


def scale_for(component: Component) -> Scale:
    """In which unit the meter of this component is shown."""
    code = meter_of(component)
    return scale_of(Meter.objects.filter(code=code).first()) if code else Scale()


def scale_on(version: QuoteVersion, line: QuoteLine) -> Scale:
    """The same for a line of a version, whose meters are read once."""
    return scale_of(version.meters.get(meter_of(line.component)))


def scale_of(meter: Meter | None) -> Scale:
    return Scale(meter.display_scale, told(meter.display_unit)) if meter and meter.display_unit else Scale()
