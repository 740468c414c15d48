"""CEL kept as data: what may be written, where it is wrong, and what it comes to."""

import pytest

from core.cel import LONGEST, NotCel, expression

NAMES = frozenset({"seats", "tier", "chosen", "quantity"})
FACTS = {"seats": 120.0, "tier": "premium", "chosen": ["seats"], "quantity": {"seats": 120.0, "ai-add-on": 0.0}}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("seats > 100", True),
        ("seats == 120", True),
        ("seats * 2.0 + 1.0", 241.0),
        ('quantity["ai-add-on"] >= quantity.seats', False),
        ('"seats" in chosen && !("gpu" in chosen)', True),
        ('tier == "premium" ? 1 : 2', 1),
        ('tier.startsWith("prem") && size(chosen) == 1', True),
        ('"a.map(b)" == tier', False),
    ],
)
def test_an_expression_comes_to_its_value(source, value):
    assert expression(source, NAMES).value(FACTS) == value


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("seats >", "position 8: unexpected end of the expression"),
        ("seats > 1 &&\n  (tier", "line 2, position 8: "),
        ("seats + tires", "position 9: there is no tires; use chosen, quantity, seats, tier"),
        ("chosen.all(one, one == tier)", "position 8: loops such as all() are not allowed"),
        ("[1, 2].map(seats, seats)", "position 8: loops such as map() are not allowed"),
        ('tier.matches("(a+)+")', "position 6: matches is not allowed"),
        ('timestamp("2026-01-01T00:00:00Z") > seats', "position 1: timestamp is not allowed"),
        ("(" * 300 + "seats" + ")" * 300, "is nested too deeply"),
        ("seats" + " " * LONGEST, f"has {LONGEST + 5} characters; {LONGEST} are allowed"),
    ],
)
def test_what_cannot_be_taken_says_where_and_why(source, said):
    with pytest.raises(NotCel) as problem:
        expression(source, NAMES)
    assert str(problem.value).startswith(said)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("quantity.gpu > 1.0", "there is no gpu"),
        ("seats * 2 > 1.0", "Unsupported operation: float * int"),
        ("1 / 0 > 1", "division by zero in CEL expression"),
        ("chosen[4]", "index out of bounds: 4"),
        ("9223372036854775807 + 1", "Arithmetic overflow in 'add' on 9223372036854775807 and 1."),
    ],
)
def test_what_the_facts_do_not_allow_is_no_value(source, said):
    with pytest.raises(NotCel) as problem:
        expression(source, NAMES).value(FACTS)
    assert str(problem.value).startswith(said)
