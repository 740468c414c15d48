"""Advice on real drafts: what is proposed is what the engine bills, and using it is one step."""

from decimal import Decimal

import numpy as np
import pytest

from quotes.actions.advising import use_plan
from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from quotes.queries.advice import advise
from quotes.queries.advising import Ground, ground, instruments, promise_of, spend_of, tried
from quotes.queries.priced import priced
from quotes.rules.plans import Plan, discount_of, is_promise, round_size, sized, why_not_advise, windows_of
from tests.factories import AT, make_draft_quote
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db

PREPAID = {
    "kind": "credit", "key": "prepaid", "name": "Prepaid", "amount": "10500", "purchase": "10000", "every": "once",
    "scope": {"charges": ["tokens"]}, "expires_months": 12,
}  # fmt: skip


@pytest.fixture
def version(ada) -> QuoteVersion:
    return make_draft_quote()


@pytest.fixture
def base(version) -> Ground:
    return ground(version, with_margin=True)


def test_the_promise_of_the_quote_is_found(base):
    [one] = instruments(base)
    assert (one.key, one.kind, one.on_quote) == ("prepaid", "credit", True)
    assert "prepaid" not in {line.charge for line in base.offer.simulated.lines}


def test_the_spend_is_the_bill_of_what_counts(base):
    [one] = instruments(base)
    spend = spend_of(base, one)
    fixed = (base.offer.net - spend).std(axis=0)
    assert np.allclose(fixed, 0)  # what is left of the bill is the same in all futures
    assert promise_of(base, one).spend.shape == (base.usage.rows, 1)


def test_the_engine_says_what_was_advised(base):
    [one] = instruments(base)
    found = advise(base, one, risk=0.2)
    assert found.plan.percent == discount_of(one.component) == Decimal("4.7619")
    assert found.risk <= 0.2
    assert found.plan.size == found.best <= found.at_risk
    saved = float(base.offer.net.sum(axis=1).mean() - found.tried.offer.net.sum(axis=1).mean())
    assert saved == pytest.approx(found.saving.expected, abs=0.05)
    left = found.tried.margin.margin.p50 - tried(base, Plan()).margin.margin.p50
    assert float(left) == pytest.approx(found.seller.p50, abs=0.05)
    assert found.exhausted[-1] == pytest.approx(1 - found.risk, abs=0.01)


def test_more_risk_more_size_and_a_size_of_ones_own(base):
    [one] = instruments(base)
    sizes = [advise(base, one, risk=risk, percent=Decimal(60)).best for risk in (0.05, 0.2, 0.5)]
    assert sizes == sorted(set(sizes))
    own = advise(base, one, risk=0.2, size=Decimal(5000), percent=Decimal(10))
    assert (own.plan.size, own.plan.percent, own.break_even) == (5000, 10, 4500)


def test_a_fair_discount_helps_both_in_the_engine(base):
    """At a size in the middle of the futures the seller's P50 rises by what the customer saves on average."""
    [one] = instruments(base)
    found = advise(base, one, risk=0.5)
    assert found.fair_sizes is not None
    size = found.fair_sizes[0]
    fair = advise(base, one, risk=0.5, size=size).fair
    deal = advise(base, one, risk=0.5, size=size, percent=round(Decimal(fair.middle * 100), 3))
    free = tried(base, Plan())
    assert deal.tried.offer.net.sum(axis=1).mean() <= free.offer.net.sum(axis=1).mean() + 1
    assert deal.tried.margin.margin.p50 >= free.margin.margin.p50 - 1


def test_without_margin_nothing_of_it_is_used(version):
    base = ground(version, with_margin=False)
    assert np.array_equal(base.rest, base.offer.net.sum(axis=1))
    assert advise(base, instruments(base)[0], risk=0.2).tried.margin is None


def test_a_plan_is_used_in_one_step_and_taken_back(version, base, ada):
    [one] = instruments(base)
    found = advise(base, one, risk=0.2)
    before = {line.key: line.component for line in version.lines.all()}
    use_plan(base, plan=found.plan, instrument=one, by=ada, at=AT)
    fresh = QuoteVersion.objects.get(pk=version.pk)
    assert Decimal(fresh.lines.get(key="prepaid").component["amount"]) == found.plan.size
    assert priced(fresh).term.p50 == pytest.approx(
        Decimal(float(np.median(found.tried.offer.net.sum(axis=1)))), abs=Decimal("0.05")
    )
    undo(fresh, by=ada, at=AT)
    assert {line.key: line.component for line in fresh.lines.all()} == before


def test_pay_as_you_go_takes_all_promises_off(version, base, ada):
    use_plan(base, plan=Plan(), instrument=None, by=ada, at=AT)
    keys = list(version.lines.order_by("position").values_list("key", "position"))
    assert "prepaid" not in dict(keys)
    assert [position for _, position in keys] == list(range(1, len(keys) + 1))


def test_nothing_metered_nothing_to_promise(ada):
    assert instruments(ground(a_draft(ada), with_margin=False)) == []


# --- plans as components ---------------------------------------------------------------------------------------------


def test_sizes_and_discounts_of_components():
    assert is_promise(PREPAID)
    assert not is_promise({**PREPAID, "purchase": "0"})
    plan = Plan("credit", "prepaid", Decimal(20000), Decimal(10))
    assert sized(PREPAID, plan, "USD") == {**PREPAID, "amount": "20000", "purchase": "18000"}
    assert [round_size(value) for value in (0, 5.7, 1234.5, 99999)] == [0, 5, 1230, 99900]


def test_windows_and_what_cannot_be_advised(base):
    [one] = instruments(base)
    assert windows_of(one.part, 24) == [(0, 12, 1.0)]
    yearly = one.part.model_copy(update={"every": "year"})
    assert windows_of(yearly, 24) == [(0, 12, 1.0), (12, 24, 1.0)]
    assert why_not_advise(yearly) == ""
    assert why_not_advise(one.part.model_copy(update={"unit": "tokens"})) == (
        "These credits are in units of their own, not in money."
    )
