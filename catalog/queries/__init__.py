"""Reading the catalog."""

from catalog.queries.prices import (
    component_of,
    cost_charge,
    metered,
    meters,
    package_components,
    packages,
    prices,
    published_book,
    unit_costs,
)

__all__ = [
    "component_of",
    "cost_charge",
    "metered",
    "meters",
    "package_components",
    "packages",
    "prices",
    "published_book",
    "unit_costs",
]
