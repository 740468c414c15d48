"""The lines of a draft. Each function takes the edit number that the person looked at (default: the object's)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from catalog.models import Meter, Package, PackageComponent, Price
from catalog.rules.points import price_points
from core.errors import Invalid, refuse
from core.models import User
from pricing import InvalidTerms, parse_component
from quotes.actions.edits import claim, settle
from quotes.models import QuoteLine, QuoteVersion
from quotes.rules.components import (
    Component,
    fixed_quantity,
    meter_of,
    renamed,
    with_allowance,
    with_price,
    with_quantity,
)
from quotes.rules.lines import why_not_remove, wrong_fields
from quotes.rules.price_text import Scale


class LineChanges(TypedDict, total=False):
    name: str
    quantity: Decimal
    """Of a line with a fixed quantity; the amount of a credit grant or commitment."""
    allowance: Decimal
    """Included units per reset, in the meter's own unit; 0 for none."""
    discount_percent: Decimal
    prices: Mapping[str, Decimal]
    """Overrides by path and in the unit shown, as in `LineRow.prices`: {"unit": Decimal("2.5")} per M tokens."""


@transaction.atomic
def add_package(
    version: QuoteVersion, *, package: Package, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Add the package's required components as lines, with their default quantities."""
    if package.book_id != version.price_book_id:
        raise Invalid(
            {"package": "This package is from another price book than the quote; choose one of its own book."}
        )
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    parts = list(package.components.filter(required=True).select_related("price").order_by("position"))
    add_lines(fresh, [(part.price, part) for part in parts])
    return settle(fresh, "add_package", by=by, at=at, package=package.code)


@transaction.atomic
def add_price(
    version: QuoteVersion, *, price: Price, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Add a single price of the version's book as the last line."""
    if price.book_id != version.price_book_id:
        raise Invalid({"price": "This price is from another price book than the quote; choose one of its own book."})
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    optional = PackageComponent.objects.filter(price=price, package__in=packages_on(fresh)).select_related("price")
    add_lines(fresh, [(price, optional.first())])
    return settle(fresh, "add_price", by=by, at=at, price=price.key)


def packages_on(version: QuoteVersion) -> Iterable[int]:
    return version.lines.exclude(part=None).values_list("part__package_id", flat=True)


def add_lines(version: QuoteVersion, parts: list[tuple[Price, PackageComponent | None]]) -> None:
    """Append components, under keys that are free on this version."""
    taken, last = set(), 0
    for key, position in version.lines.values_list("key", "position"):
        taken.add(key)
        last = max(last, position)
    components = renamed([start_component(price, part) for price, part in parts], taken)
    QuoteLine.objects.bulk_create(
        QuoteLine(
            version=version,
            position=last + number,
            key=component["key"],
            price=price,
            part=part,
            component=component,
            list_component=component,
        )
        for number, ((price, part), component) in enumerate(zip(parts, components, strict=True), 1)
    )


def start_component(price: Price, part: PackageComponent | None) -> Component:
    component: Component = price.component
    if part is not None and part.default_quantity is not None and fixed_quantity(component) is not None:
        return with_quantity(component, part.default_quantity)
    return component


@transaction.atomic
def edit_line(
    line: QuoteLine, *, by: User, at: datetime, edit_number: int | None = None, **changes: Unpack[LineChanges]
) -> QuoteVersion:
    """Change one line; Invalid names every field that cannot be taken."""
    fresh = claim(line.version, by=by, at=at, edit_number=edit_number)
    mine = QuoteLine.objects.select_related("part").get(pk=line.pk)
    errors = wrong_fields(changes, component=mine.component, part=mine.part)
    if errors:
        raise Invalid(errors)
    before = described(mine)
    mine.component = changed_component(mine.component, changes)
    mine.discount_percent = changes.get("discount_percent", mine.discount_percent)
    mine.save(update_fields=["component", "discount_percent"])
    after = described(mine)
    moved = {name: [before[name], after[name]] for name in after if before.get(name) != after[name]}
    return settle(fresh, "edit_line", by=by, at=at, line=mine.key, changes=moved)


def changed_component(component: Component, changes: LineChanges) -> Component:
    """The component with the changes in it; what the kernel does not take is Invalid by field."""
    if "name" in changes:
        component = {**component, "name": changes["name"].strip()}
    if "quantity" in changes:
        component = with_quantity(component, changes["quantity"])
    if "allowance" in changes:
        component = with_allowance(component, changes["allowance"])
    scale = scale_of(component)
    for path, amount in changes.get("prices", {}).items():
        try:
            component = with_price(component, path, amount / scale.factor if path.endswith("unit") else amount)
        except KeyError:
            raise Invalid({f"prices.{path}": "This line has no such price; load the page again."}) from None
    return parsed(component)


def parsed(component: Component) -> Component:
    """The component as the kernel writes it."""
    try:
        return dict(parse_component(component).model_dump(mode="json"))
    except InvalidTerms as error:
        raise Invalid({path or "component": f"{path} {message}." for path, message in error.problems}) from None


def scale_of(component: Component) -> Scale:
    meter = Meter.objects.filter(code=meter_of(component)).first() if meter_of(component) else None
    return Scale(meter.display_scale, meter.display_unit) if meter and meter.display_unit else Scale()


def described(line: QuoteLine) -> dict[str, Any]:
    """What the audit log compares before and after."""
    prices = {f"price {point.path}": str(point.amount) for point in price_points(line.component)}
    return {
        "name": line.component["name"],
        "quantity": line.component.get("quantity") or line.component.get("amount"),
        "allowance": line.component.get("allowance"),
        "discount_percent": str(line.discount_percent),
        **prices,
    }


@transaction.atomic
def remove_line(line: QuoteLine, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Take the line off the draft."""
    fresh = claim(line.version, by=by, at=at, edit_number=edit_number)
    others = [other.component for other in fresh.lines.exclude(pk=line.pk).order_by("position")]
    refuse(why_not_remove(line.key, others))
    fresh.lines.filter(pk=line.pk).delete()
    renumber(fresh, list(fresh.lines.order_by("position")))
    return settle(fresh, "remove_line", by=by, at=at, line=line.key)


@transaction.atomic
def move_line(line: QuoteLine, *, to: int, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Make it the `to`-th line (from 1); the others close ranks."""
    fresh = claim(line.version, by=by, at=at, edit_number=edit_number)
    lines = list(fresh.lines.order_by("position"))
    if not 1 <= to <= len(lines):
        raise Invalid({"to": f"The quote has the places 1 to {len(lines)}."})
    mine = next(other for other in lines if other.pk == line.pk)
    lines.remove(mine)
    lines.insert(to - 1, mine)
    renumber(fresh, lines)
    return settle(fresh, "move_line", by=by, at=at, line=line.key, to=to)


def renumber(version: QuoteVersion, lines: list[QuoteLine]) -> None:
    """Positions 1, 2, 3, ... in this order; the unique constraint is checked when the transaction ends."""
    for position, line in enumerate(lines, 1):
        line.position = position
    QuoteLine.objects.bulk_update(lines, ["position"])
