"""Who must approve: at the limit nobody, beyond it the role of the rule, with the actual value in the reason."""

from datetime import date
from decimal import Decimal

import pytest

from quotes.rules.approvals import STANDARD, Example, Rule, in_force, needed, problems
from quotes.rules.facts import Facts

FINE = {"discount_percent": Decimal(20), "months": 24, "margin_p10": Decimal(30)}
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, []),
        ({"margin_p10": None}, []),
        ({"discount_percent": Decimal("20.01")}, ["The discount of 20.01 % is over the limit of 20 %."]),
        ({"months": 25}, ["The term of 25 months is over the limit of 24 months."]),
        ({"margin_p10": Decimal("29.99")}, ["The margin at P10 is 29.99 %, below the limit of 30 %."]),
        ({"margin_p10": Decimal("-12.50")}, ["The margin at P10 is -12.5 %, below the limit of 30 %."]),
        (
            {"discount_percent": Decimal(40), "months": 36, "margin_p10": Decimal(0)},
            [
                "The discount of 40 % is over the limit of 20 %.",
                "The term of 36 months is over the limit of 24 months.",
                "The margin at P10 is 0 %, below the limit of 30 %.",
            ],
        ),
    ],
)
def test_reasons(facts, asked):
    assert [need.reason for need in needed(Facts(**{**FINE, **facts}))] == asked


def test_what_the_standard_rules_ask():
    everything = Facts(discount_percent=Decimal(90), months=60, margin_p10=Decimal(-5))
    assert [(need.rule, need.role, need.stage, need.secret, need.tested) for need in needed(everything)] == [
        ("discount", "deal_desk", 1, False, ("discount_percent",)),
        ("term", "finance", 1, False, ("months",)),
        ("margin", "finance", 1, True, ("margin_p10",)),
    ]


def rule(**changes) -> Rule:
    return Rule(
        **{
            "code": "big",
            "title": "Large deals",
            "condition": "tcv > 100000 && segment != 'startup'",
            "reason": "{tcv} for a customer of the segment {segment}.",
            "role": "finance",
            "examples": (
                Example({"tcv": 100001, "segment": "enterprise"}, True),
                Example({"tcv": 100001, "segment": "startup"}, False),
            ),
            "version": 1,
            **changes,
        }
    )


def test_a_rule_of_ones_own_asks_with_the_actual_values():
    facts = Facts(tcv=Decimal("250000.50"), segment="enterprise", currency="USD")
    [need] = needed(facts, [rule()])
    assert need.reason == "USD 250000.5 for a customer of the segment enterprise."


def test_a_sound_rule_has_no_problem():
    assert list(problems(rule())) == []


@pytest.mark.parametrize("standard", STANDARD, ids=lambda one: one.code)
def test_the_standard_rules_are_sound(standard):
    assert list(problems(standard)) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"condition": "tcv >"}, "condition"),
        ({"condition": "price > 3"}, "condition"),
        ({"condition": "true"}, "condition"),
        ({"reason": "{tvc} is a lot."}, "reason"),
        ({"role": "sales"}, "role"),
        ({"active_from": date(2026, 2, 1), "active_to": date(2026, 1, 31)}, "active_to"),
        ({"examples": (Example({"tcv": 1, "segment": "startup"}, True),)}, "examples"),
        ({"examples": (Example({"tvc": 1}, True), Example({"tcv": 1}, False))}, "examples"),
    ],
)
def test_what_keeps_a_rule_from_being_published(changes, field):
    assert field in {name for name, _ in problems(rule(**changes))}


def test_what_is_published_takes_the_place_of_the_standard_rule():
    stricter = rule(code="discount", condition="discount_percent > 10", examples=())
    assert [(one.code, one.version) for one in in_force([stricter, rule()], [], DAY)] == [
        ("discount", 1),
        ("term", 0),
        ("margin", 0),
        ("big", 1),
    ]


def test_what_is_retired_asks_no_more():
    assert [one.code for one in in_force([], ["term"], DAY)] == ["discount", "margin"]


@pytest.mark.parametrize(
    ("first", "last", "there"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (date(2026, 11, 25), None, False),
        (None, date(2026, 11, 23), False),
    ],
)
def test_a_rule_holds_from_its_first_to_its_last_day(first, last, there):
    rules = in_force([rule(active_from=first, active_to=last)], [], DAY)
    assert ("big" in {one.code for one in rules}) == there
