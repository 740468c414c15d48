from datetime import UTC, date, datetime

import pytest
from django.db import connection

from metering.models import UsageEvent
from metering.storage import LIVE
from metering.storage.partitions import ensure_months, month_of, months_ahead, prepare_months
from metering.tasks import make_months
from tests.metering.storage.meters import AT, fact, make_meters

pytestmark = pytest.mark.django_db


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'metering_usageevent'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def test_a_months_table_is_made_with_its_first_event():
    make_meters()
    before = partitions()
    times = ("2019-12-31T23:59:59Z", "2020-01-01T00:00Z", "2020-01-31T00:00Z")
    LIVE.record([fact(time, time=time) for time in times], at=AT)
    assert partitions() - before == {"metering_usageevent_2019_12", "metering_usageevent_2020_01"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM metering_usageevent_2020_01")
        assert cursor.fetchone() == (2,)
    assert UsageEvent.objects.count() == 3


def test_tables_are_made_once():
    assert ensure_months([date(2019, 5, 1)]) == ["metering_usageevent_2019_05"]
    assert ensure_months([date(2019, 5, 1)]) == []


def test_the_next_months_are_ready_before_they_begin():
    made = prepare_months(date(2031, 11, 15))
    assert made == [f"metering_usageevent_{month}" for month in ("2031_11", "2031_12", "2032_01", "2032_02")]


def test_the_beat_prepares_months():
    make_months()
    today = datetime.now(UTC).date()
    assert partitions() >= {f"metering_usageevent_{month:%Y_%m}" for month in months_ahead(today, 3)}


def test_every_month_of_a_year_follows_its_former_one():
    months = months_ahead(date(2027, 1, 31), 12)
    assert months == [date(2027, month, 1) for month in range(1, 13)] + [date(2028, 1, 1)]
    assert month_of(datetime(2027, 1, 31, 23, 59, tzinfo=UTC)) == date(2027, 1, 1)
