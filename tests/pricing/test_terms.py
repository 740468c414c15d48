"""Terms refuse what cannot be, all at once; they read back what they wrote, also in years to come."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pricing import InvalidTerms, Terms, parse_component, parse_price
from pricing.schema import schemas

SEATS = {
    "kind": "charge",
    "key": "seats",
    "price": {"model": "per_unit", "unit": "30"},
    "quantity": {"source": "fixed", "value": "25"},
}
TOKENS = {
    "kind": "charge",
    "key": "tokens",
    "price": {"model": "per_unit", "unit": "0.000003"},
    "quantity": {"source": "meter", "meter": "tokens"},
}
DEAL = {"currency": "USD", "start": "2027-01-31", "months": 12, "charges": [SEATS, TOKENS]}
FEE = {"model": "flat", "fee": "1"}
BY_MODEL = {"model": "matrix", "dimensions": ["model"], "cells": [{"when": {"model": "sonnet"}, "price": FEE}]}
FIXTURES = Path(__file__).parent / "terms"


def problems(data) -> dict[str, str]:
    with pytest.raises(InvalidTerms) as caught:
        Terms.parse(data)
    return dict(caught.value.problems)


def test_all_problems_come_at_once_with_path_limit_and_fix():
    tiers = [{"up_to": "5", "unit": 0.1}, {"up_to": "3", "unit": "-1"}]
    found = problems(
        {
            **DEAL,
            "currency": "usd",
            "months": 0,
            "charges": [{**SEATS, "price": {"model": "graduated", "tiers": tiers}}, {**TOKENS, "colour": "red"}],
        }
    )
    assert found == {
        "charges[0].price.tiers[0].unit": 'write the number as a string, such as "0.25"',
        "charges[0].price.tiers[1].unit": "must be 0 or more",
        "charges[1].colour": "is not a known key; remove it or check its spelling",
        "currency": "is 'usd'; use a three-letter ISO 4217 code such as \"USD\"",
        "months": "is 0; it must be 1 or more",
    }


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"charges": [SEATS, SEATS]}, "charges[1].key", "'seats' is already the key of charges[0]; choose another"),
        (
            {"discounts": [{"key": "d", "percent": "101"}]},
            "discounts[0].percent",
            "must be 100 or less",
        ),
        (
            {"discounts": [{"key": "d", "percent": "5", "charges": ["seat"]}]},
            "discounts[0].charges",
            "'seat' is not in these terms; use one of seats, tokens",
        ),
        (
            {"discounts": [{"key": "d", "percent": "5", "from_month": 13}]},
            "discounts[0].from_month",
            "is 13; the term has 12 months",
        ),
        (
            {"discounts": [{"key": "d", "percent": "5", "from_month": 3, "to_month": 2}]},
            "discounts[0].to_month",
            "is before from_month 3; make it 3 or more",
        ),
        ({"discounts": [{"key": "d"}]}, "discounts[0].percent", "give either percent or amount"),
        ({"start": "2027-02-30"}, "start", "is not a day of the calendar; write it like 2027-01-31"),
        (
            {"phases": [{"from_month": 2, "changes": [{"key": "tokens", "quantity": "3"}]}]},
            "phases[0].changes[0]",
            "usage has no agreed quantity; change its price",
        ),
        (
            {"credits": [{"kind": "credit", "key": "c", "amount": "10.005"}]},
            "credits[0].amount",
            "is 10.005; USD has no smaller part than 0.01",
        ),
        (
            {"credits": [{"kind": "credit", "key": "c", "amount": "10", "rollover": {}}]},
            "credits[0].rollover",
            'needs a grant that recurs; set every to "month", "quarter" or "year"',
        ),
        (
            {"commitments": [{"kind": "commitment", "key": "m"}]},
            "commitments[0].amount",
            "give either amount (money) or quantity (units)",
        ),
        (
            {"charges": [{**TOKENS, "timing": "advance"}]},
            "charges[0].timing",
            'usage is known afterwards; use "arrears"',
        ),
        (
            {"charges": [{**TOKENS, "price": {"model": "per_unit", "unit": "0.0000000000001"}}]},
            "charges[0].price.unit",
            "has more than 12 decimals; round it to 12",
        ),
        (
            {"charges": [{**SEATS, "quantity": {"source": "fixed", "value": "1.0000001"}}]},
            "charges[0].quantity.value",
            "has more than 6 decimals; round it to 6",
        ),
        (
            {"charges": [{**SEATS, "starts": "2029-01-01"}]},
            "charges[0].starts",
            "is 2029-01-01; the term runs from 2027-01-31 to 2028-01-31",
        ),
        (
            {"minimum": {"amount": "5"}, "maximum": {"amount": "3"}},
            "minimum.amount",
            "is more than the maximum of 3; lower it",
        ),
        (
            {"charges": [{**TOKENS, "interval": "year", "allowance": {"quantity": "5", "reset": "quarter"}}]},
            "charges[0].allowance.reset",
            "is shorter than the interval; use year or longer",
        ),
        ({"version": 2}, "version", "is 2; this software reads version 1"),
        ({"version": 0}, "version", "is 0; this software reads version 1"),
        (
            {"charges": [{**SEATS, "conversion": {"divide": "10"}}]},
            "charges[0].conversion",
            "needs a metered quantity; remove it",
        ),
        (
            {"charges": [{**TOKENS, "price": {"model": "percentage", "rate": "1", "fee": "0.3"}}]},
            "charges[0].events",
            "is missing; the price looks at each event, so name the meter that counts them",
        ),
        (
            {"charges": [{**TOKENS, "tier_quantity": TOKENS["quantity"]}]},
            "charges[0].tier_quantity",
            "finds the tier of all units; use a volume (without caps), stairstep or volume_package price",
        ),
        (
            {"phases": [{"from_month": 2, "changes": [{"key": "seats", "price": BY_MODEL}]}]},
            "phases[0].changes[0]",
            "price: a matrix price needs a metered quantity; choose the price of one cell or value",
        ),
        (
            {"discounts": [{"key": "d", "percent": "5", "charges": ["seats"], "scope": {}}]},
            "discounts[0].scope",
            "is said by charges already; name the charges inside the scope",
        ),
        (
            {"credits": [{"kind": "credit", "key": "c", "amount": "9", "unit": "gen", "rates": {"image": "2"}}]},
            "credits[0].rates",
            "'image' is not in these terms; use one of seats, tokens",
        ),
        (
            {"commitments": [{"kind": "commitment", "key": "m", "quantity": "9", "scope": {"charges": ["seats"]}}]},
            "commitments[0].quantity",
            "'seats' has no one price per unit; commit an amount of money",
        ),
    ],
)
def test_problem(change, path, message):
    assert problems({**DEAL, **change}) == {path: message}


@pytest.mark.parametrize(
    ("price", "path", "message"),
    [
        ({"model": "graduated", "tiers": []}, "tiers", "needs at least 1 entry"),
        (
            {"model": "volume", "tiers": [{"up_to": "10"}, {"up_to": "10"}, {}]},
            "tiers[1].up_to",
            "is 10; it must be more than 10",
        ),
        (
            {"model": "stairstep", "tiers": [{"up_to": "10", "amount": "1"}]},
            "tiers[0].up_to",
            "is 10, but the last tier is open-ended; leave it empty",
        ),
        ({"model": "package", "size": "0", "price": "1"}, "size", "must be more than 0"),
        (
            {"model": "percentage", "rate": "1", "minimum": "5", "maximum": "2"},
            "minimum",
            "is more than the maximum per event of 2; lower it",
        ),
        (
            {"model": "matrix", "dimensions": ["a"], "cells": [{"when": {"b": "x"}, "price": FEE}]},
            "cells[0].when",
            "has no dimension b; use a",
        ),
    ],
)
def test_price_problem(price, path, message):
    with pytest.raises(InvalidTerms) as caught:
        parse_price(price)
    assert caught.value.problems == [(path, message)]


def test_component_is_found_by_its_kind():
    assert parse_component(json.dumps(SEATS)) == Terms.parse(DEAL).charges[0]
    with pytest.raises(InvalidTerms, match="use one of 'charge', 'credit', 'commitment'"):
        parse_component({"kind": "fee"})


def test_not_json():
    assert problems("{")[""].startswith("is not JSON")


def test_equal_prices_have_one_text_and_one_hash():
    spelled = {
        **SEATS,
        "price": {"model": "per_unit", "unit": "30.00"},
        "quantity": {"source": "fixed", "value": "2.5e1"},
    }
    one, other = Terms.parse(DEAL), Terms.parse({**DEAL, "charges": [spelled, TOKENS]})
    assert one.canonical_json() == other.canonical_json()
    assert one.sha256 == other.sha256
    assert one.sha256 != Terms.parse({**DEAL, "months": 13}).sha256


def test_a_changed_copy_is_checked_and_keeps_nothing_of_the_old_one():
    terms = Terms.parse(DEAL)
    longer = terms.model_copy(update={"months": 24}) if terms.sha256 and terms.periods else None
    assert longer is not None
    assert (len(longer.periods), longer.sha256) == (24, Terms.parse({**DEAL, "months": 24}).sha256)
    with pytest.raises(ValueError, match="months"):
        terms.model_copy(update={"months": 0})


def test_terms_cannot_be_changed_in_place():
    with pytest.raises(ValueError, match="frozen"):
        Terms.parse(DEAL).months = 13


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_terms_written_by_every_version_still_read(path):
    text = path.read_text().strip()
    terms = Terms.parse(text)
    assert terms.canonical_json() == text
    assert terms.charges[1].price.unit == Decimal("0.000003")


def test_an_older_version_is_upgraded_when_it_is_read(monkeypatch):
    """Two versions ago a term was in years; one version ago the start was called begin."""

    def years_to_months(content: dict) -> dict:
        return {**{key: value for key, value in content.items() if key != "years"}, "months": content["years"] * 12}

    def begin_to_start(content: dict) -> dict:
        kept = {key: value for key, value in content.items() if key != "begin"}
        return {**kept, "start": content["begin"], "version": 1}

    monkeypatch.setattr("pricing.terms.UPGRADES", {-1: years_to_months, 0: begin_to_start})
    old = {"version": -1, "currency": "USD", "begin": "2027-01-31", "years": 1, "charges": [SEATS, TOKENS]}
    assert Terms.parse(old) == Terms.parse(DEAL)
    assert problems({**old, "version": -2}) == {"version": "is -2; this software reads versions -1 to 1"}


def test_schemas_in_docs_are_the_ones_of_the_code():
    folder = Path(__file__).parents[2] / "docs" / "schema"
    assert {path.name: path.read_text() for path in folder.glob("*.json")} == dict(schemas())
