"""What every source of usage offers, and how it is configured.

Sources are listed in a YAML file (`USAGE_SOURCES`). It names the environment variable that holds a secret, never the
secret itself; the database keeps how far each source was read.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SecretStr

DAY = timedelta(days=1)
NOON = timedelta(hours=12)
LONGEST_KEY = 150


class Window(NamedTuple):
    """From a moment, included, to another one, excluded; whole days in UTC for sources of daily totals."""

    start: datetime
    end: datetime


class Reading(NamedTuple):
    """What a source says: an event, under a key that stands for the same fact whenever it is read again."""

    key: str
    raw: Mapping[str, Any]


class PagesExpired(Exception):
    """The token of the next page is no longer good: the window must be read from its beginning."""


class SourceFailed(Exception):
    """The source said no, or did not answer after several tries; the sentence is shown to a person."""


class MeterMap(BaseModel):
    """Which of our meters their figures are of, and what their groups are to us."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    meter: str
    dimensions: dict[str, str] = {}  # theirs -> ours
    constants: dict[str, str] = {}  # ours -> value

    def data(self, value: Decimal | int | str, groups: Mapping[str, str | None]) -> dict[str, str]:
        named = {ours: groups.get(theirs) for theirs, ours in self.dimensions.items()}
        return {"value": f"{value}", **{name: text for name, text in named.items() if text}, **self.constants}


class Source(BaseModel):
    """A configured source. Sources of daily totals may revise a day; the others give events with ids of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    gives_totals: ClassVar[bool] = True
    span: ClassVar[timedelta] = timedelta(days=31)  # how much is asked for at once

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: str
    secret: SecretStr
    start: date
    every_minutes: Annotated[int, Field(ge=1)] = 60
    settle_days: Annotated[int, Field(ge=0, le=60)] = 3  # so many days are read again each time
    customers: dict[str, str] = {}  # theirs -> slug; what is not named is its own slug
    timeout: Annotated[float, Field(gt=0, le=600)] = 30

    def pages(self, window: Window) -> Iterator[list[Reading]]:
        """Everything the source knows of the window, page by page."""
        raise NotImplementedError

    def meters_fed(self) -> set[str]:
        """Codes of our meters, as far as they are known without asking."""
        return set()

    def slug(self, theirs: str) -> str:
        return self.customers.get(theirs, theirs)

    def total(self, subject: str, day: datetime, mapped: MeterMap, data: Mapping[str, str]) -> Reading:
        """The total of one day as an event at its noon, so that it is the same day in every meter's zone."""
        parts = [mapped.meter, *(f"{name}={value}" for name, value in sorted(data.items()) if name != "value")]
        key = "/".join([day.date().isoformat(), subject, *parts])
        raw = {"type": mapped.meter, "subject": subject, "time": (day + NOON).isoformat(), "data": dict(data)}
        return Reading(key, raw)
