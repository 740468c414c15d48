"""What makes a usage event valid, and the sentence that says why one is not. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from catalog.rules.meters import Bands, Outcome, Windows
from metering.rules.values import Rejected, is_text, read_number, read_text, read_time

LONGEST_ID, LONGEST_SOURCE, LONGEST_DIMENSION, LONGEST_ITEM, LONGEST_REASON = 200, 120, 80, 200, 200


@dataclass(frozen=True)
class MeterFacts:
    """What a meter demands of its events, and what it finds out about them by itself."""

    code: str
    dimensions: Mapping[str, list[str]]
    defaults: Mapping[str, str] = field(default_factory=dict)
    aggregation: str = "sum"
    value_field: str = "value"
    zone: str = "UTC"
    derived: Mapping[str, Bands | Windows] = field(default_factory=dict)
    outcome: Outcome | None = None
    action_key: str = ""  # the field that outcomes of another meter name this meter's events by

    @cached_property
    def extras(self) -> frozenset[str]:
        """Fields of `data` that are no dimensions."""
        numbers = {one.source for one in self.derived.values() if isinstance(one, Bands)}
        keys = {self.value_field, "value", self.outcome_field} - {""}
        return frozenset(numbers | keys)

    @cached_property
    def outcome_field(self) -> str:
        return self.outcome.key if self.outcome else self.action_key


class Event(NamedTuple):
    """A valid event, ready to be stored. `day` is the day in the meter's zone."""

    source: str
    event_id: str
    customer: str
    meter: str
    time: datetime
    day: date
    dimensions: dict[str, str]
    value: Decimal
    item: str = ""  # what a meter of different values counts
    outcome_key: str = ""  # ties an outcome to its action
    unknown: tuple[str, ...] = ()  # "model=opus": kept, and shown


class Void(NamedTuple):
    """Takes the event `target_id` of the same source back, whichever of the two arrives first."""

    source: str
    event_id: str
    target_id: str
    reason: str
    time: datetime


def key_of(source: str, event_id: str) -> str:
    """One key for one (source, id), as 32 hex digits. The length in front keeps ("a", "bc") and ("ab", "c") apart."""
    return hashlib.sha256(f"{len(source)}:{source}{event_id}".encode()).hexdigest()[:32]


def read_event(
    raw: Mapping[str, object], *, meters: Mapping[str, MeterFacts], customers: Collection[str], now: datetime
) -> Event | Void:
    """What is in this CloudEvent: type = meter, subject = customer, data = value and dimensions; or a void."""
    if raw.get("specversion", "1.0") != "1.0":
        raise Rejected('specversion: only "1.0" is understood.')
    data = raw.get("data")
    if isinstance(data, dict) and "voids" in data:
        return read_void(raw, data, now)
    meter = meters.get(read_text(raw, "type"))
    if meter is None:
        raise Rejected(f'type: there is no meter "{raw["type"]}"; the meters are {", ".join(sorted(meters))}.')
    if not isinstance(data, dict):
        raise Rejected("data: an object with a value is needed.")
    time = read_time(read_text(raw, "time"), now)
    local = time.astimezone(ZoneInfo(meter.zone)) if meter.zone != "UTC" else time
    dimensions, unknown = read_dimensions(data, meter, local)
    return Event(
        source=read_text(raw, "source", LONGEST_SOURCE),
        event_id=read_text(raw, "id", LONGEST_ID),
        customer=read_customer(raw, customers),
        meter=meter.code,
        time=time,
        day=local.date(),
        dimensions=dimensions,
        value=read_value(data, meter),
        item=read_name(data, meter.value_field) if meter.aggregation == "unique" else "",
        outcome_key=read_name(data, meter.outcome_field) if meter.outcome_field else "",
        unknown=unknown,
    )


def read_void(raw: Mapping[str, object], data: Mapping[str, object], now: datetime) -> Void:
    """A void names an event of its own source; type and subject say nothing more."""
    source, event_id = read_text(raw, "source", LONGEST_SOURCE), read_text(raw, "id", LONGEST_ID)
    target_id = read_text(data, "voids", LONGEST_ID)
    if target_id == event_id:
        raise Rejected("voids: an event cannot take itself back; name the id of another one.")
    reason = data.get("reason") or ""
    if not is_text(reason) or len(reason) > LONGEST_REASON:
        raise Rejected(f"reason: text of at most {LONGEST_REASON} characters is needed.")
    return Void(source, event_id, target_id, reason, read_time(read_text(raw, "time"), now))


def read_customer(raw: Mapping[str, object], customers: Collection[str]) -> str:
    slug = read_text(raw, "subject")
    if slug not in customers:
        raise Rejected(f'subject: there is no customer "{slug}".')
    return slug


def read_value(data: Mapping[str, object], meter: MeterFacts) -> Decimal:
    """The number that is added up or compared; 1 where the meter counts and the event says nothing else."""
    if meter.aggregation == "unique":
        return Decimal(1)
    given = data.get(meter.value_field)
    if given is None and (meter.aggregation == "count" or meter.outcome):
        return Decimal(1)
    # Below zero: a correction of a sum, an outcome that is taken back.
    return read_number(given, meter.value_field, below_zero=meter.aggregation == "sum" or meter.outcome is not None)


def read_name(data: Mapping[str, object], name: str) -> str:
    """The text or whole number under this name: a user, a conversation."""
    value = data.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise Rejected(f"{name}: missing.")
    if not is_text(value) or len(value) > LONGEST_ITEM:
        raise Rejected(f"{name}: text of at most {LONGEST_ITEM} characters is needed.")
    return value


def read_dimensions(
    data: Mapping[str, object], meter: MeterFacts, local: datetime
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Every dimension of the meter: as stated, derived, or by default; values the catalog does not know are kept."""
    for name in data:
        if name not in meter.dimensions and name not in meter.extras:
            known = ", ".join(meter.dimensions) or "none"
            raise Rejected(f"{name}: {meter.code} has no such dimension; its dimensions: {known}.")
    dimensions, unknown = {}, []
    for name in sorted(meter.dimensions):
        value = data.get(name) or derive(name, data, meter, local) or meter.defaults.get(name)
        if value is None:
            raise Rejected(f"{name}: missing; one of {', '.join(meter.dimensions[name])}.")
        if not is_text(value) or len(value) > LONGEST_DIMENSION:
            raise Rejected(f"{name}: text of at most {LONGEST_DIMENSION} characters is needed.")
        dimensions[name] = value
        if value not in meter.dimensions[name]:
            unknown.append(f"{name}={value}")
    return dimensions, tuple(unknown)


def derive(name: str, data: Mapping[str, object], meter: MeterFacts, local: datetime) -> str | None:
    """The dimension's value from a number of the event or from its time of day, if the meter derives it."""
    rule = meter.derived.get(name)
    if rule is None:
        return None
    if isinstance(rule, Windows):
        return rule.value_of(local.weekday(), local.time())
    given = data.get(rule.source)
    return None if given is None else rule.value_of(read_number(given, rule.source))
