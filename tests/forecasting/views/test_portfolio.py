"""The forecasts page: calibration, runs, progress; who may start, stop and resume."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core import outbox
from core.models import User
from forecasting.actions.portfolio import start_portfolio
from forecasting.models import PortfolioRun
from tests.forecasting.metered import AT, USUAL, make_customer, make_meter, record_days

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def customers(count: int, ada: User) -> None:
    meter = make_meter(name="Tokens")
    for n in range(count):
        record_days(make_customer(f"acme-{n}"), meter, 100 * USUAL, by=ada, direction="input")


def test_before_the_first_run_it_says_what_to_do(ben: User, client_of: SignIn) -> None:
    html = client_of(ben).get("/forecasts/").content.decode()
    assert "Not measured yet" in html


@pytest.mark.parametrize("count", [1, 3])
def test_calibration_by_horizon_segment_and_window(
    ada: User, ben: User, client_of: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customers(count, ada)
    start_portfolio(by=ben, at=AT)
    outbox.sweep(at=AT)
    client = client_of(ben)
    with django_assert_num_queries(6):  # session, person, runs, chunks, newest run, its forecasts
        html = client.get("/forecasts/").content.decode()
    for text in (
        "By horizon",
        "Days 1 to 7",
        "By segment",
        "Startup",
        "By calendar window",
        "Nov 2026",
        f"of {12 * count} windows",
    ):
        assert text in html


@pytest.mark.parametrize("count", [1, 3])
def test_a_run_shows_its_progress_and_what_it_found(
    ada: User, ben: User, client_of: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customers(count, ada)
    run = start_portfolio(by=ben, at=AT)
    client, url = client_of(ben), f"/forecasts/runs/{run.pk}/"
    assert f"0 of {count} customers" in client.get(url).content.decode()
    outbox.sweep(at=AT)
    with django_assert_num_queries(7):  # session, person, run, chunks, count, forecasts, meters
        html = client.get(url).content.decode()
    assert f"{count} of {count} customers" in html
    assert html.count("row-link") == count
    assert "every 2s" not in html


def test_a_running_run_looks_again_by_itself(ada: User, ben: User, client_of: SignIn) -> None:
    customers(1, ada)
    run = start_portfolio(by=ben, at=AT)
    part = client_of(ben).get(f"/forecasts/runs/{run.pk}/", headers=HTMX).content.decode()
    assert part.lstrip().startswith('<div class="stack stack--6" id="progress"')
    assert "every 2s" in part


def test_ben_starts_cancels_and_resumes(ada: User, ben: User, client_of: SignIn) -> None:
    customers(1, ada)
    client = client_of(ben)
    answer = client.post("/forecasts/runs/")
    run = PortfolioRun.objects.get()
    url = f"/forecasts/runs/{run.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (303, url)
    assert client.post(f"{url}cancellation/").status_code == 303
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert "Resume" in client.get(url).content.decode()
    assert client.post(f"{url}resumption/", headers=HTMX).headers["HX-Redirect"] == url
    run.refresh_from_db()
    assert run.state == "running"


@pytest.mark.parametrize("what", ["", "cancellation/", "resumption/"])
def test_who_may_not_changes_nothing(ada: User, ben: User, dan: User, client_of: SignIn, what: str) -> None:
    customers(1, ada)
    run = start_portfolio(by=ben, at=AT)
    url = f"/forecasts/runs/{run.pk}/{what}" if what else "/forecasts/runs/"
    before = PortfolioRun.objects.values().get()
    assert client_of(dan).post(url).status_code == 404
    assert client_of(ada).post(url).status_code == 409
    assert client_of(ada).get(url).status_code == 405
    assert PortfolioRun.objects.values().get() == before


@pytest.mark.parametrize("url", ["/forecasts/", "/forecasts/runs/1/"])
def test_strangers_get_404(dan: User, client_of: SignIn, url: str) -> None:
    assert client_of(dan).get(url).status_code == 404


@pytest.mark.parametrize(("held", "title"), [(10, "The bands drift"), (24, "No drift")])
def test_the_page_raises_the_alarm_when_bands_hold_too_rarely(
    ada: User, ben: User, client_of: SignIn, held: int, title: str
) -> None:
    customers(1, ada)
    run = start_portfolio(by=None, at=AT)
    outbox.sweep(at=AT)
    [found] = run.forecasts.all()
    run.forecasts.update(hits={**found.hits, "totals": [["2026-09", 30, 30], ["2026-10", held, 30]]})
    html = client_of(ben).get("/forecasts/").content.decode()
    assert [text for text in ("The bands drift", "No drift") if text in html] == [title]
    assert "Every night" in html
