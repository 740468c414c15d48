"""The plain form of a book, as the rules see it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from catalog.rules.configuration import Configuration, Offered, Rule


def configuration_of(book: Mapping[str, Any]) -> Configuration:
    """The rules of a book in its plain form, with its prices and the groups of its packages."""
    groups: dict[str, list[str]] = {}
    starts: dict[str, Decimal] = {}
    for package in book.get("packages", []):
        for entry in package.get("components", []):
            if "group" in entry:
                groups.setdefault(entry["group"], []).append(entry["price"])
            if "default" in entry:
                starts.setdefault(entry["price"], Decimal(entry["default"]))
    components = {price["component"]["key"]: price["component"] for price in book.get("prices", [])}
    return Configuration(
        rules=tuple(Rule.model_validate(rule) for rule in book.get("rules", [])),
        prices={key: Offered(name_of(one), starts.get(key, quantity_of(one))) for key, one in components.items()},
        groups={group: tuple(dict.fromkeys(keys)) for group, keys in groups.items()},
    )


def name_of(component: Mapping[str, Any]) -> str:
    return str(component.get("name") or component["key"])


def quantity_of(component: Mapping[str, Any]) -> Decimal:
    """How many a component brings; 1 for what is metered, the amount of a credit grant or commitment."""
    if component["kind"] == "charge":
        return Decimal(component["quantity"].get("value", 1))
    return Decimal(component.get("amount") or component.get("quantity") or 1)
