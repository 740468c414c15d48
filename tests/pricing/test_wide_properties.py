"""What must hold for deals that mix every feature."""

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import Bill, Series, Terms, Usage, explain, rate
from pricing.money import minor_unit
from pricing.parts import TWELVE_DECIMALS

from .deals import METERS, decimals
from .reference import rated
from .wide_deals import usage_values, wide_deals

QUICK = settings(max_examples=25)
USAGE = st.lists(usage_values(), min_size=6, max_size=6)
EVENTS = st.lists(st.lists(decimals(90, 2).map(Decimal), max_size=6), min_size=3, max_size=3)
SERIES = [Series.of(meter, tier=tier) for meter in METERS for tier in ("low", "high")]


def usage_for(terms: Terms, values: list[list[Decimal]]) -> Usage:
    columns = len(terms.periods)
    return Usage.exactly({series: listed[:columns] for series, listed in zip(SERIES, values, strict=True)})


def rate_json(deal: dict, values: list[list[Decimal]]) -> Bill:
    terms = Terms.parse(deal)
    return rate(terms, usage_for(terms, values))


@given(wide_deals(), USAGE)
@QUICK
def test_kernel_bills_what_the_plain_engine_bills(deal, values):
    bill = rate_json(deal, values)
    columns = len(bill.periods)
    usage = {tuple(series): listed[:columns] for series, listed in zip(SERIES, values, strict=True)}
    nets = {line.key: list(line.net[0]) for line in bill.lines if any(line.net[0])}
    assert nets == rated(bill.terms.model_dump(mode="json"), usage)


@given(wide_deals(), USAGE, EVENTS)
@QUICK
def test_single_events_are_billed_as_the_plain_engine_does(deal, values, listed):
    terms = Terms.parse(deal)
    usage, columns = usage_for(terms, values), len(terms.periods)
    events = {SERIES[n]: [listed[(n + m) % len(listed)] for m in range(columns)] for n in (0, 3)}
    bill = rate(terms, Usage(usage.series, events=events))
    plain = {tuple(series): list(amounts[0]) for series, amounts in usage.series.items()}
    nets = {line.key: list(line.net[0]) for line in bill.lines if any(line.net[0])}
    assert nets == rated(terms.model_dump(mode="json"), plain, {tuple(one): months for one, months in events.items()})


@given(wide_deals(), USAGE)
@QUICK
def test_simulated_is_exact_but_for_rounding(deal, values):
    exact = rate_json(deal, values)
    simulated = rate(exact.terms, usage_for(exact.terms, values).simulated())
    unit = float(minor_unit(deal["currency"]))
    # half a minor unit per line and month, gathered over windows, and once more by an overage factor
    slack = unit * (len(exact.lines) + 2) * len(exact.periods) * 2
    np.testing.assert_allclose(simulated.net, exact.net.astype(float), rtol=1e-9, atol=max(slack, 1e-6))


@given(wide_deals(), USAGE, st.randoms())
@QUICK
def test_order_of_components_decides_nothing(deal, values, random):
    turned = deal | {name: random.sample(deal[name], len(deal[name])) for name in ("charges", "credits", "commitments")}
    nets = [{line.key: list(line.net[0]) for line in rate_json(one, values).lines} for one in (deal, turned)]
    assert nets[0] == nets[1]


@given(wide_deals(), USAGE)
@QUICK
def test_amounts_are_whole_minor_units_and_explained(deal, values):
    bill = rate_json(deal, values)
    unit = minor_unit(deal["currency"])
    for line in bill.lines:
        assert not any(amount % unit for amount in (*line.net[0], *line.credited[0], *line.discounted[0]))
        assert line.kind in ("guarantee", "deal", "commitment") or min(line.net[0]) >= 0
        for period in range(len(bill.periods)):
            steps = explain(bill, line.key, period)
            assert sum(step.amount for step in steps if step.kind in ("list", "change")) == line.net[0, period]
            priced = sum(step.amount for step in steps if step.kind == "price")
            assert line.kind != "charge" or abs(priced - line.list[0, period]) <= unit / 2 + TWELVE_DECIMALS
            assert all(str(step) for step in steps)


@given(wide_deals(), USAGE)
@QUICK
def test_credits_never_pay_more_than_was_granted(deal, values):
    bill = rate_json(deal, values)
    granted = sum(_granted(deal, grant, len(bill.periods)) for grant in deal["credits"] if "unit" not in grant)
    prepaid = sum(line.term[0] for line in bill.lines if line.kind == "commitment" and line.key.endswith("/purchase"))
    assert sum(line.credited.sum() for line in bill.lines) <= granted + prepaid


def _granted(deal: dict, grant: dict, periods: int) -> Decimal:
    """The most a grant can come to: its highest amount in every lot, and what is rolled over at least."""
    width = {"month": 1, "quarter": 3, "year": 12}.get(grant["every"], periods)
    changes = [change for phase in deal["phases"] for change in phase["changes"] if change["key"] == grant["key"]]
    highest = max(Decimal(one["amount"]) for one in (grant, *changes))
    return (highest + Decimal(grant.get("rollover", {}).get("floor", 0))) * len(range(0, periods, width))


@given(wide_deals(), USAGE)
@QUICK
def test_no_discount_ever_raises_the_bill_of_charges(deal, values):
    phases = [one for one in deal["phases"] if one["changes"][0]["key"].startswith("c")]
    plain = deal | {"discounts": [], "credits": [], "commitments": [], "phases": phases}
    off = plain | {"discounts": [one for one in deal["discounts"] if "percent" in one]}
    nets = [sum(line.term[0] for line in rate_json(one, values).lines if line.kind == "charge") for one in (off, plain)]
    assert nets[0] <= nets[1] + minor_unit(deal["currency"]) * len(deal["charges"]) * 30


@given(wide_deals(), USAGE)
@QUICK
def test_the_waterfall_adds_up_to_what_is_to_be_paid(deal, values):
    bill = rate_json(deal, values)
    for period in (None, 0, len(bill.periods) - 1):
        *steps, net = explain(bill, period=period)
        assert sum(step.amount for step in steps) == net.amount
    assert explain(bill)[-1].amount == bill.total
