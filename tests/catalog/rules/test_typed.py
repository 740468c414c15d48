"""Inputs named by paths become a tree, and a tree becomes inputs."""

import pytest

from catalog.rules.typed import names_of, tree_of, value_at, with_row, with_row_up, without_row

TREE = {
    "name": "Tokens",
    "price": {
        "model": "graduated",
        "tiers": [{"up_to": "100", "unit": "3"}, {"unit": "2"}],
        "factors": {"gpt-4.1": "2"},
    },
    "quantity": {"where": {"model": ["sonnet", "flash"]}},
}


def test_a_tree_comes_back_from_its_inputs():
    names = names_of(TREE)
    assert names["price.tiers[1].unit"] == ["2"]
    assert names["quantity.where.model[]"] == ["sonnet", "flash"]
    assert names["price.factors.gpt-4%2E1"] == ["2"]
    assert tree_of(names) == TREE


def test_blank_inputs_are_left_out_and_blank_rows_keep_their_place():
    typed = {
        "name": [" "],
        "tiers[0].up_to": ["1"],
        "tiers[1].up_to": [""],
        "tiers[7].up_to": ["3"],
        "where.model[]": [""],
    }
    assert tree_of(typed) == {"tiers": [{"up_to": "1"}, {}, {"up_to": "3"}]}


@pytest.mark.parametrize(
    ("change", "path", "units"),
    [
        (with_row, "price.tiers", ["3", "2", None]),
        (without_row, "price.tiers[0]", ["2"]),
        (without_row, "price.tiers[9]", ["3", "2"]),
        (with_row_up, "price.tiers[1]", ["2", "3"]),
        (with_row_up, "price.tiers[0]", ["3", "2"]),
    ],
)
def test_rows_come_go_and_move(change, path, units):
    assert [row.get("unit") for row in value_at(change(TREE, path), "price.tiers")] == units
    assert value_at(TREE, "price.tiers[0].unit") == "3"


@pytest.mark.parametrize(
    "name", ["price", "price.tiers[0]", "price[3]", "[]", "", "...", "price.tiers[999999999].unit"]
)
def test_nonsense_breaks_nothing(name):
    assert isinstance(tree_of({"price.model": ["flat"], name: ["x"]}), dict)
    assert isinstance(with_row(TREE, name) or {}, (dict, list))
