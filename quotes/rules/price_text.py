"""A component's price as text and as a table of tiers: all digits, nothing rounded."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from catalog.rules.points import joined
from catalog.rules.wordbooks import plural
from core.data_words import told
from core.formats import money, percent, quantity, unit_price
from core.kept import remembered_in_words
from core.words import period
from quotes.rules.components import allowance_of, is_metered


class Scale(NamedTuple):
    """In which unit a meter's quantities and prices are shown: 1,000,000 and "M tokens"."""

    factor: Decimal = Decimal(1)
    unit: str = ""


class TierRow(NamedTuple):
    """One price: for which usage, from above `low` up to and including `up_to`."""

    dims: str
    low: Decimal
    up_to: Decimal | None
    unit_price: Decimal | None
    flat: Decimal | None


def tier_rows(model: Mapping[str, Any], dims: str = "", factor: Decimal = Decimal(1)) -> Iterator[TierRow]:
    """Every price of a price model, cell by cell and tier by tier, times the factor of a multiplier around it."""
    kind = model["model"]
    if kind == "matrix":
        for cell in model["cells"]:
            yield from tier_rows(cell["price"], " · ".join(map(told, cell["when"].values())), factor)
        if model.get("default"):
            yield from tier_rows(model["default"], _("everything else"), factor)
    elif kind == "multiplier":
        for name, share in {"": model.get("default", "1"), **model["factors"]}.items():
            rows = tier_rows(model["base"], dims, Decimal(share))
            yield from (row._replace(dims=" · ".join(part for part in (row.dims, told(name)) if part)) for row in rows)
    elif "tiers" in model:
        low = Decimal(0)
        for tier in model["tiers"]:
            end = Decimal(tier["up_to"]) if tier.get("up_to") else None
            yield TierRow(blocks(tier, dims), low, end, *amounts(tier, factor))
            low = end or low
    else:
        yield TierRow(blocks(model, dims), Decimal(0), None, *amounts(model, factor))


def blocks(place: Mapping[str, Any], dims: str) -> str:
    """Says that a price is for a whole block of units, where it is."""
    return joined(dims, _("each block of {size}").format(size=quantity(place["size"]))) if "size" in place else dims


def amounts(place: Mapping[str, Any], factor: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """The price per unit and the flat part of a tier or a simple model."""
    each = place.get("unit") or place.get("price")
    flat = place.get("flat") or place.get("fee") or place.get("amount")
    return (
        None if each is None else Decimal(each) * factor,
        Decimal(flat) * factor if flat and Decimal(flat) else None,
    )


@remembered_in_words
def price_text(component: Mapping[str, Any], currency: str, scale: Scale) -> str:
    """ "USD 3.00 per M tokens", "USD 0.30 to 15.00 per M tokens", "USD 29.00 per seat and month", "USD 500.00 once"."""
    if component["kind"] == "credit":
        return credit_text(component, currency)
    if component["kind"] == "commitment":
        return _("{size} per {period}").format(
            size=commitment_size(component, currency), period=period(component.get("window", "year"))
        )
    if component["price"]["model"] == "package":
        size = f"{quantity(component['price']['size'])} {several(component)}"
        return _("{price} per {unit}").format(price=unit_price(component["price"]["price"], currency), unit=size)
    rows = list(tier_rows(component["price"]))
    each = sorted({row.unit_price for row in rows if row.unit_price is not None})
    parts = []
    if each:
        parts.append(
            _("{price} per {unit}").format(price=span(each, currency, scale.factor), unit=per(component, scale))
        )
    flats = sorted({row.flat for row in rows if row.flat is not None})
    if flats:
        parts.append(f"{span(flats, currency, Decimal(1))} {per_interval(component)}")
    if not parts and component["price"]["model"] == "cost_plus":
        return _("cost plus {percent}").format(percent=percent(component["price"]["markup"]))
    return " + ".join(parts) or f"{money(0, currency)}"


def span(values: list[Decimal], currency: str, factor: Decimal) -> str:
    low, high = (unit_price(value * factor, currency) for value in (values[0], values[-1]))
    if low == high:
        return low
    # The currency is said once, at the end where the language puts it.
    if low.startswith(currency):
        return _("{low} to {high}").format(low=low, high=high.removeprefix(currency).strip())
    return _("{low} to {high}").format(low=low.removesuffix(currency).strip(), high=high)


def per(component: Mapping[str, Any], scale: Scale) -> str:
    unit = scale.unit or told(component.get("unit") or "unit")
    if is_metered(component):
        return str(unit)
    return (
        _("{unit} once").format(unit=unit)
        if component.get("interval") == "once"
        else _("{unit} and {period}").format(unit=unit, period=period(component.get("interval", "month")))
    )


def per_interval(component: Mapping[str, Any]) -> str:
    interval = component.get("interval", "month")
    return _("once") if interval == "once" else _("per {period}").format(period=period(interval))


def credit_text(component: Mapping[str, Any], currency: str) -> str:
    """What is paid for the credits, each time they are granted."""
    paid = Decimal(component.get("purchase", "0"))
    every = component.get("every", "once")
    how_often = _("once") if every == "once" else _("every {period}").format(period=period(every))
    return f"{money(paid, currency)} {how_often}" if paid else _("free, {how_often}").format(how_often=how_often)


def commitment_size(component: Mapping[str, Any], currency: str) -> str:
    return money(component["amount"], currency) if component.get("amount") else quantity(component["quantity"])


def included_text(component: Mapping[str, Any], scale: Scale) -> str:
    """ "250 M tokens per month", or "" when nothing is included."""
    included = allowance_of(component)
    if included is None:
        return ""
    unit = scale.unit or several(component)
    return _("{quantity} {unit} per {period}").format(
        quantity=quantity(included / scale.factor),
        unit=unit,
        period=period(component["allowance"].get("reset", "month")),
    )


def several(component: Mapping[str, Any]) -> str:
    """The unit, of more than one: "seats"."""
    return told(plural(str(component.get("unit", "unit"))))
