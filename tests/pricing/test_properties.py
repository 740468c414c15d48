"""What holds for every deal: the kernel against a plain engine, and against itself in floats."""

from decimal import Decimal

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pricing import Bill, Series, Terms, Usage, committed, explain, parse_price, rate
from pricing.models import Measured
from pricing.numbers import exact

from .deals import PRICES, contested_credits, deals
from .reference import rated
from .reference_prices import amount

QUICK = settings(max_examples=60)
CENT = Decimal("0.01")


def rate_json(terms: dict, usage: dict[str, list[Decimal]]) -> Bill:
    return rate(Terms.parse(terms), exactly(usage))


def exactly(usage: dict[str, list[Decimal]]) -> Usage:
    return Usage.exactly({Series(meter): quantities for meter, quantities in usage.items()})


def plain(usage: dict[str, list[Decimal]]) -> dict[tuple, list[Decimal]]:
    return {(meter, ()): quantities for meter, quantities in usage.items()}


def nets(bill: Bill) -> dict[str, list[Decimal]]:
    return {line.key: list(line.net[0]) for line in bill.lines if any(line.net[0])}


@given(deals())
@QUICK
def test_kernel_bills_what_the_plain_engine_bills(deal):
    terms, usage = deal
    bill = rate_json(terms, usage)
    assert nets(bill) == rated(bill.terms.model_dump(mode="json"), plain(usage))


@given(contested_credits())
@QUICK
def test_credits_burn_in_the_order_of_the_plain_engine(deal):
    terms, usage = deal
    bill = rate_json(terms, usage)
    assert nets(bill) == rated(bill.terms.model_dump(mode="json"), plain(usage))


@given(deals())
@QUICK
def test_simulated_bill_is_the_exact_bill_but_for_rounding(deal):
    terms, usage = deal
    exact_bill = rate_json(terms, usage)
    # a path rounds nothing, the exact bill every line: half a cent per line and month, summed by windows
    slack = 0.005 * (len(terms["charges"]) + 1) * terms["months"] * 3 + 1e-6
    paths = Usage({key: np.repeat(values.astype(float), 3, axis=0) for key, values in exactly(usage).series.items()})
    simulated = rate(Terms.parse(terms), paths)
    np.testing.assert_allclose(simulated.net, np.repeat(exact_bill.net.astype(float), 3, axis=0), rtol=1e-9, atol=slack)


@given(deals())
@QUICK
def test_same_terms_and_usage_give_the_same_bill(deal):
    first, second = rate_json(*deal), rate_json(*deal)
    assert [line.key for line in first.lines] == [line.key for line in second.lines]
    assert all(np.array_equal(a.net, b.net) for a, b in zip(first.lines, second.lines, strict=True))


@given(deals(), st.randoms())
@QUICK
def test_order_of_charges_decides_nothing(deal, random):
    terms, usage = deal
    shuffled = {**terms, "charges": random.sample(terms["charges"], len(terms["charges"]))}
    nets = [{line.key: list(line.net[0]) for line in rate_json(one, usage).lines} for one in (terms, shuffled)]
    assert nets[0] == nets[1]


@given(deals())
@QUICK
def test_amounts_are_whole_cents_and_add_up(deal):
    bill = rate_json(*deal)
    for line in bill.lines:
        assert all(value == value.quantize(CENT) for value in (*line.net[0], *line.credited[0], *line.discounted[0]))
        assert all(line.net[0] == line.discounted[0] - line.credited[0])
    assert bill.total == sum(line.term[0] for line in bill.lines)


@given(deals())
@QUICK
def test_every_amount_is_explained_to_the_cent(deal):
    bill = rate_json(*deal)
    for line in bill.lines:
        for period in range(len(bill.periods)):
            steps = explain(bill, line.key, period)
            by_kind = {
                kind: [one.amount for one in steps if one.kind == kind] for kind in ("price", "list", "change", "net")
            }
            assert by_kind["list"][0] + sum(by_kind["change"]) == by_kind["net"][0] == line.net[0, period]
            if line.kind == "charge":
                assert abs(sum(by_kind["price"]) - by_kind["list"][0]) <= CENT / 2


@given(deals())
@QUICK
def test_terms_read_back_as_they_were_written(deal):
    terms = Terms.parse(deal[0])
    again = Terms.parse(terms.canonical_json())
    assert (again, again.sha256, again.canonical_json()) == (terms, terms.sha256, terms.canonical_json())


@given(deals())
@QUICK
def test_committed_is_owed_without_usage(deal):
    terms = Terms.parse(deal[0])
    idle = {meter: [Decimal(0)] * terms.months for meter in ("alpha", "beta", "gamma")}
    assert committed(terms) == sum(sum(net) for net in rated(terms.model_dump(mode="json"), plain(idle)).values())


@given(PRICES, st.decimals(0, 1000, places=3))
@QUICK
def test_price_of_a_quantity(price, quantity):
    model = parse_price(price)
    plainly = amount(model.model_dump(mode="json"), quantity)
    assert abs(Decimal(model.amount(Measured(exact([quantity])))[0]) - plainly) < Decimal("1e-20")


@given(PRICES.filter(lambda price: len(price.get("tiers", ())) > 1), st.floats(0.01, 99))
@QUICK
def test_float_noise_does_not_push_a_quantity_over_a_tier_edge(price, noise):
    model = parse_price(price)
    for tier in price["tiers"][:-1]:
        edge = Decimal(tier["up_to"])
        there = float(model.amount(Measured(exact([edge])))[0])
        noisy = np.array([float(edge), float(edge) + noise - noise, float(edge) * noise / noise])
        np.testing.assert_allclose(model.amount(Measured(noisy)), there, rtol=1e-9, atol=1e-6)


@given(PRICES.filter(lambda price: price["model"].startswith("graduated") and price.get("rounding") != "x"),
       st.decimals(0, 1000, places=3), st.decimals(0, 1000, places=3))  # fmt: skip
@QUICK
def test_graduated_never_falls(price, one, other):
    assume(price["model"] in ("graduated", "graduated_percentage") or price["rounding"] == "up")
    low, high = sorted((one, other))
    model = parse_price(price)
    amounts = [Decimal(model.amount(Measured(exact([q])))[0]) for q in (low, high)]
    assert amounts[0] <= amounts[1]
