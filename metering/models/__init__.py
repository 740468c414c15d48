from metering.models.events import Attribution, EventKey, UsageEvent, UsageVoid
from metering.models.history import HistoryPart, HomeDay
from metering.models.imports import UsageImport
from metering.models.sources import SourceReading, UsageSource
from metering.models.totals import DailyUsage, Series, SourceDay, Watermark

__all__ = [
    "Attribution",
    "DailyUsage",
    "EventKey",
    "HistoryPart",
    "HomeDay",
    "Series",
    "SourceDay",
    "SourceReading",
    "UsageEvent",
    "UsageImport",
    "UsageSource",
    "UsageVoid",
    "Watermark",
]
