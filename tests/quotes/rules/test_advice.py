"""Sizes and discounts from simulated spend: what must hold for any spend, and that the engine bills the same."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import Series, Terms, Usage, rate
from quotes.rules.advice import (
    COMMITMENT,
    CREDITS,
    NEVER,
    Promise,
    best_size,
    break_even,
    cheapest,
    curve,
    exhausted,
    fair_discounts,
    risk_of,
    saving,
    size_at_risk,
)

FUTURES = 200
FEW = settings(max_examples=30)
SLACK = 1e-6


@st.composite
def promises(draw) -> Promise:
    """Lognormal spend in one to three windows, the last one cut or not."""
    windows, spread = draw(st.integers(1, 3)), draw(st.floats(0.05, 1.5))
    parts = np.ones(windows)
    parts[-1] = draw(st.sampled_from([1.0, 0.5]))
    noise = np.random.default_rng(draw(st.integers(0, 10**6))).standard_normal((FUTURES, windows))
    return Promise(draw(st.sampled_from([CREDITS, COMMITMENT])), 1e4 * np.exp(spread * noise) * parts, parts)


SHARES = st.floats(0.0, 0.95)


@FEW
@given(promises(), SHARES, SHARES)
def test_the_size_at_a_risk_is_the_largest_that_keeps_it(promise, risk, discount):
    size = size_at_risk(promise, risk, discount)
    assert risk_of(promise, size, discount) <= risk + SLACK
    assert risk_of(promise, size * 1.000001, discount) > risk - SLACK


@FEW
@given(promises(), SHARES, SHARES)
def test_more_risk_is_never_a_smaller_size(promise, risk, discount):
    assert size_at_risk(promise, risk, discount) <= size_at_risk(promise, min(risk + 0.05, 1.0), discount)
    assert best_size(promise, risk, discount) <= size_at_risk(promise, risk, discount) + SLACK


@FEW
@given(promises(), st.floats(0.01, 0.9))
def test_no_size_of_credits_is_cheaper_than_the_cheapest(promise, discount):
    promise = Promise(CREDITS, promise.spend, promise.parts)
    found = cheapest(promise, discount)
    least = promise.paid(found, discount).mean()
    for other in np.linspace(0, 2 * promise.spend.max(), 30):
        assert least <= promise.paid(float(other), discount).mean() * (1 + SLACK)


@FEW
@given(promises(), st.floats(0.2, 1.2))
def test_a_fair_discount_leaves_both_no_worse(promise, scale):
    size = float(np.median(promise.spend[:, 0])) * scale
    rest = -0.4 * promise.spend.sum(axis=1) + 500.0
    found = fair_discounts(promise, size, rest)
    middle = np.median(rest + promise.free())
    if found.agree:
        for discount in (found.low, found.middle, found.high):
            assert saving(promise, size, discount).expected >= -1e-4 * promise.free().mean()
            assert np.median(rest + promise.paid(size, discount)) >= middle - 1e-4 * abs(middle) - 1e-2
    if found.low > 0.001:
        assert saving(promise, size, min(found.low, 1.0) - 0.001).expected < 0
    assert (found.low == NEVER) == (saving(promise, size, 1.0).expected < -SLACK)
    if found.high < 0.999:
        assert np.median(rest + promise.paid(size, found.high + 0.001)) < middle


@FEW
@given(promises(), SHARES, st.floats(0.1, 3.0))
def test_what_is_paid_is_used_or_unused(promise, discount, scale):
    size = scale * 1e4
    used = promise.used(discount).sum(axis=1)
    owed = size * promise.parts.sum()
    unused, over = promise.unused(size, discount), promise.overage(size, discount)
    assert np.allclose(used + unused, owed + over)
    price = (1 - discount) * owed if promise.kind == CREDITS else owed
    assert np.allclose(promise.paid(size, discount), price + over)


@FEW
@given(promises(), st.floats(0.05, 0.9))
def test_at_the_break_even_a_promise_costs_what_none_does(promise, discount):
    spend = break_even(promise, 1e4, discount)
    one = Promise(promise.kind, np.array([[spend]]), np.ones(1))
    if promise.kind == CREDITS:
        assert one.paid(1e4, discount)[0] == pytest.approx(spend)
    else:
        assert one.paid(1e4, discount)[0] == pytest.approx(max(spend * (1 - discount), 1e4))


def test_the_curve_goes_through_what_is_paid():
    promise = Promise(CREDITS, np.array([[10.0], [20.0], [30.0]]), np.ones(1))
    points = curve(promise, 0.1, 30.0, count=4)
    assert [round(point.expected, 6) for point in points] == [20.0, 19.0, 21.333333, 27.0]


def test_credits_run_out_when_the_sum_reaches_them():
    assert exhausted(np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]]), 3.0) == [0.0, 0.5, 0.5]


# --- the engine bills the same ---------------------------------------------------------------------------------------

START = date(2027, 1, 1)
TOKENS = Series("tokens")


def terms(discount: str = "0", **parts) -> Terms:
    charge = {
        "kind": "charge", "key": "tokens", "interval": "month", "price": {"model": "per_unit", "unit": "2"},
        "quantity": {"source": "meter", "meter": "tokens"},
    }  # fmt: skip
    off = [{"key": "off", "percent": discount, "charges": ["tokens"]}] if Decimal(discount) else []
    return Terms.parse(
        {"currency": "USD", "start": "2027-01-01", "months": 24, "charges": [charge], "discounts": off, **parts}
    )


@pytest.fixture(scope="module")
def usage() -> Usage:
    values = np.random.default_rng(4).lognormal(6, 0.8, (FUTURES, 24))
    return Usage({TOKENS: values})


def yearly(usage: Usage) -> np.ndarray:
    return 2 * usage.series[TOKENS].reshape(FUTURES, 2, 12).sum(axis=2)


@pytest.mark.parametrize("settle", ["true_up", "prepaid"])
def test_the_engine_bills_commitments_so(usage, settle):
    promise = Promise(COMMITMENT, yearly(usage), np.ones(2))
    commitment = {"kind": "commitment", "key": "c", "amount": "9000", "window": "year", "settle": settle}
    bill = rate(terms("15", commitments=[commitment]), usage)
    assert np.allclose(bill.term, promise.paid(9000, 0.15))


def test_the_engine_bills_credits_so(usage):
    promise = Promise(CREDITS, yearly(usage), np.ones(2))
    credit = {"kind": "credit", "key": "c", "amount": "9000", "purchase": "8100", "every": "year", "expires_months": 12}
    bill = rate(terms(credits=[credit]), usage)
    assert np.allclose(bill.term, promise.paid(9000, 0.1))
