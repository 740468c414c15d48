"""Until when: "valid until 31 December" means the end of that day in the seller's named zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant after the day, in UTC: what is earlier is in time, what is at or after it is too late."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def today(at: datetime, zone: str) -> date:
    """The calendar day that people in the zone are living in."""
    return at.astimezone(ZoneInfo(zone)).date()
