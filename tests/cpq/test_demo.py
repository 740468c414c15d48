"""The demo company is there once, and its usage is what the sources say."""

from datetime import date, timedelta

import numpy as np
import pytest
from django.core.management import call_command

from catalog import queries
from core.models import AuditEntry, User
from cpq.demo import catalog, customers, people, usage
from customers.models import Customer
from metering.models import DailyUsage, UsageEvent, UsageImport
from metering.queries import daily_history
from pricing import Series
from tests.factories import AT


@pytest.fixture
def company(db):
    return [step(AT) for step in (people.load, customers.load, catalog.load, usage.load)]


def counts():
    return [model.objects.count() for model in (User, Customer, UsageEvent, DailyUsage, UsageImport, AuditEntry)]


def test_loading_again_changes_nothing(company):
    before = counts()
    assert [step(AT) for step in (people.load, customers.load, catalog.load, usage.load)] == company
    assert counts() == before


def test_every_row_of_usage_was_accepted(company):
    assert list(UsageImport.objects.values_list("duplicates", "rejected")) == [(0, [])] * 3


def test_hartwell_has_weeks_that_end_on_sundays_with_unknown_ones_between(company):
    history = daily_history(Customer.objects.get(slug="hartwell-legal"))
    sonnet = history.series[tokens("sonnet", "input")]
    flash = history.series[tokens("flash", "output")]
    assert history.data_date == date(2026, 11, 15)
    known = np.flatnonzero(~np.isnan(sonnet.values))
    assert set(np.diff(known)) == {7}
    assert len(known) == 25
    assert (sonnet.start + timedelta(days=int(known[0]))).weekday() == 6
    assert sonnet.values[0] == 513_178_291.995
    assert np.count_nonzero(~np.isnan(flash.values)) == 20


def test_image_tenants_have_days_and_true_zeros(company):
    lumen = daily_history(Customer.objects.get(slug="lumen-studio")).series[Series.of("images")]
    assert (lumen.start, len(lumen.values), lumen.values.sum()) == (date(2026, 11, 3), 20, 2733)
    assert 0 in lumen.values
    assert not np.isnan(lumen.values).any()


def test_brightside_is_nearly_new_and_osprey_has_nothing(company):
    brightside = daily_history(Customer.objects.get(slug="brightside-software"))
    assert {len(series.values) for series in brightside.series.values()} == {1}
    assert brightside.series[tokens("flash", "input")].values[0] == 22_361_870
    assert daily_history(Customer.objects.get(slug="osprey-insurance")).series == {}


def test_everyone_with_usage_says_where_it_comes_from(company):
    with_usage = Customer.objects.filter(pk__in=DailyUsage.objects.values("series__customer"))
    assert with_usage.count() == 7
    assert [customer.slug for customer in with_usage if "Source:" not in customer.note_on_data] == []


def test_the_price_book_was_published_by_someone_else(company):
    book = queries.published_book("USD", date(2026, 11, 24))
    assert book.published_by.username == "fay"
    assert User.objects.get(pk=book.author_ids[0]).username == "pia"


def test_the_command_says_what_is_there(db, capsys):
    call_command("demo")
    assert capsys.readouterr().out.startswith(
        "The demo company is there: 8 people, 9 customers, the price book, 2 selling entities, a seal, 502"
    )


def tokens(model: str, direction: str) -> Series:
    return Series.of("tokens", model=model, direction=direction, context="standard", processing="standard")
