"""Forecasts of won deals against what came."""

from datetime import UTC, datetime

import pytest

from quotes.queries.won import won
from tests.factories import make_accepted_quote, make_customer

pytestmark = pytest.mark.django_db
JULY = datetime(2026, 7, 10, 9, 0, tzinfo=UTC)


def test_the_months_since_are_compared_stream_by_stream(ada, django_assert_num_queries):
    contract = make_accepted_quote(at=JULY, customer=make_customer())
    make_accepted_quote(customer=make_customer("late"))
    with django_assert_num_queries(2):
        found = won(ada)
    [deal] = found.deals
    assert (deal.contract, deal.customer, deal.months, deal.count) == (contract.number, "Acme", 3, 6)
    assert 4 <= deal.inside <= 6  # a steady history: most months are inside
    assert abs(deal.error) < 0.1
    assert [f"{month.month:%Y-%m}" for month in found.months] == ["2026-08", "2026-09", "2026-10"]
    assert found.waiting == 1


def test_the_panel_tells_who_may_see_them(ada, eve, dan, client_of):
    make_accepted_quote(at=JULY, customer=make_customer())
    assert "C-2026-0001" in client_of(ada).get("/forecasts/won/").content.decode()
    assert "No deal with a forecast is won yet" in client_of(eve).get("/forecasts/won/").content.decode()
    assert client_of(dan).get("/forecasts/won/").status_code == 404
    assert client_of(ada).post("/forecasts/won/").status_code == 405
