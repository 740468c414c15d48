"""What makes a usage event valid, and the sentence that says why one is not. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeGuard

LARGEST_VALUE = Decimal(10) ** 18
EARLIEST_TIME = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(hours=1)
LONGEST_ID, LONGEST_SOURCE = 200, 120


@dataclass(frozen=True)
class MeterFacts:
    """What a meter demands of its events."""

    code: str
    dimensions: Mapping[str, list[str]]
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """A valid event, ready to be stored."""

    source: str
    event_id: str
    customer: str
    meter: str
    time: datetime
    dimensions: dict[str, str]
    value: Decimal
    unknown: tuple[str, ...] = ()  # "model=opus": kept, and shown


class Rejected(ValueError):
    """An event that cannot be taken; the message names field, limit and fix."""


def read_event(
    raw: Mapping[str, object], *, meters: Mapping[str, MeterFacts], customers: frozenset[str], now: datetime
) -> Event:
    """The event in this CloudEvent: type = meter, subject = customer, data = value and dimensions."""
    if raw.get("specversion", "1.0") != "1.0":
        raise Rejected('specversion: only "1.0" is understood.')
    meter = meters.get(text(raw, "type"))
    if meter is None:
        raise Rejected(f'type: there is no meter "{text(raw, "type")}"; the meters are {", ".join(sorted(meters))}.')
    data = raw.get("data")
    if not isinstance(data, Mapping):
        raise Rejected("data: an object with a value is needed.")
    dimensions, unknown = read_dimensions(data, meter)
    return Event(
        source=text(raw, "source", LONGEST_SOURCE),
        event_id=text(raw, "id", LONGEST_ID),
        customer=read_customer(raw, customers),
        meter=meter.code,
        time=read_time(text(raw, "time"), now),
        dimensions=dimensions,
        value=read_value(data.get("value")),
        unknown=unknown,
    )


def text(raw: Mapping[str, object], name: str, longest: int = 100) -> str:
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
    return isinstance(value, str) and "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def read_customer(raw: Mapping[str, object], customers: frozenset[str]) -> str:
    slug = text(raw, "subject")
    if slug not in customers:
        raise Rejected(f'subject: there is no customer "{slug}".')
    return slug


def read_time(value: str, now: datetime) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise Rejected(f'time: "{value}" is not an ISO 8601 time such as 2026-11-02T10:00:00Z.') from None
    if time.tzinfo is None:
        raise Rejected(f'time: "{value}" names no time zone; add Z for UTC.')
    time = time.astimezone(UTC)
    if time < EARLIEST_TIME:
        raise Rejected(f'time: "{value}" is before {EARLIEST_TIME:%Y-%m-%d}.')
    if time > now + CLOCK_SKEW:
        raise Rejected(f'time: "{value}" is in the future.')
    return time


def read_value(value: object) -> Decimal:
    """An exact number >= 0 with at most 6 decimals."""
    if value is None or value == "":
        raise Rejected("value: missing.")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Rejected("value: a number is needed.")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Rejected(f'value: "{value}" is not a number.') from None
    if not number.is_finite():
        raise Rejected(f'value: "{value}" is not a finite number.')
    if number < 0:
        raise Rejected(f"value: {number} is below 0.")
    if number >= LARGEST_VALUE:
        raise Rejected(f"value: {number} is not below 1E+18.")
    if number != round(number, 6):
        raise Rejected(f"value: {number} has more than 6 decimals.")
    return round(number, 6)


def read_dimensions(data: Mapping[str, object], meter: MeterFacts) -> tuple[dict[str, str], tuple[str, ...]]:
    """Every dimension of the meter, defaults filled in; values the catalog does not know are kept and named."""
    given = {name: value for name, value in data.items() if name != "value"}
    for name in given:
        if name not in meter.dimensions:
            known = ", ".join(meter.dimensions) or "none"
            raise Rejected(f"{name}: {meter.code} has no such dimension; its dimensions: {known}.")
    dimensions, unknown = {}, []
    for name in sorted(meter.dimensions):
        value = given.get(name) or meter.defaults.get(name)
        if value is None:
            raise Rejected(f"{name}: missing; one of {', '.join(meter.dimensions[name])}.")
        if not is_text(value) or len(value) > 80:
            raise Rejected(f"{name}: text of at most 80 characters is needed.")
        dimensions[name] = value
        if value not in meter.dimensions[name]:
            unknown.append(f"{name}={value}")
    return dimensions, tuple(unknown)
