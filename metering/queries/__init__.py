"""Reading usage."""

from metering.queries.family import family_history
from metering.queries.history import (
    DailySeries,
    History,
    customers_with_usage,
    daily_histories,
    daily_history,
    daily_totals,
)
from metering.storage.facts import CatalogFacts, catalog_facts

__all__ = [
    "CatalogFacts",
    "DailySeries",
    "History",
    "catalog_facts",
    "customers_with_usage",
    "daily_histories",
    "daily_history",
    "daily_totals",
    "family_history",
]
