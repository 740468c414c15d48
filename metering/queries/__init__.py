"""Reading usage."""

from metering.queries.family import family_history
from metering.queries.history import DailySeries, History, daily_histories, daily_history, daily_totals, data_dates
from metering.storage.facts import CatalogFacts, catalog_facts

__all__ = [
    "CatalogFacts",
    "DailySeries",
    "History",
    "catalog_facts",
    "daily_histories",
    "daily_history",
    "daily_totals",
    "data_dates",
    "family_history",
]
