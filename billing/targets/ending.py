"""What ending a contract early has in common, whoever bills it."""

from datetime import UTC, date, datetime, time

from pricing.periods import month_after

LONGEST = 1200


def whole(start: date, on: date, months: int) -> bool:
    """Whether whole intervals of so many months lie between the days: nothing was billed ahead beyond the second."""
    return any(month_after(start, n) == on for n in range(months, LONGEST, months))


def moment(on: date) -> int:
    """The beginning of the day in UTC, as the seconds that vendors count in."""
    return int(datetime.combine(on, time(), UTC).timestamp())


def day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
