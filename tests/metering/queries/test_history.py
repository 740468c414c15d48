from datetime import date

import numpy as np
import pytest

from catalog.models import Meter
from metering.actions.ingest import record_batch
from metering.models import DailyUsage
from metering.queries import daily_histories, daily_history, daily_totals, history
from pricing import Series
from tests.factories import make_customer
from tests.metering.events import AT, event, make_acme

INPUT, OUTPUT = Series.of("tokens", direction="input"), Series.of("tokens", direction="output")


@pytest.fixture
def acme(pia):
    acme = make_acme()
    acme.note_on_data = "From the test."
    events = [
        event("1", value="10", time="2026-11-02T10:00:00Z"),
        event("2", value="0", time="2026-11-03T10:00:00Z"),
        event("3", value="30", time="2026-11-05T10:00:00Z"),
        event("4", value="7", time="2026-11-09T10:00:00Z", dimensions={"direction": "output"}),
    ]
    record_batch(events, by=pia, at=AT)
    return acme


def test_a_missing_day_is_not_a_zero(acme):
    history = daily_history(acme)
    assert set(history.series) == {INPUT, OUTPUT}
    assert history.series[INPUT].start == date(2026, 11, 2)
    np.testing.assert_array_equal(history.series[INPUT].values, [10, 0, np.nan, 30])
    assert (history.data_date, history.source_note) == (date(2026, 11, 9), "From the test.")


def test_it_can_end_earlier(acme):
    history = daily_history(acme, until=date(2026, 11, 3))
    np.testing.assert_array_equal(history.series[INPUT].values, [10, 0])
    assert history.data_date == date(2026, 11, 3)
    assert OUTPUT not in history.series


def test_no_usage_is_an_empty_history(pia):
    history = daily_history(make_acme())
    assert (history.series, history.data_date) == ({}, None)


def test_another_customers_usage_stays_its_own(acme, pia):
    other = make_customer("umbra", history=False)
    assert daily_history(other).series == {}


def test_it_takes_one_query(acme, django_assert_num_queries):
    with django_assert_num_queries(1):
        daily_history(acme)


def test_the_api_gets_exact_text(acme):
    [first, second] = daily_totals(acme, first=date(2026, 11, 3), last=date(2026, 11, 9), meter="tokens")
    assert first == {
        "meter": "tokens",
        "dimensions": {"direction": "input"},
        "days": [{"day": "2026-11-03", "value": "0"}, {"day": "2026-11-05", "value": "30"}],
    }
    assert second["days"] == [{"day": "2026-11-09", "value": "7"}]
    assert daily_totals(acme, meter="requests") == []


def test_many_customers_are_read_at_once(acme, django_assert_num_queries):
    other = make_customer("umbra", history=False)
    with django_assert_num_queries(1):
        found = daily_histories([acme, other])
    assert found.keys() == {acme.pk, other.pk}
    assert (found[acme.pk].series.keys(), found[acme.pk].data_date) == ({INPUT, OUTPUT}, date(2026, 11, 9))
    assert (found[other.pk].series, found[other.pk].data_date) == ({}, None)
    assert daily_histories([acme], meters=["nothing"])[acme.pk].series == {}


@pytest.mark.parametrize(("aggregation", "first", "text"), [("sum", 15, "15"), ("max", 10, "10")])
def test_two_storages_that_know_of_one_day_come_together(acme, aggregation, first, text):
    Meter.objects.filter(code="tokens").update(aggregation=aggregation)
    [known, *_] = DailyUsage.objects.filter(series__dimensions__direction="input").order_by("day")
    DailyUsage.objects.create(series=known.series, day=known.day, storage="bulk", value=5, events=1)
    np.testing.assert_array_equal(daily_history(acme).series[INPUT].values, [first, 0, np.nan, 30])
    [series, _] = daily_totals(acme)
    assert series["days"][0] == {"day": "2026-11-02", "value": text}


def test_many_customers_are_read_like_one(acme, monkeypatch):
    other = make_customer("umbra", history=False)
    one = daily_history(acme)
    monkeypatch.setattr(history, "MANY", 2)
    many = daily_histories([acme, other])
    assert many[other.pk].series == {}
    np.testing.assert_array_equal(many[acme.pk].series[INPUT].values, one.series[INPUT].values)
