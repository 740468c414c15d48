"""Portfolios: in chunks, done once, cancelled and resumed without losing what is done."""

from datetime import timedelta

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from core import audit, outbox
from core.errors import Refused
from core.models import OutboxMessage, User
from cpq.celery import app
from customers.models import Customer
from forecasting.actions.portfolio import (
    cancel_portfolio,
    do_chunk,
    resume_portfolio,
    start_nightly,
    start_portfolio,
)
from forecasting.models import PortfolioForecast, PortfolioRun
from forecasting.queries.making import asked
from forecasting.queries.portfolio import alarm, calibration_now, forecast_chunk, progress_of, rows_of
from forecasting.rules import calibration, portfolio
from forecasting.rules.requests import Request
from forecasting.tasks import forecast_all
from tests.forecasting.metered import AT, USUAL, make_customer, make_meter, record_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(ada: User, monkeypatch: pytest.MonkeyPatch) -> list[Customer]:
    """Three customers with usage and one without, two to a chunk."""
    monkeypatch.setattr(portfolio, "CHUNK", 2)
    meter = make_meter()
    found = [make_customer(slug) for slug in ("acme", "beta", "gamma")]
    for customer in found:
        record_days(customer, meter, 100 * USUAL, by=ada, direction="input")
    make_customer("silent")
    return found


def messages() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(topic="portfolio.chunk").order_by("pk"))


def test_every_customer_with_usage_is_forecast_by_the_workers(three: list[Customer], ben: User) -> None:
    run = start_portfolio(by=ben, at=AT)
    assert (run.state, run.customers, len(messages())) == ("running", 3, 2)
    outbox.sweep(at=AT)
    run.refresh_from_db()
    assert (run.state, run.finished_at, progress_of(run).share) == ("done", AT, 1.0)
    assert [one.customer.slug for one in run.forecasts.order_by("customer__slug")] == ["acme", "beta", "gamma"]
    assert audit.history(f"portfolio:{run.pk}").get().verb == "portfolio.start"


def test_a_portfolio_says_how_the_method_did(three: list[Customer], ben: User) -> None:
    assert calibration_now() is None
    run = start_portfolio(by=ben, at=AT)
    outbox.sweep(at=AT)
    found = calibration_now()
    assert found is not None
    assert (found[0], found[1].totals.count) == (run, 36)  # 12 windows of each
    assert [one.label for one in found[1].segments] == ["Startup"]
    rows = rows_of(list(run.forecasts.select_related("customer").order_by("customer__slug")))
    assert [(row.slug, row.label) for row in rows] == [(slug, "Tokens: Input") for slug in ("acme", "beta", "gamma")]
    assert rows[0].total[0] < rows[0].total[1] < rows[0].total[2]


