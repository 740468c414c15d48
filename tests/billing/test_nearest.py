"""Alternatives as data: what one click puts in place of a construct costs what its sentence says."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from billing.targets import nearest
from billing.targets.capability import Alternative, Construct, Use, used
from pricing import Series, Terms, Usage, rate

P50 = Decimal(60000)
STEADY = Usage({Series.of("tokens"): np.full((1, 3), P50, dtype=object)})


def terms_with(price: dict[str, Any], **more: Any) -> Terms:
    charge = {
        "kind": "charge",
        "key": "tokens",
        "name": "Tokens",
        "price": price,
        "quantity": {"source": "meter", "meter": "tokens"},
        **more,
    }
    return Terms.parse({"currency": "USD", "start": "2026-12-01", "months": 3, "charges": [charge]})


def first(found: Iterator[Alternative]) -> Any:
    return next(found, None)


def the_use(terms: Terms, construct: Construct) -> Use:
    return next(use for use in used(terms) if use.construct == construct)


def applied(terms: Terms, alternative: Alternative) -> Terms:
    """What a click leaves of these terms."""
    content = terms.model_dump(mode="json")
    gone = {part["key"] for part in alternative.puts} | set(alternative.removes)
    content["charges"] = [*(one for one in content["charges"] if one["key"] not in gone), *alternative.puts]
    return Terms.parse(content)


def billed(terms: Terms, quantity: Decimal, **dimensions: str) -> Decimal:
    values = np.array([[quantity] * 3], dtype=object)
    return rate(terms, Usage({Series.of("tokens", **dimensions): values})).total


def full_tiers(price: Any) -> list[Decimal]:
    """What each tier with an end comes to."""
    lows = [Decimal(0), *(tier.up_to for tier in price.tiers[:-1])]
    return [(tier.up_to - low) * tier.unit for low, tier in zip(lows, price.tiers, strict=True) if tier.up_to]


def tiered(model: str, *tiers: dict[str, str]) -> dict[str, Any]:
    return {"model": model, "tiers": list(tiers)}


VOLUME = tiered("volume", {"up_to": "10000", "unit": "0.03"}, {"up_to": "50000", "unit": "0.02"}, {"unit": "0.011"})
FLATS = tiered("graduated", {"up_to": "10000", "unit": "0.03", "flat": "50"}, {"unit": "0.02"})
STAIRS = tiered(
    "stairstep", {"up_to": "10000", "amount": "100"}, {"up_to": "80000", "amount": "500"}, {"amount": "900"}
)
BLOCKS = tiered("graduated_package", {"up_to": "10000", "size": "1000", "price": "9"}, {"size": "1000", "price": "7"})


@pytest.mark.parametrize(
    ("price", "construct"),
    [
        (VOLUME, Construct.VOLUME),
        (FLATS, Construct.TIER_FLAT),
        (STAIRS, Construct.STAIRSTEP),
        (BLOCKS, Construct.GRADUATED_PACKAGE),
    ],
)
@pytest.mark.parametrize("more", [{}, {"allowance": {"quantity": "5000"}}])
def test_the_graduated_table_costs_the_same_at_p50(price, construct, more):
    terms = terms_with(price, **more)
    found = first(nearest.graduated(the_use(terms, construct), terms, STEADY))
    changed = applied(terms, found)

    assert changed.charges[0].price.model == "graduated"
    assert not any(tier.flat for tier in changed.charges[0].price.tiers)
    assert abs(billed(changed, P50) - billed(terms, P50)) <= Decimal("0.10")
    assert "at your P50 it costs about the same, USD " in found.sentence
    assert not any(width % Decimal("0.01") for width in full_tiers(changed.charges[0].price))


def test_without_a_forecast_it_says_so():
    terms = terms_with(VOLUME)
    found = first(nearest.graduated(the_use(terms, Construct.VOLUME), terms, None))
    assert [tier.unit for tier in applied(terms, found).charges[0].price.tiers] == [
        Decimal("0.03"),
        Decimal("0.02"),
        Decimal("0.011"),
    ]
    assert found.sentence.endswith("There is no forecast to match it to: compare the prices before you offer it.")


@pytest.mark.parametrize("quantity", ["0", "1", "10000", "10001", "80000", "80001"])
def test_stairs_as_volume_cost_the_same_everywhere(quantity):
    terms = terms_with(STAIRS)
    found = first(nearest.stairs_as_volume(the_use(terms, Construct.STAIRSTEP), terms, None))
    assert billed(applied(terms, found), Decimal(quantity)) == billed(terms, Decimal(quantity))


def test_packages_per_unit_cost_the_same_at_p50():
    terms = terms_with({"model": "package", "size": "7000", "price": "10"})
    found = first(nearest.per_unit(the_use(terms, Construct.PACKAGE), terms, STEADY))
    assert billed(applied(terms, found), P50) == billed(terms, P50) == Decimal("270.00")


def test_a_matrix_becomes_a_charge_per_cell_that_costs_the_same():
    cells = [
        {"when": {"direction": side}, "price": {"model": "per_unit", "unit": unit}}
        for side, unit in (("input", "0.01"), ("output", "0.04"))
    ]
    terms = terms_with({"model": "matrix", "dimensions": ["direction"], "cells": cells})
    found = first(nearest.a_charge_per_cell(the_use(terms, Construct.MATRIX), terms, None))
    changed = applied(terms, found)
    assert [charge.key for charge in changed.charges] == ["tokens-input", "tokens-output"]
    for side in ("input", "output"):
        assert billed(changed, P50, direction=side) == billed(terms, P50, direction=side)


def test_a_matrix_with_a_default_has_no_charge_per_cell():
    cells = [{"when": {"direction": "input"}, "price": {"model": "per_unit", "unit": "1"}}]
    price = {"model": "matrix", "dimensions": ["direction"], "cells": cells, "default": {"model": "flat", "fee": "1"}}
    terms = terms_with(price)
    assert first(nearest.a_charge_per_cell(the_use(terms, Construct.MATRIX), terms, None)) is None


def test_a_yearly_commitment_by_the_month_is_never_less():
    commitment = {"kind": "commitment", "key": "commit", "amount": "100000", "window": "year"}
    terms = Terms.parse({"currency": "USD", "start": "2026-12-01", "months": 12, "commitments": [commitment]})
    found = first(nearest.monthly_commitment(the_use(terms, Construct.TRUE_UP_LONGER), terms, None))
    [part] = found.puts
    assert (part["amount"], part["window"]) == ("8333.34", "month")
    assert found.sentence.startswith("USD 8,333.34 every month instead")


@pytest.mark.parametrize(("reset", "units"), [("term", "33334"), ("quarter", "33334"), ("year", "8334")])
def test_included_units_of_a_longer_window_are_shared_out_to_its_months(reset, units):
    price = {"model": "per_unit", "unit": "0.01"}
    terms = terms_with(price, allowance={"quantity": "100000", "reset": reset})
    found = first(nearest.allowance_per_interval(the_use(terms, Construct.ALLOWANCE_LONGER), terms, None))
    [put] = found.puts
    assert (put["allowance"], put["price"]["unit"]) == ({"quantity": units, "reset": "month"}, "0.01")
    assert found.sentence.startswith(f"{int(units):,} included in each billing interval instead")
    assert [use for use in used(applied(terms, found)) if use.construct == Construct.ALLOWANCE_LONGER] == []


def test_a_discount_on_the_quote_becomes_one_on_every_line():
    charges = [
        {
            "kind": "charge",
            "key": key,
            "price": {"model": "flat", "fee": "1000"},
            "quantity": {"source": "fixed", "value": "1"},
        }
        for key in ("platform", "support")
    ]
    own = {"key": "discount:support", "percent": "20", "charges": ["support"]}
    terms = Terms.parse(
        {
            "currency": "USD",
            "start": "2026-12-01",
            "months": 12,
            "charges": charges,
            "discounts": [own, {"key": "quote-discount", "percent": "10"}],
        }
    )
    found = first(nearest.discount_on_lines(the_use(terms, Construct.QUOTE_DISCOUNT), terms, None))
    assert found.lines == {
        "platform": {"discount_percent": Decimal("10.0000")},
        "support": {"discount_percent": Decimal("28.0000")},
    }
    assert found.deal == {"discount_percent": Decimal(0), "discount_from": None, "discount_to": None}
    assert found.sentence.startswith("10 % off every line instead")
