from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalog.models import Meter
from metering.actions.ingest import record_batch
from metering.models import DailyUsage, Watermark
from metering.queries.streams import complete_through, meters_used, read_streams
from tests.factories import make_customer
from tests.metering.events import AT, event, make_acme

DAY = date(2026, 11, 20)


@pytest.fixture
def acme(pia):
    acme = make_acme()
    record_batch([event("1", value="5"), event("2", value="7", time="2026-11-21T10:00:00Z")], by=pia, at=AT)
    return acme


@pytest.mark.parametrize(("aggregation", "total"), [("sum", 8), ("max", 5), ("latest", 5)])
def test_what_two_storages_know_of_a_day_comes_together(acme, aggregation, total):
    Meter.objects.filter(code="tokens").update(aggregation=aggregation)
    live = DailyUsage.objects.get(day=DAY)
    DailyUsage.objects.create(series_id=live.series_id, day=DAY, storage="bulk", value=3, events=1)
    [stream] = read_streams([acme.pk], DAY, DAY + timedelta(days=1))
    assert stream.days == {DAY: Decimal(total), DAY + timedelta(days=1): Decimal(7)}
    assert (stream.customer_id, stream.meter, stream.dimensions) == (acme.pk, "tokens", {"direction": "input"})


def test_only_the_range_and_the_customers_are_read(acme):
    other = make_customer("umbra", history=False)
    assert read_streams([other.pk], DAY, DAY) == []
    assert read_streams([acme.pk], DAY - timedelta(days=9), DAY - timedelta(days=1)) == []


def test_meters_know_their_first_and_last_day(acme):
    [span] = meters_used([acme.pk])
    assert (span.meter.code, span.first, span.last) == ("tokens", DAY, DAY + timedelta(days=1))


def test_a_family_is_whole_where_its_slowest_living_member_is(acme):
    slow, gone = (make_customer(slug, history=False) for slug in ("slow", "gone"))
    tokens = Meter.objects.get(code="tokens")
    for customer, data_date in (slow, date(2026, 11, 18)), (gone, date(2026, 6, 1)):
        whole = data_date - timedelta(days=2)
        Watermark.objects.create(
            customer=customer, meter=tokens, data_date=data_date, complete_through=whole, recorded_at=AT
        )
    assert complete_through([acme.pk]) == {tokens.pk: date(2026, 11, 19)}
    assert complete_through([acme.pk, slow.pk, gone.pk]) == {tokens.pk: date(2026, 11, 16)}
