"""Where events are kept. Each storage gives the same totals; tests/metering/storage holds them to it."""

from metering.storage.base import ALL_DAYS, Days, Status, Storage, Total, totals_hash
from metering.storage.postgres import LiveStorage

__all__ = ["ALL_DAYS", "LIVE", "Days", "LiveStorage", "Status", "Storage", "Total", "totals_hash"]

LIVE = LiveStorage()
