"""What if: scenarios and replay of a quote; the scenario a draft uses is a copy that later edits do not touch."""

from decimal import Decimal

import pytest

from forecasting.actions.scenarios import add_driver, create_scenario, remove_scenario
from forecasting.rules.drivers import Growth, Step
from quotes.models import QuoteVersion
from quotes.queries.replay import replay
from quotes.queries.what_if import what_ifs
from tests.factories import AT, make_customer, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(ada):
    return make_draft_quote()


@pytest.fixture
def doubled(draft, ada):
    scenario = create_scenario(customer=draft.quote.customer, name="Doubled", by=ada, at=AT)
    return add_driver(scenario, Step(start=draft.start, percent=100), by=ada, at=AT)


def url(version: QuoteVersion, what: str) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/{what}/"


def test_the_same_futures_under_other_beliefs(draft, doubled):
    base, other = what_ifs(draft, [doubled], with_margin=True)
    assert (base.pk, base.name, base.change) == (None, "Base forecast", None)
    assert (other.name, other.sentences[0][:6]) == ("Doubled", "+100 %")
    assert other.term.p50 > base.term.p50
    assert other.margin.cost.p50 == pytest.approx(2 * base.margin.cost.p50, rel=Decimal("0.0001"))
    assert what_ifs(draft, [doubled], with_margin=False)[1].margin is None


def test_the_page_shows_them_side_by_side(draft, doubled, ada, client_of):
    html = client_of(ada).get(url(draft, "scenarios")).content.decode()
    assert html.count('<figure class="chart chart--fan"') == 2
    for text in ("Base forecast", "Doubled", "in this quote", "Use in this quote", "Chance of a loss"):
        assert text in html


def test_without_scenarios_it_says_where_to_make_one(draft, ada, client_of):
    html = client_of(ada).get(url(draft, "scenarios")).content.decode()
    assert "No scenarios yet" in html


def test_a_draft_uses_a_copy_of_a_scenario_and_goes_back(draft, doubled, ada, client_of):
    client, use = client_of(ada), f"/quotes/{draft.quote.number}/scenario/"
    before = draft.forecast_run_id
    answer = client.post(use, {"scenario": doubled.pk, "edit_number": draft.edit_number})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/quotes/{draft.quote.number}/")
    draft.refresh_from_db()
    assert draft.scenario == {"name": "Doubled", "drivers": doubled.drivers}
    assert draft.forecast_run_id != before
    add_driver(doubled, Growth(per_year=900, start=draft.start), by=ada, at=AT)
    remove_scenario(doubled, by=ada, at=AT)
    html = client.get(f"/quotes/{draft.quote.number}/").content.decode()
    assert '<span class="tag">Doubled</span>' in html
    client.post(use, {"scenario": "", "edit_number": draft.edit_number})
    draft.refresh_from_db()
    assert (draft.scenario, draft.forecast_run_id) == ({}, before)


def test_of_two_choices_on_one_page_the_first_counts(draft, doubled, ada, client_of):
    client, use = client_of(ada), f"/quotes/{draft.quote.number}/scenario/"
    client.post(use, {"scenario": doubled.pk, "edit_number": draft.edit_number})
    other = create_scenario(customer=draft.quote.customer, name="Flat", by=ada, at=AT)
    answer = client.post(use, {"scenario": other.pk, "edit_number": draft.edit_number})
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.scenario["name"] == "Doubled"


def test_another_customers_scenario_is_not_found(draft, ada, client_of):
    other = create_scenario(customer=make_customer("other", history=False), name="Theirs", by=ada, at=AT)
    client = client_of(ada)
    for pk in (other.pk, "x"):
        answer = client.post(
            f"/quotes/{draft.quote.number}/scenario/", {"scenario": pk, "edit_number": draft.edit_number}
        )
        assert answer.status_code == 404
    draft.refresh_from_db()
    assert draft.scenario == {}


def test_a_frozen_version_keeps_its_scenario(doubled, draft, ada, client_of):
    version = make_submitted_quote(customer=draft.quote.customer)
    answer = client_of(ada).post(
        f"/quotes/{version.quote.number}/scenario/", {"scenario": doubled.pk, "edit_number": 1}
    )
    assert answer.status_code == 409
    version.refresh_from_db()
    assert version.scenario == {}
    assert "Use in this quote" not in client_of(ada).get(url(version, "scenarios")).content.decode()


@pytest.mark.parametrize("what", ["scenarios", "replay"])
def test_strangers_get_404_and_pages_are_read_only(draft, ada, dan, eve, client_of, what):
    assert client_of(dan).get(url(draft, what)).status_code == 404
    assert client_of(eve).get(url(draft, what)).status_code == 404  # another seller's quote
    assert client_of(ada).post(url(draft, what)).status_code == 405


def test_replay_bills_what_was_used(draft):
    """60 weeks at 90 M input and 10 M output tokens a week: about 4.29 weeks to a month."""
    found = replay(draft, 12)
    assert found is not None
    assert [month.month.isoformat()[:7] for month in found.months] == [
        *(f"2025-{n:02}" for n in (11, 12)), *(f"2026-{n:02}" for n in range(1, 11)),
    ]  # fmt: skip
    assert {month.known for month in found.months} == {1}
    assert found.total == sum(month.bill for month in found.months) == sum(line.net for line in found.lines)
    nets = {line.name: line.net for line in found.lines}
    assert nets["Platform"] == 30_000
    used = 12 * Decimal(365) / 12 / 7 * (90 * 3 + 10 * 15)
    assert nets["Model tokens"] + 10_500 == pytest.approx(used, rel=Decimal("0.05"))


def test_replay_of_two_years_is_of_what_is_known(draft, ada, client_of):
    html = client_of(ada).get(url(draft, "replay"), {"months": 24}).content.decode()
    assert "Usage is known for 14 full months in a row" in html
    assert "What Acme would have paid" in html


def test_nothing_to_replay_is_said(ada, client_of):
    draft = make_draft_quote(customer=make_customer(history=False))
    assert "Nothing to replay" in client_of(ada).get(url(draft, "replay")).content.decode()
