from datetime import timedelta

import pytest
from django.test import Client

from quotes.queries import analytics
from tests.factories import AT, make_approved_quote, make_customer, make_draft_quote, make_sent_quote, sign

URL = "/approvals/analytics/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("quotes.views.analytics.now", lambda: AT + timedelta(days=30))


@pytest.mark.parametrize("username", ["ada", "pia", "ivo", "dan"])
def test_others_are_strangers(request, client_of, username):
    assert client_of(request.getfixturevalue(username)).get(URL).status_code == 404
    assert Client().get(URL).status_code == 302


def test_it_is_only_read(ben, client_of):
    assert client_of(ben).post(URL).status_code == 405


def test_without_quotes_it_says_so(ben, client_of):
    assert "Nothing submitted yet" in client_of(ben).get(URL).content.decode()


def test_a_won_deal_is_told_by_segment_package_rule_and_stage(ben, client_of):
    contract = sign(make_sent_quote(), at=AT + timedelta(hours=5))
    found = client_of(ben).get(URL).context["found"]
    facts = contract.version.margin.priced["facts"]
    [segment], [package] = found.segments, found.packages
    assert (segment.name, segment.won, segment.lost, segment.win_rate) == ("Startup", 1, 0, 1)
    assert (package.name, package.won) == ("Hybrid", 1)
    assert segment.discount == float(facts["discount_percent"])
    assert segment.margins == [float(facts[f"margin_{band}"]) for band in ("p10", "p50", "p90")]
    assert [(stage.name, stage.count) for stage in found.stages] == [
        ("Building", 1), ("Approval", 1), ("Sending", 1), ("Customer", 1)
    ]  # fmt: skip
    assert found.stages[-1].median_hours == 5
    assert sum(rule.asked for rule in found.rules) == contract.version.approvals.count()
    assert found.leaks == []


def test_each_group_opens_its_quotes(ben, client_of):
    contract = sign(make_sent_quote())
    other = make_draft_quote(customer=make_customer("globex", history=False, segment="enterprise"))
    browser = client_of(ben)
    found = browser.get(URL).context["found"]
    rows = browser.get(found.segments[0].url).context["found"].rows
    assert [row.number for row in rows] == [contract.version.quote.number]
    rows = browser.get(found.packages[0].url).context["found"].rows
    assert {row.number for row in rows} == {contract.version.quote.number, other.quote.number}
    assert [browser.get(rule.url).status_code for rule in found.rules] == [200] * len(found.rules)


def test_what_was_approved_below_its_floor_is_named(ben, client_of, monkeypatch):
    """No way through the application gets there, so the frozen fact is said to be so."""
    version = make_approved_quote()
    rows = analytics.submitted(ben, since=AT)
    rows[0]["facts"]["below_floor"] = 2
    monkeypatch.setattr(analytics, "submitted", lambda user, since: rows)
    [leak] = client_of(ben).get(URL).context["found"].leaks
    assert (leak.number, leak.version, leak.lines) == (version.quote.number, 1, 2)


@pytest.mark.parametrize("deals", [1, 3])
def test_one_and_three_deals_take_the_same_queries(ben, client_of, django_assert_num_queries, deals):
    customer = make_customer()
    for _ in range(deals):
        sign(make_sent_quote(customer=customer))
    browser = client_of(ben)
    with django_assert_num_queries(5):
        browser.get(URL)
