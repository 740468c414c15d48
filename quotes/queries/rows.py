"""The lines of a priced version as rows, and what they are down from list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import numpy as np

from catalog.models import Meter
from catalog.rules.points import price_points
from core.data_words import revision, told
from core.formats import plain
from core.kept import WAYS, remembered_in_words
from core.languages import current
from pricing import Bill, BillLine
from pricing.money import rounded
from pricing.numbers import Array, is_exact
from quotes.models import QuoteLine
from quotes.queries.bands import amount, band_of, decimal
from quotes.queries.deals import faces_of
from quotes.queries.limits import limits_on, scale_of
from quotes.rules.approvals import Need
from quotes.rules.components import (
    Component,
    allowance_of,
    at_quantity_of,
    fixed_quantity,
    is_metered,
    is_overridden,
    meter_of,
    months_of,
)
from quotes.rules.discounts import Limits, limits_of
from quotes.rules.line_months import MONTHS
from quotes.rules.price_text import Scale, price_text
from quotes.rules.pricing import Band, LineRow, PricePoint, YearRow
from quotes.rules.ramps import Years, component_in, discount_in, years_in
from quotes.rules.terms import Deal, compounded

P = ParamSpec("P")
T = TypeVar("T")

if TYPE_CHECKING:
    from quotes.queries.priced import Offer

    Rated = tuple[Offer, Offer]


def line_rows(
    lines: Sequence[QuoteLine], firm: "Rated", options: "Rated", meters: Mapping[str, Meter]
) -> tuple[LineRow, ...]:
    """The rows of what is part of the deal, and of what is optional as if all of it were picked."""
    words = current() + revision()
    return tuple(
        line_row(line, *(options if line.optional else firm), scale_of(meters.get(meter_of(line.component))), words)
        for line in lines
    )


def line_row(line: QuoteLine, offer: "Offer", listed: "Offer", scale: Scale, words: str) -> LineRow:
    """The row of a line; a fixed one that an edit leaves as it was keeps it, for each revision of `words`."""
    own, currency, months = own_of(line), offer.terms.currency, offer.terms.months
    metered = is_metered(line.component)
    parts, before = (bill_for(one, metered).by_charge.get(line.key, ()) for one in (offer, listed))
    if not metered:
        return fixed_row(parts, before, own, currency, months, scale, words)
    list_term, net_term = term_band(listed, before, "list"), term_band(offer, parts, "discounted")
    return row_of(own, currency, months, scale, list_term=list_term, net_term=net_term)


class Own(NamedTuple):
    """What a line says itself, in the words of the house."""

    pk: int
    key: str
    position: int
    product: str
    description: str
    package: str
    package_code: str
    component: Component
    list_component: Component
    limits: Limits
    discount_percent: Decimal
    discount_from: int | None
    discount_to: int | None
    years: Years
    rule: str
    optional: bool


def own_of(line: QuoteLine) -> Own:
    product, package = line.price.product, line.part.package if line.part else None
    return Own(
        line.pk,
        line.key,
        line.position,
        product.name,
        product.description,
        package.name if package else "",
        package.code if package else "",
        line.component,
        line.list_component,
        limits_on(line),
        line.discount_percent,
        line.discount_from,
        line.discount_to,
        line.years,
        line.rule,
        line.optional,
    )


def kept_with_the_line(
    work: Callable[Concatenate[tuple[BillLine, ...], P], T],
) -> Callable[Concatenate[tuple[BillLine, ...], P], T]:
    """A fixed line that an edit leaves as it was keeps its one bill line, and with it what was worked out from it."""

    @wraps(work)
    def asked(parts: tuple[BillLine, ...], *args: P.args, **named: P.kwargs) -> T:
        if len(parts) != 1:
            return work(parts, *args, **named)
        known, key = parts[0].known, (work, *args)
        try:
            found: T = known[key]
        except KeyError:
            if len(known) >= WAYS:
                known.clear()
            found = known[key] = work(parts, *args, **named)
        except TypeError:  # what an edit has just written is nothing to know it by
            return work(parts, *args, **named)
        return found

    return asked


@kept_with_the_line
def fixed_row(
    parts: tuple[BillLine, ...],
    before: tuple[BillLine, ...],
    own: Own,
    currency: str,
    months: int,
    scale: Scale,
    _words: str,
) -> LineRow:
    """The row of a fixed line, said in the words of one language."""
    return row_of(
        own,
        currency,
        months,
        scale,
        per_period=per_period(parts, currency),
        list_term=exact_band(before, "list", currency),
        net_term=exact_band(parts, "discounted", currency),
    )


def row_of(
    own: Own,
    currency: str,
    months: int,
    scale: Scale,
    *,
    list_term: Band,
    net_term: Band,
    per_period: Decimal | None = None,
) -> LineRow:
    return LineRow(
        pk=own.pk,
        key=own.key,
        position=own.position,
        product=told(own.product),
        description=told(own.description),
        package=told(own.package),
        package_code=own.package_code,
        discount_percent=own.discount_percent,
        rule=own.rule,
        optional=own.optional,
        discount_from=own.discount_from,
        discount_to=own.discount_to,
        years=year_rows(own, months, currency, scale) if own.years else (),
        per_period=per_period,
        list_term=list_term,
        net_term=net_term,
        **face_of(own.component, own.list_component, own.limits, currency, scale),
    )


@remembered_in_words
def face_of(
    component: Component, list_component: Component, limits: Limits, currency: str, scale: Scale
) -> dict[str, Any]:
    """What a row says of its component alone, whatever else is on the quote."""
    original = at_quantity_of(component, list_component)
    return {
        "kind": component["kind"],
        "name": told(component["name"]),
        "unit": component.get("unit") or "",
        "metered": is_metered(component),
        "quantity": fixed_quantity(component),
        "interval": component.get("interval") or component.get("every") or component.get("window", "once"),
        "timing": component.get("timing", "advance"),
        "allowance": allowance_of(component),
        **dict(zip(MONTHS, months_of(component), strict=True)),
        "allowance_reset": (component.get("allowance") or {}).get("reset", ""),
        "max_discount": limits.max_discount,
        "prices": prices(component, original, limits, scale),
        "list_price": price_text(original, currency, scale),
        "price": price_text(component, currency, scale),
        "overridden": is_overridden(component, list_component),
        "limits": limits_of(limits.max_discount, limits.limits),
    }


def year_rows(line: Own, months: int, currency: str, scale: Scale) -> tuple[YearRow, ...]:
    """The line in each year of the term."""
    found = []
    for year in range(1, years_in(months) + 1):
        component = component_in(line.component, line.years, year)
        found.append(
            YearRow(
                year=year,
                quantity=fixed_quantity(component),
                price=price_text(component, currency, scale),
                discount_percent=discount_in(line.discount_percent, line.years, year),
            )
        )
    return tuple(found)


def prices(component: Component, original: Component, limits: Limits, scale: Scale) -> tuple[PricePoint, ...]:
    """The prices that may be overridden, in the unit shown, with how low they may go."""
    floors, own = limits.floors, limits_of(limits.max_discount, limits.limits)[:1]
    listed = {point.path: point.amount for point in price_points(original)}
    return tuple(
        PricePoint(
            path=point.path,
            label=point.label,
            unit=(scale.unit or told(component.get("unit", ""))) if point.per_unit else "",
            list_price=plain(listed.get(point.path, point.amount) * factor(point.per_unit, scale)),
            price=plain(point.amount * factor(point.per_unit, scale)),
            own=plain(listed.get(point.path, point.amount) * factor(point.per_unit, scale) * (100 - own[0][1]) / 100)
            if own
            else None,
            floor=plain(Decimal(floors[point.path]) * factor(point.per_unit, scale)) if point.path in floors else None,
        )
        for point in price_points(component)
    )


def factor(per_unit: bool, scale: Scale) -> Decimal:
    return scale.factor if per_unit else Decimal(1)


def bill_for(offer: "Offer", metered: bool) -> Bill:
    """What is metered is simulated; what is fixed is exact."""
    return offer.simulated if metered else offer.committed


def term_of(bill: Bill, key: str, name: str) -> Array:
    """One named amount of a line over the term, shape (rows,)."""
    return summed(bill.by_charge.get(key, ()), name)


def term_band(offer: "Offer", parts: tuple[BillLine, ...], name: str) -> Band:
    """The same of a metered line as a band of money."""
    exact, currency = is_exact(offer.simulated.net), offer.terms.currency
    return exact_band(parts, name, currency) if exact else band_of(summed(parts, name), currency)


@kept_with_the_line
def exact_band(parts: tuple[BillLine, ...], name: str, currency: str) -> Band:
    """The band of an exact amount."""
    whole = rounded(summed(parts, name)[0], currency)
    return Band(whole, whole, whole)


def summed(parts: tuple[BillLine, ...], name: str) -> Array:
    amounts = [getattr(line, f"{name}_term") for line in parts]
    return sum(amounts[1:], amounts[0]) if amounts else np.full(1, Decimal(0), dtype=object)


@kept_with_the_line
def per_period(parts: tuple[BillLine, ...], currency: str) -> Decimal:
    """What a fixed line comes to each time it is billed: its first amount."""
    lines = [line.discounted[0] for line in parts]
    billed = lines[0] if len(lines) == 1 else [sum(column) for column in zip(*lines, strict=True)]
    return next((value for value in billed if value), amount(0, currency))


def is_one_time(component: Component) -> bool:
    """Billed once: a one-time charge, or credits that are bought once."""
    return bool((component.get("interval") or component.get("every")) == "once")


def largest_discount(lines: Sequence[QuoteLine], offer: "Offer", listed: "Offer", deal: Deal) -> Decimal:
    """The most that the quote, or any line of it, is down from list."""
    found = [deal.discount_percent, *(discount_of(line, offer, listed, deal) for line in lines)]
    return round(max(found), 2)


def discount_of(line: QuoteLine, offer: "Offer", listed: "Offer", deal: Deal) -> Decimal:
    """Both discounts compounded; where a price or allowance was changed, what the line is down on the forecast."""
    quote_percent = deal.discount_percent if line.component["kind"] == "charge" else Decimal(0)
    years = faces_of(line)
    stated = compounded(max(percent for _, percent in years), quote_percent)
    if not any(is_overridden(component, line.list_component) for component, _ in years):
        return stated
    before = float(term_of(listed.simulated, line.key, "list").astype(float).mean())
    after = float(term_of(offer.simulated, line.key, "discounted").astype(float).mean())
    return decimal(100 * (1 - after / before), 2) if before else stated


def without_margin(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """The same approvals for people who may not see margin: that one is asked for, but not the value."""
    return tuple(replace(need, reason=need.title + ".") if need.secret else need for need in needs)
