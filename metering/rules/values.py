"""The fields of an event, one by one: what each must look like, and the sentence that says why it does not. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeGuard

LARGEST_VALUE = Decimal(10) ** 18
SMALLEST_STEP = Decimal("0.000001")
EARLIEST_TIME = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(hours=1)


class Rejected(ValueError):
    """An event that cannot be taken; the message names field, limit and fix."""


def read_text(raw: Mapping[str, object], name: str, longest: int = 100) -> str:
    """The text under this name, which must not be empty."""
    value = raw.get(name)
    if value is None or value == "":
        raise Rejected(f"{name}: missing.")
    if not is_text(value):
        raise Rejected(f"{name}: text is needed.")
    if len(value) > longest:
        raise Rejected(f"{name}: at most {longest} characters, these are {len(value)}.")
    return value


def is_text(value: object) -> TypeGuard[str]:
    """Whether this is text that PostgreSQL can hold: no NUL, no half of a surrogate pair."""
    return (
        isinstance(value, str)
        and "\x00" not in value
        and (value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value))
    )


def read_time(value: str, now: datetime) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise Rejected(f'time: "{value}" is not an ISO 8601 time such as 2026-11-02T10:00:00Z.') from None
    if time.tzinfo is None:
        raise Rejected(f'time: "{value}" names no time zone; add Z for UTC, or give the mapping of its file a zone.')
    try:
        time = time.astimezone(UTC)
    except OverflowError:
        raise Rejected(f'time: "{value}" is before {EARLIEST_TIME:%Y-%m-%d}, or in the future.') from None
    if time < EARLIEST_TIME:
        raise Rejected(f'time: "{value}" is before {EARLIEST_TIME:%Y-%m-%d}.')
    if time > now + CLOCK_SKEW:
        raise Rejected(f'time: "{value}" is in the future.')
    return time


def read_number(value: object, name: str, *, below_zero: bool = False) -> Decimal:
    """An exact number with at most 6 decimals, not below 0 unless allowed."""
    if value is None or value == "":
        raise Rejected(f"{name}: missing.")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Rejected(f"{name}: a number is needed.")
    try:
        number = Decimal(value if isinstance(value, int) else str(value).strip())
    except InvalidOperation:
        raise Rejected(f'{name}: "{value}" is not a number.') from None
    if not number.is_finite():
        raise Rejected(f'{name}: "{value}" is not a finite number.')
    if number < 0 and not below_zero:
        raise Rejected(f"{name}: {number} is below 0.")
    if abs(number) >= LARGEST_VALUE:
        raise Rejected(f"{name}: {number} is not below 1E+18.")
    exact = number.quantize(SMALLEST_STEP)
    if number != exact:
        raise Rejected(f"{name}: {number} has more than 6 decimals.")
    return exact
