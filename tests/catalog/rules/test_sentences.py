"""Configuration rules as sentences, with their tests' results."""

from decimal import Decimal

import pytest

from catalog.rules import sentences
from catalog.rules.configuration import Configuration, Offered, Rule, RuleTest

PRICES = {"seats": Offered("Seats", Decimal(25)), "premium": Offered("Premium support", Decimal(1))}


def rule(**effect):
    return Rule.model_validate({"key": "r", "message": "Large teams need it.", **effect})


SENTENCES = [
    (
        {"when": "quantity.seats > 100", "requires": ["premium"]},
        "If the number of Seats is more than 100: Premium support is needed too.",
    ),
    (
        {"when": '"premium" in selected', "excludes": ["seats"]},
        "If Premium support is taken: Seats cannot be taken.",
    ),
    (
        {"when": "months >= 24", "adds": {"price": "premium"}},
        "If the term in months is at least 24: Premium support is added.",
    ),
    (
        {"bounds": {"price": "seats", "min": "5", "max": "quantity.premium * 10"}},
        "The number of Seats is at least 5 and at most the number of Premium support × 10.",
    ),
    ({"must": 'customer.country == "US"'}, "It must hold that the customer's country is US."),
]


@pytest.mark.parametrize(("effect", "sentence"), SENTENCES)
def test_a_rule_reads_as_a_sentence(effect, sentence):
    assert sentences.rule_row(rule(**effect), Configuration((rule(**effect),), PRICES)).sentence == sentence


@pytest.mark.parametrize(("expect", "fails"), [(["r"], 0), ([], 1)])
def test_a_test_says_what_is_given_what_is_expected_and_whether_it_holds(expect, fails):
    needs = rule(when="quantity.seats > 100", requires=["premium"])
    test = RuleTest.model_validate({"name": "large", "selection": {"seats": "120"}, "expect": expect})
    row = sentences.test_row(test, Configuration((needs,), PRICES))
    assert (row.given, len(row.failures)) == ("120 × Seats, over 12 months", fails)
    assert row.expected == ("problems of r" if expect else "no problem")
