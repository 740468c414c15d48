"""Moving the watermark of each customer and meter when events arrive, late ones too."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import connection

from metering.rules.events import Event
from metering.rules.watermarks import arrival

KNOWN = """
SELECT customer.slug, meter.code, mark.complete_through
  FROM metering_watermark mark
  JOIN customers_customer customer ON customer.id = mark.customer_id
  JOIN catalog_meter meter ON meter.id = mark.meter_id
  JOIN unnest(%s::text[], %s::text[]) AS touched (customer, meter)
    ON touched.customer = customer.slug AND touched.meter = meter.code
 ORDER BY customer.id, meter.id
   FOR UPDATE OF mark
"""
MOVE = """
INSERT INTO metering_watermark AS known
       (customer_id, meter_id, data_date, complete_through, events, late_events, revised_from, revised_at, recorded_at)
SELECT customer.id, meter.id, new.data_date, new.complete_through, new.events, new.late_events, new.revised_from,
       CASE WHEN new.late_events > 0 THEN %s::timestamptz END, %s
  FROM unnest(%s::text[], %s::text[], %s::date[], %s::date[], %s::bigint[], %s::bigint[], %s::date[])
       AS new (customer, meter, data_date, complete_through, events, late_events, revised_from)
  JOIN customers_customer customer ON customer.slug = new.customer
  JOIN catalog_meter meter ON meter.code = new.meter
 ORDER BY customer.id, meter.id
    ON CONFLICT (customer_id, meter_id) DO UPDATE
   SET data_date = greatest(known.data_date, excluded.data_date),
       complete_through = greatest(known.complete_through, excluded.complete_through),
       events = known.events + excluded.events,
       late_events = known.late_events + excluded.late_events,
       revised_from = coalesce(excluded.revised_from, known.revised_from),
       revised_at = coalesce(excluded.revised_at, known.revised_at),
       recorded_at = excluded.recorded_at
"""


def move_watermarks(events: Iterable[Event], *, at: datetime) -> None:
    """Say how far the usage in these newly recorded events is known. Runs inside the caller's transaction."""
    days = defaultdict[tuple[str, str], Counter[date]](Counter)
    for event in events:
        days[event.customer, event.meter][event.day] += 1
    move_days(days, at=at)


def move_days(days: Mapping[tuple[str, str], Counter[date]], *, at: datetime) -> None:
    """The same for new events that were counted by customer, meter and day."""
    if not days:
        return
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(column) for column in zip(*days, strict=True)])
        known = {(customer, meter): complete for customer, meter, complete in cursor.fetchall()}
        rows = [(*name, *arrival(counts, known.get(name))) for name, counts in days.items()]
        cursor.execute(MOVE, [at, at, *(list(column) for column in zip(*rows, strict=True))])
