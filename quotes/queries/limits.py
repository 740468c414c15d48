"""The lines of a version beside the limits of their prices."""

from collections.abc import Iterable
from decimal import Decimal

from catalog.models import Meter
from core.data_words import told
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.deals import faces_of
from quotes.rules.components import Component, meter_of
from quotes.rules.discounts import Limited, Limits, given_alone, wrong_discounts
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


def limits_on(line: QuoteLine) -> Limits:
    price = line.price
    return Limits(price.max_discount, price.limits, price.floors)


def beyond_own(version: QuoteVersion, lines: Iterable[QuoteLine]) -> list[Limited]:
    """The lines with discounts that sales does not give alone."""
    return [limited(line, scale_on(version, line)) for line in lines if not alone(line, version.discount_percent)]


def alone(line: QuoteLine, quote_percent: Decimal) -> bool:
    listed, limits = line.list_component, limits_on(line)
    return all(given_alone(face, listed, percent, quote_percent, limits) for face, percent in faces_of(line))


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
