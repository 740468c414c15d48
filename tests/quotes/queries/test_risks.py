"""What else simulated bills say, on futures that can be counted by hand."""

from decimal import Decimal

import numpy as np

from pricing import Series, Terms, Usage
from quotes.queries.precision import error_percent
from quotes.queries.priced import Offer
from quotes.queries.risks import risks_of
from quotes.rules.pricing import Risks

TOKENS = {
    "kind": "charge",
    "key": "tokens",
    "name": "Tokens",
    "price": {"model": "per_unit", "unit": "1"},
    "quantity": {"source": "meter", "meter": "tokens"},
}
# Ten futures of four months: 0, 10, 20, ... 90 tokens in every month.
FUTURES = np.repeat(np.arange(10.0)[:, None] * 10, 4, axis=1)


def risks(**parts: object) -> Risks:
    terms = Terms.parse({"currency": "USD", "start": "2027-01-01", "months": 4, "charges": [TOKENS], **parts})
    offer = Offer.of(terms, Usage({Series("tokens"): FUTURES}))
    return risks_of(offer.simulated, offer.net, offer.committed.total)


def test_a_commitment_is_unused_where_the_usage_stays_below_it():
    promise = {"kind": "commitment", "key": "min", "name": "Minimum", "amount": "100", "window": "term"}
    [found] = risks(commitments=[promise]).commitments
    assert (found.name, found.unused) == ("Minimum", Decimal("0.300"))  # 0, 40 and 80 of 100
    assert found.missing.p50 == 0
    assert found.missing.p90 == Decimal("64.00")  # between 60 and 100


def test_a_prepaid_commitment_is_unused_where_some_is_left_when_its_window_ends():
    promise = {"kind": "commitment", "key": "min", "amount": "60", "window": "quarter", "settle": "prepaid"}
    [found] = risks(commitments=[promise]).commitments
    assert found.unused == Decimal("0.200")  # 0 and 10: the quarter needs 20 a month, the month after it 19.78


def test_a_credit_runs_out_month_by_month():
    grant = {"kind": "credit", "key": "pool", "name": "Pool", "amount": "100"}
    [found] = risks(credits=[grant]).credits
    assert found.exhausted == tuple(Decimal(text) for text in ("0.000", "0.500", "0.600", "0.700"))
    assert (found.likely_month, found.recurring, found.unit) == (2, False, "")
    assert (found.left.p50, found.left.p90) == (0, Decimal("64.00"))


def test_overage_is_what_goes_beyond_the_committed_total():
    fixed = {"source": "fixed", "value": "1"}
    fee = {"kind": "charge", "key": "fee", "price": {"model": "flat", "fee": "500"}, "quantity": fixed}
    found = risks(charges=[TOKENS, fee])
    assert found.expected_overage == Decimal("180.00")  # 45 a month on average
    assert (found.overage.p10, found.overage.p50, found.overage.p90) == (36, 180, 324)


def test_the_largest_bill_is_known_where_a_cap_holds():
    assert risks().largest is None
    assert risks(maximum={"amount": "75", "window": "month"}).largest == Decimal("300.00")
    assert risks(charges=[{**TOKENS, "maximum": "50"}]).largest == Decimal("200.00")


def test_without_usage_nothing_is_at_risk():
    terms = Terms.parse({"currency": "USD", "start": "2027-01-01", "months": 4})
    offer = Offer.of(terms, Usage.zero(terms))
    found = risks_of(offer.simulated, offer.net, offer.committed.total)
    assert (found.commitments, found.credits, found.expected_overage, found.p99) == ((), (), 0, 0)


def test_the_error_of_a_quantile_is_how_far_drawings_differ():
    draws = np.random.default_rng(1).lognormal(0, 0.3, 8_000)
    said = error_percent(draws, 8)
    again = [np.quantile(np.random.default_rng(seed).lognormal(0, 0.3, 8_000), (0.1, 0.5, 0.9)) for seed in range(40)]
    true = 100 * np.std(again, axis=0).max() / np.median(draws)
    assert said is not None
    assert true / 2 < said < true * 2


def test_there_is_no_error_without_drawings_to_compare():
    assert error_percent(np.arange(10.0), 1) is None
    assert error_percent(np.zeros(16), 8) is None
    assert error_percent(np.array([Decimal(1)], dtype=object), 8) is None
