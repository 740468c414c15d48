"""Prices along dimensions: a line per cell, factors averaged by quantity, credits for some cells."""

from pricing import Series, Usage, rate

from .test_rating import ONE, grant, metered, terms_of, unit


def test_matrix_has_a_line_per_cell_and_says_what_it_does_not_price():
    cells = [
        {"when": {"model": "sonnet", "direction": "input"}, "price": unit("0.000003")},
        {"when": {"model": "sonnet", "direction": "output"}, "price": unit("0.000015")},
    ]
    price = {"model": "matrix", "dimensions": ["model", "direction"], "cells": cells}
    terms = terms_of({"months": 1, "charges": [metered("tokens", price, "tokens")]})
    series = [Series.of("tokens", model=model, direction="input") for model in ("sonnet", "opus")]
    bill = rate(terms, Usage.exactly({one: ["1000000"] for one in series}))
    assert [(line.key, str(line.net[0, 0])) for line in bill.lines] == [
        ("tokens/sonnet,input", "3.00"),
        ("tokens/sonnet,output", "0.00"),
    ]
    assert bill.unpriced == (series[1],)


def test_multiplier_averages_its_factors_by_quantity_over_shared_tiers():
    base = {"model": "graduated", "tiers": [{"up_to": "1000", "unit": "0.02"}, {"unit": "0.01"}]}
    price = {"model": "multiplier", "base": base, "dimension": "processing", "factors": {"batch": "0.5"}}
    terms = terms_of({"months": 1, "charges": [metered("tokens", price, "tokens")]})
    usage = {Series.of("tokens", processing=how): [n] for how, n in {"batch": "1000", "standard": "3000"}.items()}
    # 4,000 units cost 20 + 30 = 50; a quarter of them at half price: x 0.875
    assert str(rate(terms, Usage.exactly(usage)).total) == "43.75"


def test_multiplier_of_a_matrix_counts_in_each_cell():
    cells = [{"when": {"direction": side}, "price": unit(price)} for side, price in {"in": "1", "out": "5"}.items()]
    base = {"model": "matrix", "dimensions": ["direction"], "cells": cells}
    price = {"model": "multiplier", "base": base, "dimension": "hours", "factors": {"off-peak": "0.7"}}
    terms = terms_of({"months": 1, "charges": [metered("t", price, "t")]})
    usage = {
        Series.of("t", direction="in", hours="peak"): ["10"],
        Series.of("t", direction="in", hours="off-peak"): ["10"],
        Series.of("t", direction="out", hours="off-peak"): ["2"],
    }
    bill = rate(terms, Usage.exactly(usage))
    assert [(line.key, str(line.net[0, 0])) for line in bill.lines] == [("t/in", "17.00"), ("t/out", "7.00")]


def test_credit_scoped_to_some_cells():
    cells = [{"when": {"model": name}, "price": ONE} for name in ("small", "large")]
    price = {"model": "matrix", "dimensions": ["model"], "cells": cells}
    scope = {"meters": ["t"], "where": {"model": ["large"]}}
    terms = terms_of(
        {"months": 1, "charges": [metered("t", price, "t")], "credits": [grant("gift", "100", scope=scope)]}
    )
    usage = Usage.exactly({Series.of("t", model="small"): ["30"], Series.of("t", model="large"): ["70"]})
    assert [str(line.net[0, 0]) for line in rate(terms, usage).lines] == ["30.00", "0.00"]
