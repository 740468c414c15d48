"""Optional lines: apart from terms, totals and facts; in the snapshot; and refusals that change nothing."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Invalid
from pricing import Terms
from quotes.actions.lines import edit_line
from quotes.actions.targets import reach_lines
from quotes.actions.undoing import undo
from quotes.actions.versions import submit
from quotes.models import QuoteVersion
from quotes.queries.priced import priced
from tests.factories import AT, make_draft_quote
from tests.quotes.configured import make_ruled_quote
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db


def line(version: QuoteVersion, key: str):
    return version.lines.select_related("version").get(key=key)


def optional(version: QuoteVersion, key: str, by, **changes) -> QuoteVersion:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    return edit_line(line(fresh, key), by=by, at=AT, edit_number=fresh.edit_number, optional=True, **changes)


def test_an_optional_line_is_in_no_total_and_no_fact_but_has_its_amount(ada):
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    before = priced(version)
    version = optional(version, "seats", ada, discount_percent=Decimal(10))
    deal = priced(version)
    seats = next(row for row in deal.lines if row.key == "seats")
    assert (seats.optional, seats.net_term.p50, seats.per_period) == (True, Decimal("7830.00"), Decimal("652.50"))
    assert deal.totals.committed == version.committed_total == before.totals.committed - Decimal("8700.00")
    assert (deal.totals.one_time, deal.facts.tcv) == (before.totals.one_time, deal.totals.committed)
    assert (deal.facts.line_discount_percent, deal.facts.discount_percent) == (Decimal(0), Decimal(0))


def test_the_limits_of_a_price_hold_for_an_option(ada):
    version = optional(make_ruled_quote(), "seats", ada)
    with pytest.raises(Invalid):
        edit_line(line(version, "seats"), by=ada, at=AT, discount_percent=Decimal(41))
    assert line(version, "seats").discount_percent == 0
    version = edit_line(line(version, "seats"), by=ada, at=AT, discount_percent=Decimal(20))
    assert [need.rule for need in priced(version).needs if need.rule.startswith("limit")] == ["limit-deal-desk"]


def test_an_optional_metered_line_needs_no_forecast(ada):
    version = make_draft_quote()
    optional(version, "prepaid", ada)
    version = optional(version, "tokens", ada)
    assert version.forecast_run is None
    deal = priced(version)
    assert deal.term.p10 == deal.term.p90 == deal.totals.committed


def test_what_others_stand_on_stays_part_of_the_deal(ada):
    version = make_draft_quote()
    with pytest.raises(Invalid) as caught:
        optional(version, "tokens", ada)
    assert list(caught.value.errors) == ["optional"]
    optional(version, "prepaid", ada)
    version = optional(version, "tokens", ada)
    with pytest.raises(Invalid) as caught:
        edit_line(line(version, "prepaid"), by=ada, at=AT, optional=False)
    assert "which is optional; make that part of the deal first" in caught.value.errors["optional"]
    assert set(version.lines.filter(optional=True).values_list("key", flat=True)) == {"prepaid", "tokens"}


def test_undo_makes_it_part_of_the_deal_again(ada):
    version = a_draft(ada)
    before = version.committed_total
    version = optional(version, "seats", ada)
    assert undo(version, by=ada, at=AT).said == "Seats optional"
    fresh = QuoteVersion.objects.get(pk=version.pk)
    assert (line(fresh, "seats").optional, fresh.committed_total) == (False, before)


def test_a_quote_of_options_alone_is_not_submitted(ada):
    version = optional(a_draft(ada, keys=("seats",)), "seats", ada)
    assert [problem.sentence for problem in priced(version).problems] == ["Add at least one line that is not optional."]


def test_options_are_frozen_beside_the_terms(ada):
    version = optional(a_draft(ada), "seats", ada)
    frozen = submit(version, by=ada, at=AT + timedelta(hours=1))
    data = json.loads(frozen.snapshot)
    assert [one["key"] for one in data["lines"]] == ["platform"]
    assert [(one["key"], one["term"], one["component"]["key"]) for one in data["options"]] == [
        ("seats", "8700.00", "seats")
    ]
    assert [charge.key for charge in Terms.parse(frozen.terms).charges] == ["platform"]
    assert [row.optional for row in priced(frozen).lines] == [False, True]


@pytest.mark.parametrize(
    ("keys", "target", "percent", "total"),
    [
        (["seats"], "8000", "8.046", "8000.04"),
        (["seats"], "8700", "0", "8700.00"),
        (["seats", "platform"], "34830", "10", "34830.00"),
    ],
)
def test_lines_are_made_an_amount(ada, keys, target, percent, total):
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    reached = reach_lines(version, keys=keys, target=Decimal(target), by=ada, at=AT)
    assert (reached.percent, reached.total) == (Decimal(percent), Decimal(total))
    deal = priced(QuoteVersion.objects.get(pk=version.pk))
    assert sum(row.net_term.p50 for row in deal.lines if row.key in keys) == Decimal(total)
    assert {row.discount_percent for row in deal.lines if row.key in keys} == {Decimal(percent)}
    assert undo(QuoteVersion.objects.get(pk=version.pk), by=ada, at=AT).said


def test_an_amount_out_of_reach_or_by_usage_changes_nothing(ada):
    version = make_draft_quote()
    for keys, target in ((["seats"], "999999"), (["tokens"], "100")):
        with pytest.raises(Invalid) as caught:
            reach_lines(version, keys=keys, target=Decimal(target), by=ada, at=AT)
        assert list(caught.value.errors) == ["total"]
    assert QuoteVersion.objects.get(pk=version.pk).edit_number == version.edit_number
