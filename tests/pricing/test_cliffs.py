"""Where more usage costs less."""

from decimal import Decimal

from pricing import cliffs, parse_price

TIERS = [{"up_to": "1000", "unit": "0.02", "flat": "5"}, {"up_to": "2000", "unit": "0.01"}, {"unit": "0.01"}]


def test_volume_falls_at_an_edge():
    assert [str(one) for one in cliffs(parse_price({"model": "volume", "tiers": TIERS}))] == [
        "1,000 units cost 25, one more brings it down to 10"
    ]


def test_graduated_never_falls():
    assert cliffs(parse_price({"model": "graduated", "tiers": TIERS})) == []


def test_cells_are_looked_into():
    cells = [{"when": {"model": "sonnet"}, "price": {"model": "volume", "tiers": TIERS}}]
    price = {"model": "matrix", "dimensions": ["model"], "cells": cells, "default": {"model": "flat", "fee": "1"}}
    assert [one.quantity for one in cliffs(parse_price(price))] == [Decimal(1000)]
