"""What the editor shows and reads back is the price that is stored, for every price of the demo catalog."""

from decimal import Decimal

import pytest

from catalog.rules.editing import read, shown
from catalog.rules.typed import names_of, tree_of
from catalog.rules.words import Display
from pricing import parse_component
from tests.catalog.books import demo

TOKENS = Display(Decimal(1_000_000), "M tokens")
PRICES = {f"{book.code}/{price.component.key}": price.component for book in demo().books for price in book.prices}
DISPLAYS = {meter.code: Display(meter.display_scale, meter.display_unit) for meter in demo().meters}


def charge(price, **more):
    metered = {"source": "meter", "meter": "tokens"}
    return {"kind": "charge", "key": "a", "price": price, "quantity": metered, **more}


@pytest.mark.parametrize("component", PRICES.values(), ids=PRICES.keys())
def test_nothing_changes_when_nothing_is_typed(component):
    stored = component.model_dump(mode="json")
    display = (
        DISPLAYS.get(stored.get("quantity", {}).get("meter"), Display()) if stored["kind"] == "charge" else Display()
    )
    typed = tree_of(names_of(shown(stored, display)))
    assert read(typed, stored, display) == (component, {})


def test_people_speak_of_tokens_by_the_million():
    stored = charge(
        {"model": "graduated", "tiers": [{"up_to": "100000000", "unit": "0.000003"}, {"unit": "0.000002"}]},
        allowance={"quantity": "250000000"},
    )
    tree = shown(parse_component(stored).model_dump(mode="json"), TOKENS)
    assert [tier.get("up_to") for tier in tree["price"]["tiers"]] == ["100", None]
    assert [tier["unit"] for tier in tree["price"]["tiers"]] == ["3", "2"]
    assert tree["allowance"]["quantity"] == "250"


def test_what_the_editor_has_no_input_for_stays():
    stored = charge({"model": "per_unit", "unit": "1"}, conversion={"divide": "60", "rounding": "up"}, from_month=3)
    found = read(
        {"name": "A", "price": {"model": "per_unit", "unit": "2"}, "quantity": stored["quantity"]}, stored, Display()
    )
    assert (found.component.conversion.divide, found.component.from_month, found.component.price.unit) == (60, 3, 2)


def test_rows_of_nothing_are_no_tiers():
    tiers = [{"up_to": "10", "unit": "1"}, {}, {"unit": "0.5"}, {}]
    found = read(
        {"price": {"model": "volume", "tiers": tiers}, "quantity": charge({})["quantity"]}, charge({}), Display()
    )
    assert [tier.up_to for tier in found.component.price.tiers] == [10, None]


@pytest.mark.parametrize(
    ("tree", "errors"),
    [
        ({"price": {"model": "per_unit", "unit": "abc"}}, {"price.unit": "This must be a number, such as 25 or 0.25."}),
        ({"price": {"model": "per_unit", "unit": "-1"}}, {"price.unit": "Must be 0 or more."}),
        ({"price": {"model": "per_unit"}}, {"price.unit": "Is missing; add it."}),
        (
            {
                "price": {
                    "model": "volume",
                    "tiers": [{"up_to": "9", "unit": "1"}, {"up_to": "5", "unit": "1"}, {"unit": "1"}],
                }
            },
            {"price.tiers[1].up_to": "Is 5; tiers rise, use more than 9."},
        ),
    ],
)
def test_every_problem_is_told_where_it_was_typed(tree, errors):
    found = read({**tree, "quantity": {"source": "fixed", "value": "1"}}, charge({}), Display())
    assert found.component is None
    assert set(found.errors) == set(errors)
    assert len(found.errors[next(iter(errors))]) > 10


def test_a_model_keeps_only_what_it_takes():
    tree = {
        "price": {"model": "flat", "fee": "5", "unit": "3", "tiers": [{"unit": "1"}]},
        "quantity": {"source": "fixed", "value": "1"},
    }
    found = read(tree, charge({}), Display())
    assert found.component.price.model_dump(mode="json") == {"model": "flat", "fee": "5"}
