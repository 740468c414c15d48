"""What won deals earn against what was promised, rated on what was used."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from catalog.queries import unit_costs
from metering.models import DailyUsage
from pricing import Terms, rate
from quotes.models import VersionMargin
from quotes.queries import margins_since as room
from quotes.queries.margins import cost_of
from quotes.queries.margins_since import margins_since
from tests.factories import make_accepted_quote, make_customer

pytestmark = pytest.mark.django_db
JULY = datetime(2026, 7, 10, 9, 0, tzinfo=UTC)
URL = "/approvals/analytics/margins/"


@pytest.fixture
def contract():
    return make_accepted_quote(at=JULY, customer=make_customer())


def test_a_contract_is_rated_on_what_was_used(contract, ben, monkeypatch):
    """Bill and cost are those of the one engine, over the months that are over and fully known."""
    seen = {}
    monkeypatch.setattr(
        room, "rate", lambda terms, usage, lines: seen.update(usage=usage) or rate(terms, usage, lines=lines)
    )
    [deal] = margins_since(ben).deals
    terms, usage = Terms.parse(contract.terms), seen["usage"]
    bill = rate(terms, usage).net[0, :3]
    cost = cost_of(terms, usage, unit_costs(contract.version.price_book))[0, :3]
    assert (deal.contract, deal.months, deal.currency) == (contract.number, 3, "USD")
    assert deal.bill == sum(bill)
    assert abs(deal.earned - (sum(bill) - sum(cost))) < Decimal("0.01")
    assert deal.percent == pytest.approx(float(100 * (sum(bill) - sum(cost)) / sum(bill)))
    facts = VersionMargin.objects.get().priced["facts"]
    assert [str(deal.promised.p10), str(deal.promised.p90)] == [facts["margin_p10"], facts["margin_p90"]]
    assert abs(deal.off) < 10  # a steady history
    assert 0 <= deal.inside <= 3


def test_usage_is_what_was_counted_in_the_contracts_own_months(contract, ben):
    before = margins_since(ben).deals[0]
    DailyUsage.objects.update(value=0)
    after = margins_since(ben).deals[0]
    assert before.earned < after.earned
    # Nothing used costs nothing: all that is billed is earned.
    assert (after.earned, after.percent) == (after.bill, 100)


def test_a_contract_that_began_just_now_waits(ben):
    make_accepted_quote(customer=make_customer())
    found = margins_since(ben)
    assert (found.deals, found.waiting, found.months, found.off) == ([], 1, 0, None)


@pytest.mark.parametrize("deals", [1, 3])
def test_one_and_three_take_the_same_queries(ben, django_assert_num_queries, deals):
    customer = make_customer()
    for _ in range(deals):
        make_accepted_quote(at=JULY, customer=customer)
    margins_since(ben)
    with django_assert_num_queries(3):
        assert len(margins_since(ben).deals) == deals


def test_the_part_is_for_those_who_decide_and_see_margin(contract, ben, ada, pia, dan, client_of):
    page = client_of(ben).get(URL)
    assert contract.number in page.content.decode()
    part = client_of(ben).get(URL, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    for person in (ada, pia, dan):
        assert client_of(person).get(URL).status_code == 404
    assert Client().get(URL).status_code == 302
    assert client_of(ben).post(URL).status_code == 405
