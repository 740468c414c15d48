"""What a meter finds out about an event by itself: derived dimensions, and the action that an outcome belongs to."""

from collections.abc import Iterator, Mapping
from datetime import time
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Discriminator, Field, Tag, TypeAdapter

from catalog.rules.values import Code, Number, Part, Word, plain

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = available_timezones()


def known_zone(name: str) -> str:
    if name not in ZONES:
        raise ValueError(f'there is no time zone "{name}"; use a name such as Europe/Berlin')
    return name


Zone = Annotated[str, AfterValidator(known_zone)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Band(Part):
    """A value of the dimension for numbers up to and including `up_to`; the last band has none."""

    value: Word
    up_to: Number | None = None


class Bands(Part):
    """A dimension from a number in the event: `context` from `input_tokens`."""

    source: Annotated[Word, Field(alias="from")]
    bands: Annotated[list[Band], Field(min_length=1)]

    @property
    def values(self) -> list[str]:
        return [band.value for band in self.bands]

    def value_of(self, number: Decimal) -> str:
        """The value of the first band that the number is in."""
        return next(band.value for band in self.bands if band.up_to is None or number <= band.up_to)


class Window(Part):
    """A value of the dimension from one time of day to another, the later one excluded.

    A window that ends before it begins runs past midnight and belongs to the day it begins on.
    """

    value: Word
    begin: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]
    days: Annotated[list[Day], Field(min_length=1)] = list(DAYS)

    def holds(self, weekday: int, clock: time) -> bool:
        """Whether this moment, in the meter's zone (Monday is 0), lies in the window."""
        begin, end = time.fromisoformat(self.begin), time.fromisoformat(self.end)
        if begin < end:
            return DAYS[weekday] in self.days and begin <= clock < end
        if clock >= begin:
            return DAYS[weekday] in self.days
        return clock < end and DAYS[weekday - 1] in self.days


class Windows(Part):
    """A dimension from the time of day in the meter's zone: peak and off-peak."""

    windows: Annotated[list[Window], Field(min_length=1)]
    otherwise: Word

    @property
    def values(self) -> list[str]:
        return [*(window.value for window in self.windows), self.otherwise]

    def value_of(self, weekday: int, clock: time) -> str:
        """The value of the first window that holds the moment."""
        return next((window.value for window in self.windows if window.holds(weekday, clock)), self.otherwise)


def kind_of(value: Any) -> str:
    """Bands name a number of the event, windows do not."""
    return "bands" if isinstance(value, Bands) or (isinstance(value, Mapping) and "bands" in value) else "windows"


Derivation = Annotated[
    Annotated[Bands, Tag("bands")] | Annotated[Windows, Tag("windows")],
    Discriminator(kind_of),
]


class Outcome(Part):
    """An outcome counts when the action with the same key was at most so many hours before it."""

    action: Code  # a meter
    within_hours: Annotated[int, Field(ge=1, le=24 * 366)]
    key: Word  # the field of both events that ties them together: conversation_id


DERIVED: TypeAdapter[dict[str, Bands | Windows]] = TypeAdapter(dict[Word, Derivation])


def derivations(stored: Mapping[str, Any]) -> dict[str, Bands | Windows]:
    """How a meter derives dimensions that an event does not state, by dimension, from `Meter.derived`."""
    return DERIVED.validate_python(stored)


def outcome_of(stored: Mapping[str, Any] | None) -> Outcome | None:
    """What an outcome meter attributes its events to, from `Meter.outcome`; None for other meters."""
    return Outcome.model_validate(stored) if stored else None


def derivation_problems(name: str, derivation: Bands | Windows, values: list[str]) -> Iterator[str]:
    """What is wrong with the way this dimension is derived."""
    for value in derivation.values:
        if value not in values:
            yield f'the derived value {name}="{value}" is not a value of that dimension; add it.'
    if isinstance(derivation, Windows):
        yield from (
            f"the window {window.value} of {name} begins and ends at {window.begin}; give it a length."
            for window in derivation.windows
            if window.begin == window.end
        )
        return
    *bounded, last = derivation.bands
    if last.up_to is not None:
        yield f'the last band of {name}, "{last.value}", must be without "up_to", so that every number has a band.'
    limits = [band.up_to for band in bounded if band.up_to is not None]
    if len(limits) < len(bounded):
        yield f'only the last band of {name} is without "up_to".'
    for lower, upper in pairwise(limits):
        if upper <= lower:
            yield f"the bands of {name} must rise: {plain(upper)} follows {plain(lower)}."
