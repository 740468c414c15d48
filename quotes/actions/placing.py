"""Putting lines on a draft and keeping the places of lines, sections and notes."""

from collections.abc import Iterable, Sequence

from catalog.models import PackageComponent, Price
from quotes.models import QuoteLine, QuoteVersion
from quotes.rules.components import Component, fixed_quantity, renamed, with_quantity
from quotes.rules.outline import ordered


def part_for(version: QuoteVersion, price: Price) -> PackageComponent | None:
    """The component of a package on the version that this price is."""
    parts = PackageComponent.objects.filter(price=price, package__in=packages_on(version))
    return parts.select_related("price").order_by("package__position").first()


def packages_on(version: QuoteVersion) -> Iterable[int]:
    return version.lines.exclude(part=None).values_list("part__package_id", flat=True)


def add_lines(version: QuoteVersion, parts: list[tuple[Price, PackageComponent | None]], *, rule: str = "") -> None:
    """Append components, under keys that are free on this version. `rule` is the rule that adds them, if one does."""
    places = places_of(version)
    last = max(places.values(), default=0)
    components = renamed([start_component(price, part) for price, part in parts], set(places))
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


def places_of(version: QuoteVersion) -> dict[str, int]:
    """The position of every line and text by its key."""
    texts = {key: text["position"] for key, text in version.texts.items()}
    return {**dict(version.lines.values_list("key", "position")), **texts}


def order_of(version: QuoteVersion) -> list[str]:
    """The keys of lines and texts in their order."""
    return ordered(dict(version.lines.values_list("key", "position")), version.texts)


def arrange(version: QuoteVersion, order: Sequence[str]) -> None:
    """Positions 1, 2, 3, ... in this order; the unique constraint is checked when the transaction ends."""
    place = {key: position for position, key in enumerate(order, 1)}
    lines = [line for line in version.lines.all() if line.position != place[line.key]]
    for line in lines:
        line.position = place[line.key]
    QuoteLine.objects.bulk_update(lines, ["position"])
    texts = {key: {**text, "position": place[key]} for key, text in version.texts.items()}
    if texts != version.texts:
        version.texts = texts
        version.save(update_fields=["texts"])


def close_ranks(version: QuoteVersion) -> None:
    """No place is empty."""
    arrange(version, order_of(version))
