from datetime import date

import numpy as np
import pytest

from catalog.models import Meter
from customers.models import Customer
from metering.actions.ingest import record_batch
from metering.queries import daily_history, family_history
from pricing import Series
from tests.factories import make_customer
from tests.metering.events import AT, event, make_acme

INPUT = Series.of("tokens", direction="input")


def record(by, slug, **days):
    events = [
        event(f"{slug}-{day}", subject=slug, value=str(value), time=f"2026-11-{day[1:]}T10:00:00Z")
        for day, value in days.items()
    ]
    assert {answer.status for answer in record_batch(events, by=by, at=AT)} == {"accepted"}


@pytest.fixture
def acme(pia):
    acme = make_acme()
    acme.note_on_data = "From the gateway."
    acme.save()
    child = make_customer("child", history=False, parent=acme, note_on_data="From the gateway.")
    make_customer("grandchild", history=False, parent=child)
    make_customer("stranger", history=False)
    record(pia, "acme", d03=1, d04=2, d06=4)
    record(pia, "child", d02=10, d04=20)
    record(pia, "grandchild", d04=300, d08=0)
    record(pia, "stranger", d04=1000)
    return acme


def test_a_family_is_added_up_over_all_levels_and_gaps_stay(acme):
    history = family_history(acme)
    assert history.series[INPUT].start == date(2026, 11, 2)
    np.testing.assert_array_equal(history.series[INPUT].values, [10, 1, 322, np.nan, 4, np.nan, 0])
    assert history.data_date == date(2026, 11, 8)
    assert history.source_note == "Together: Acme, Child, Grandchild. From the gateway."


def test_each_level_still_has_its_own(acme):
    np.testing.assert_array_equal(daily_history(acme).series[INPUT].values, [1, 2, np.nan, 4])


def test_the_highest_of_a_maximum_counts(acme):
    Meter.objects.filter(code="tokens").update(aggregation="max")
    assert family_history(acme).series[INPUT].values[2] == 300


def test_who_pays_for_nobody_has_its_own_history(acme, django_assert_num_queries):
    low = Customer.objects.get(slug="grandchild")
    with django_assert_num_queries(4):
        alone = family_history(low)
    np.testing.assert_array_equal(alone.series[INPUT].values, daily_history(low).series[INPUT].values)
    assert (alone.source_note, family_history(low, until=date(2026, 11, 1)).series) == ("", {})


def test_a_family_takes_no_more_queries(acme, django_assert_num_queries):
    with django_assert_num_queries(4):
        family_history(acme)
