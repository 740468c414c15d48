"""Reading usage."""

from metering.queries.facts import CatalogFacts, catalog_facts
from metering.queries.history import DailySeries, History, daily_histories, daily_history, daily_totals, data_dates

__all__ = [
    "CatalogFacts",
    "DailySeries",
    "History",
    "catalog_facts",
    "daily_histories",
    "daily_history",
    "daily_totals",
    "data_dates",
]
