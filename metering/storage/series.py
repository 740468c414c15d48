"""Finding the series that events belong to, and beginning those that are new."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from metering.rules.events import Event
from metering.storage.base import json_key

FIND = """
SELECT wanted.customer, wanted.meter, wanted.dimensions, series.id, customer.id, meter.id, meter.aggregation,
       meter.outcome IS NOT NULL
  FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted (customer, meter, dimensions)
  JOIN customers_customer customer ON customer.slug = wanted.customer
  JOIN catalog_meter meter ON meter.code = wanted.meter
  LEFT JOIN metering_series series
         ON series.customer_id = customer.id AND series.meter_id = meter.id
        AND series.dimensions = wanted.dimensions::jsonb
"""
BEGIN = """
INSERT INTO metering_series (customer_id, meter_id, dimensions)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) ON CONFLICT DO NOTHING
"""

Name = tuple[str, str, str]  # customer, meter, dimensions as JSON text


class Stream(NamedTuple):
    """A series as a writer needs to know it."""

    id: int
    customer_id: int
    meter_id: int
    aggregation: str
    is_outcome: bool

    @property
    def adds_up(self) -> bool:
        """Whether an event changes its day by an amount that does not depend on the day's other events."""
        return self.aggregation in ("sum", "count") and not self.is_outcome


def name_of(event: Event) -> Name:
    return event.customer, event.meter, json_key(event.dimensions)


def streams_of(names: Iterable[Name]) -> dict[Name, Stream]:
    """The stream of each name, begun where there was none."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    found = find(wanted)
    missing = [(row.customer_id, row.meter_id, name[2]) for name, row in found.items() if row.id is None]
    if missing:
        with connection.cursor() as cursor:
            # In one order, so that two writers of the same new series never wait for each other in a circle.
            cursor.execute(BEGIN, [list(column) for column in zip(*sorted(missing), strict=True)])
        found = find(wanted)
    return found


def find(wanted: list[Name]) -> dict[Name, Stream]:
    with connection.cursor() as cursor:
        cursor.execute(FIND, [list(column) for column in zip(*wanted, strict=True)])
        return {row[:3]: Stream(*row[3:]) for row in cursor.fetchall()}
