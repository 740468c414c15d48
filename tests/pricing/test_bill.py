"""What a bill tells beside its amounts: credits left, bands, what is committed; and which usage it refuses."""

from decimal import Decimal

import numpy as np
import pytest

from pricing import Series, Usage, bands, committed, idle, rate, rating, usage

from .test_rating import CASES, ONE, grant, metered, terms_of, unit, usage_of


def test_what_is_left_of_each_credit_stands_at_the_end_of_every_period():
    terms = terms_of(
        {
            "months": 3,
            "charges": [metered("u", ONE)],
            "credits": [
                grant("m", "50", every="month", rollover={"fraction": "0.5"}, priority=1),
                grant("pool", "30"),
            ],
        }
    )
    bill = rate(terms, usage_of(terms, {"units": ["10", "100", "60"]}))
    assert {key: [str(value) for value in left[0]] for key, left in bill.left.items()} == {
        "m": ["40.00", "0.00", "0.00"],
        "pool": ["30.00", "0.00", "0.00"],
    }


def test_paths_in_blocks_are_the_paths_in_one(monkeypatch):
    terms = terms_of(CASES["half of what is left rolls over, at most 20"][0])
    draws = np.random.default_rng(5).gamma(2.0, 30.0, (1500, 4))
    piece = rate(terms, Usage({Series("units"): draws}))
    for size, numbers in {"WHOLE": 0, "FEW": 0, "BLOCK": 2_000}.items():
        monkeypatch.setattr(rating, size, numbers)
    whole = rate(terms, Usage({Series("units"): draws}))
    np.testing.assert_array_equal(piece.net, whole.net)
    for row in (0, 700, 1499):
        alone = rate(terms, Usage({Series("units"): draws[row : row + 1]}))
        np.testing.assert_array_equal(alone.net[0], whole.net[row])
        np.testing.assert_array_equal(alone.by_key["u"].credited[0], whole.by_key["u"].credited[row])
    np.testing.assert_array_equal(rate(terms, Usage({Series("units"): draws}), lines=False).net, whole.net)


def test_bands_are_in_order_and_in_cents():
    terms = terms_of({"months": 12, "charges": [metered("u", unit("0.013"))]})
    paths = Usage({Series("units"): np.random.default_rng(1).gamma(2.0, 500.0, (400, 12))})
    found = bands(rate(terms, paths).term).rounded("USD")
    assert found.p10[()] < found.p50[()] < found.p90[()]
    assert {type(value[()]) for value in found} == {Decimal}
    assert all(value[()] == value[()].quantize(Decimal("0.01")) for value in found)


def test_committed_is_the_bill_of_no_usage():
    terms = terms_of(CASES["prepaid, invoiced monthly, beyond it a factor"][0])
    assert committed(terms) == Decimal("100.00")
    assert idle(terms) is idle(terms)
    assert idle(terms, rows=2).net.tolist() == [idle(terms).net[0].astype(float).tolist()] * 2


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ({Series("u"): np.array([[1.0, np.nan]])}, "negative or missing"),
        ({Series("u"): np.array([[-1.0, 2.0]])}, "negative or missing"),
        ({Series("u"): np.array([[1, 2]])}, "all Decimal"),
        ({Series("u"): np.array([1.0, 2.0])}, "one shape"),
        ({Series("u"): np.zeros((2, 2)), Series("v"): np.zeros((2, 3))}, "one shape"),
    ],
)
def test_usage_that_cannot_be(series, message):
    with pytest.raises(ValueError, match=message):
        Usage(series)


def test_usage_of_another_term_is_refused():
    terms = terms_of({"months": 2, "charges": [metered("u", ONE)]})
    with pytest.raises(ValueError, match="3 periods, the terms have 2"):
        rate(terms, Usage.exactly({Series("u"): ["1", "2", "3"]}))


def test_a_lasting_usage_keeps_bills_while_there_is_room(monkeypatch):
    paths = Usage({Series("units"): np.full((1_000, 12), 2e6)}, lasting=True)
    first, second, third = (terms_of({"months": 12, "charges": [metered("u", unit(p))]}) for p in ("0.1", "0.2", "0.3"))
    bills = [rate(first, paths), rate(second, paths)]
    assert [rate(first, paths), rate(second, paths)] == bills
    assert [bill.numbers for _, bill in paths.known] == [36_012, 36_012]  # units, list, net; no credits in one row
    monkeypatch.setattr(usage, "KEPT", 40_000)
    assert [rate(third, paths)] == [bill for _, bill in paths.known]