def test_a_customer_gets_the_same_bands_in_any_chunk(
    three: list[Customer], ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_portfolio(by=ben, at=AT)
    outbox.sweep(at=AT)
    monkeypatch.setattr(portfolio, "CHUNK", 3)
    start_portfolio(by=ben, at=AT + timedelta(hours=1))
    outbox.sweep(at=AT + timedelta(hours=1))
    first, second = (
        list(run.forecasts.order_by("customer__slug").values_list("inputs_hash", "bands", "hits"))
        for run in PortfolioRun.objects.order_by("pk")
    )
    assert first == second


@pytest.mark.parametrize("customers", [1, 3])
def test_a_chunk_asks_as_often_however_many_customers(
    customers: int,
    three: list[Customer],
    ben: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(portfolio, "CHUNK", customers)
    chunk = start_portfolio(by=ben, at=AT).chunks.get(number=1)
    with django_assert_num_queries(5):  # the run, its customers, their usage, its meters, others for the young
        assert len(forecast_chunk(chunk)) == customers


def test_a_chunk_delivered_twice_is_done_once(three: list[Customer], ben: User) -> None:
    run = start_portfolio(by=ben, at=AT)
    chunk = run.chunks.get(number=1)
    assert (do_chunk(chunk.pk, at=AT), do_chunk(chunk.pk, at=AT + timedelta(hours=1))) == (True, False)
    chunk.refresh_from_db()
    assert (chunk.done_at, chunk.series, PortfolioForecast.objects.count()) == (AT, 2, 2)


def test_cancelled_keeps_what_is_done_and_resumed_does_the_rest(three: list[Customer], ben: User) -> None:
    run = start_portfolio(by=ben, at=AT)
    first, second = run.chunks.order_by("number")
    do_chunk(first.pk, at=AT)
    cancel_portfolio(run, by=ben, at=AT)
    assert not do_chunk(second.pk, at=AT)
    run.refresh_from_db()
    assert (run.state, PortfolioForecast.objects.count()) == ("cancelled", 2)
    later = AT + timedelta(hours=1)
    resume_portfolio(run, by=ben, at=later)
    assert len(messages()) == 3
    outbox.sweep(at=later)
    run.refresh_from_db()
    assert (run.state, run.finished_at, PortfolioForecast.objects.count()) == ("done", later, 3)


def test_a_finished_one_keeps_its_alarm(three: list[Customer], ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert alarm() == ""
    monkeypatch.setattr(calibration, "AIM", 0.1)  # bands that hold as they should are much too wide then
    start_portfolio(by=ben, at=AT)
    assert alarm() == ""
    outbox.sweep(at=AT)
    assert "they are too wide of late" in alarm()
    assert alarm() == PortfolioRun.objects.get().drift


def test_one_at_a_time(three: list[Customer], ben: User) -> None:
    start_portfolio(by=ben, at=AT)
    with pytest.raises(Refused, match="being forecast already"):
        start_portfolio(by=ben, at=AT)
    assert PortfolioRun.objects.count() == 1


def test_nothing_to_forecast_is_refused(ben: User) -> None:
    make_customer()
    with pytest.raises(Refused, match="No customer has metered usage yet"):
        start_portfolio(by=ben, at=AT)
    assert (PortfolioRun.objects.count(), messages()) == (0, [])


def test_who_sells_does_not_start_or_stop_one(three: list[Customer], ada: User, ben: User) -> None:
    with pytest.raises(Refused, match="deal desk, finance and pricing operations"):
        start_portfolio(by=ada, at=AT)
    assert not PortfolioRun.objects.exists()
    run = start_portfolio(by=ben, at=AT)
    with pytest.raises(Refused):
        cancel_portfolio(run, by=ada, at=AT)
    run.refresh_from_db()
    assert run.state == "running"


def test_a_finished_one_is_neither_cancelled_nor_resumed(three: list[Customer], ben: User) -> None:
    run = start_portfolio(by=ben, at=AT)
    outbox.sweep(at=AT)
    with pytest.raises(Refused, match="only a running one"):
        cancel_portfolio(run, by=ben, at=AT)
    with pytest.raises(Refused, match="nothing is left"):
        resume_portfolio(run, by=ben, at=AT)
    assert len(messages()) == 2


def test_the_clock_starts_one_a_night_and_forgets_the_oldest(
    three: list[Customer], ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forecasting.actions.portfolio.KEPT", 2)
    by_ben = start_portfolio(by=ben, at=AT)
    assert start_nightly(at=AT) is None  # one is running
    outbox.sweep(at=AT)
    nights = []
    for night in range(1, 4):
        nights.append(start_nightly(at=AT + timedelta(days=night)))
        outbox.sweep(at=AT + timedelta(days=night))
    assert not PortfolioRun.objects.filter(pk=by_ben.pk).exists()
    assert list(PortfolioRun.objects.order_by("pk")) == nights
    assert {(one.created_by, one.state) for one in PortfolioRun.objects.all()} == {(None, "done")}
    assert PortfolioForecast.objects.count() == 9


def test_a_night_without_usage_passes(db: None) -> None:
    assert start_nightly(at=AT) is None
    assert not PortfolioRun.objects.exists()


def test_the_clock_calls_every_night() -> None:
    entry = app.conf.beat_schedule["portfolio"]
    assert entry["task"] == forecast_all.name
    assert (entry["schedule"].hour, entry["schedule"].day_of_week) == ({2}, set(range(7)))


def test_the_young_have_company_as_in_a_forecast_of_their_own(ada: User, ben: User) -> None:
    """The same look-alikes, the same inputs, whatever the chunk: two young customers of one kind among older ones."""
    meter = make_meter()
    for n in range(5):
        growth = 100 * 1.02 ** np.arange(40) * (n + 1)
        record_days(make_customer(f"old-{n}"), meter, growth, by=ada, every=7, direction="input")
    young = [make_customer(f"young-{n}") for n in range(2)]
    for customer in young:
        record_days(customer, meter, 100 * np.ones(5), by=ada, every=7, direction="input")
    run = start_portfolio(by=ben, at=AT)
    outbox.sweep(at=AT)
    for customer in young:
        alone = asked(customer, Request(run.start, run.months, n_paths=run.n_paths, replications=1)).inputs
        assert [len(one.peers) for one in alone.series] == [5]
        assert run.forecasts.get(customer=customer).inputs_hash == alone.sha256
