"""Putting lines on a draft and keeping their places."""

from collections.abc import Iterable

from catalog.models import PackageComponent, Price
from quotes.models import QuoteLine, QuoteVersion
from quotes.rules.components import Component, fixed_quantity, renamed, with_quantity


def part_for(version: QuoteVersion, price: Price) -> PackageComponent | None:
    """The component of a package on the version that this price is."""
    parts = PackageComponent.objects.filter(price=price, package__in=packages_on(version))
    return parts.select_related("price").order_by("package__position").first()


def packages_on(version: QuoteVersion) -> Iterable[int]:
    return version.lines.exclude(part=None).values_list("part__package_id", flat=True)


def add_lines(version: QuoteVersion, parts: list[tuple[Price, PackageComponent | None]], *, rule: str = "") -> None:
    """Append components, under keys that are free on this version. `rule` is the rule that adds them, if one does."""
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
            rule=rule,
        )
        for number, ((price, part), component) in enumerate(zip(parts, components, strict=True), 1)
    )


def start_component(price: Price, part: PackageComponent | None) -> Component:
    component: Component = price.component
    if part is not None and part.default_quantity is not None and fixed_quantity(component) is not None:
        return with_quantity(component, part.default_quantity)
    return component


def renumber(version: QuoteVersion, lines: list[QuoteLine]) -> None:
    """Positions 1, 2, 3, ... in this order; the unique constraint is checked when the transaction ends."""
    for position, line in enumerate(lines, 1):
        line.position = position
    QuoteLine.objects.bulk_update(lines, ["position"])
