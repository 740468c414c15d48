"""Slots: how a request gets a dimension value at metering, by the time of day or by its size.

A price knows dimensions only; what `hours: peak` or `context: over-200000` means is part of the deal too, so it is
written down with the charge that asks for it.
"""

from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from .values import Name, Quantity, Value, plain, refuse

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f'is {name!r}; use a name of the time zone database such as "Europe/Berlin"') from None


def _without_zone(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("has a zone of its own; write it in the zone of the slots, such as 08:30")
    return value


Clock = Annotated[
    time,
    AfterValidator(_without_zone),
    PlainSerializer(lambda value: value.isoformat("auto"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$"}),
]


class TimeSlot(Value):
    """From one time of day up to and without another, which may lie past midnight, on some days (none: every day)."""

    value: Name
    opens: Clock
    closes: Clock
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()

    def holds(self, at: datetime) -> bool:
        """Tell whether a local time lies in the slot; a slot past midnight belongs to the day it opens on."""
        now, today = at.time(), at.weekday()
        if self.opens < self.closes:
            return self.opens <= now < self.closes and self._on(today)
        return (now >= self.opens and self._on(today)) or (now < self.closes and self._on(today - 1))

    def _on(self, weekday: int) -> bool:
        return not self.days or DAYS[weekday % 7] in self.days


class TimeSlots(Value):
    """The value of the first slot that holds the time of a request, else `otherwise`."""

    by: Literal["time"] = "time"
    dimension: Name
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    slots: Annotated[tuple[TimeSlot, ...], Field(min_length=1)]
    otherwise: Name

    def value_of(self, *, size: Decimal, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.zone))
        return next((slot.value for slot in self.slots if slot.holds(local)), self.otherwise)


class SizeSlot(Value):
    """Requests larger than `over`."""

    value: Name
    over: Quantity


class SizeSlots(Value):
    """The value of the last slot that the size of a request exceeds, else `otherwise`: the whole request is in it."""

    by: Literal["size"] = "size"
    dimension: Name
    slots: Annotated[tuple[SizeSlot, ...], Field(min_length=1)]
    otherwise: Name

    @model_validator(mode="after")
    def _sizes_rise(self) -> "SizeSlots":
        low, problems = None, []
        for n, slot in enumerate(self.slots):
            if low is not None and slot.over <= low:
                problems.append((f"slots[{n}].over", f"is {plain(slot.over)}; it must be more than {plain(low)}"))
            low = slot.over
        refuse(problems)
        return self

    def value_of(self, *, size: Decimal, at: datetime) -> str:
        exceeded = (slot.value for slot in reversed(self.slots) if size > slot.over)
        return next(exceeded, self.otherwise)


Slots = Annotated[TimeSlots | SizeSlots, Field(discriminator="by")]
