"""Reading the catalog."""

from catalog.queries.configurations import configuration, failing_tests, price_slot, slot, slots, slots_of
from catalog.queries.guides import Asked, Proposed, proposals, questions
from catalog.queries.prices import (
    component_of,
    cost_charge,
    kept_contents,
    metered,
    meters,
    package_components,
    packages,
    prices,
    published_book,
    unit_costs,
)

__all__ = [
    "Asked",
    "Proposed",
    "component_of",
    "configuration",
    "cost_charge",
    "failing_tests",
    "kept_contents",
    "metered",
    "meters",
    "package_components",
    "packages",
    "price_slot",
    "prices",
    "proposals",
    "published_book",
    "questions",
    "slot",
    "slots",
    "slots_of",
    "unit_costs",
]
