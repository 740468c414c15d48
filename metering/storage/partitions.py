"""One table of events per month, made when its first event comes or ahead of time."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction

PARENT = "metering_usageevent"
MONTHS_AHEAD = 3
MISSING = "SELECT name FROM unnest(%s::text[]) AS wanted (name) WHERE to_regclass(name) IS NULL ORDER BY name"


def ensure_months(months: Iterable[date]) -> list[str]:
    """Make the partitions of these months (first days) that are missing; their names."""
    wanted = {name_of(month): month for month in months}
    with connection.cursor() as cursor:
        cursor.execute(MISSING, [list(wanted)])
        if not cursor.fetchall():
            return []
        # Two writers of a new month's first events: the second waits, and then finds the first one's table.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [PARENT])
        cursor.execute(MISSING, [list(wanted)])
        made = [name for (name,) in cursor.fetchall()]
        for name in made:
            # Attached afterwards, because CREATE TABLE ... PARTITION OF would stop all other writers.
            cursor.execute(f"CREATE TABLE {name} (LIKE {PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
            first, after = wanted[name], month_after(wanted[name])
            cursor.execute(
                f"ALTER TABLE {PARENT} ATTACH PARTITION {name} FOR VALUES FROM ('{first} UTC') TO ('{after} UTC')"
            )
    return made


def prepare_months(today: date) -> list[str]:
    """Have the tables of this month and the next ones ready, so that no writer has to make one."""
    with transaction.atomic():
        return ensure_months(months_ahead(today, MONTHS_AHEAD))


def month_of(time: datetime) -> date:
    """The first day of the (UTC) month that a moment in UTC lies in."""
    return date(time.year, time.month, 1)


def months_ahead(day: date, count: int) -> list[date]:
    """The day's month and those that follow it."""
    months = [day.replace(day=1)]
    while len(months) <= count:
        months.append(month_after(months[-1]))
    return months


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def name_of(month: date) -> str:
    return f"{PARENT}_{month:%Y_%m}"
