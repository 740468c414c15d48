"""Guided questions: what answers make of a package, and what a guide may not say."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.rules.guides import Chosen, Expected, Guide, guide_problems, proposed
from catalog.rules.packages import Slot

GUIDE: dict[str, Any] = {
    "questions": [
        {
            "key": "work",
            "ask": "What?",
            "choices": [{"value": "chat", "label": "Chat"}, {"value": "code", "label": "Code"}],
        },
        {"key": "people", "ask": "How many?", "unit": "people", "default": "40"},
        {
            "key": "models",
            "ask": "Which?",
            "several": True,
            "choices": [{"value": "big", "label": "Big"}, {"value": "small", "label": "Small"}],
        },
    ],
    "fits": 'work == "chat"',
    "because": "{people} people who do: {work}, with {models}.",
    "lines": [
        {"price": "seats", "quantity": "people", "because": "A seat for each of {people}."},
        {"price": "premium", "when": "people > 100.0", "because": "Many."},
        {"price": "extra", "when": '"big" in models', "because": "Big."},
    ],
    "usage": [{"series": "tokens", "base": "people * 2.5", "high": "3", "because": "Each 2.5."}],
}
SLOTS = [
    Slot("seats", "Seats", True, low=Decimal(5), high=Decimal(500), step=Decimal(5)),
    Slot("basic", "Basic", True, "support"),
    Slot("premium", "Premium", True, "support"),
    Slot("extra", "Extra", False),
]


def guide(**changes: Any) -> Guide:
    return Guide.model_validate({**GUIDE, **changes})


def test_answers_make_quantities_usage_and_reasons():
    found = proposed(guide(), SLOTS, {"work": "chat", "people": Decimal(12), "models": ["big", "small"]})
    assert found.because == "12 people who do: Chat, with Big, Small."
    assert found.lines == (
        Chosen("seats", Decimal(15), "A seat for each of 12."),
        Chosen("basic", None, ""),
        Chosen("extra", None, "Big."),
    )
    assert found.usage == (Expected("tokens", Decimal(15), Decimal(30), Decimal(90), "Each 2.5."),)


def test_what_is_wanted_takes_the_place_of_the_first_in_its_group():
    found = proposed(guide(), SLOTS, {"people": Decimal(1200)})
    assert [(line.price, line.quantity) for line in found.lines] == [("seats", Decimal(500)), ("premium", None)]


def test_other_answers_do_not_fit():
    assert proposed(guide(), SLOTS, {"work": "code"}) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fits": "people"}, "fits: position 1: should be true or false, it is 40.0."),
        ({"fits": "staff > 3"}, "fits: position 1: there is no staff; use models, people, work."),
        ({"because": "{staff} people"}, '"{staff}" in a sentence is no question; use models, people, work.'),
        (
            {"lines": [{"price": "gone", "because": "x"}]},
            'lines: the package has no component "gone".',
        ),
        (
            {"lines": [{"price": "basic", "quantity": "people", "because": "x"}]},
            "lines: basic has no quantity that a seller chooses; leave quantity out.",
        ),
        (
            {"usage": [{"series": "tokens", "base": "0.0 - people", "because": "x"}]},
            "usage[0].base: position 1: should be a number from 0 on, it is -40.0.",
        ),
        (
            {"questions": [*GUIDE["questions"], GUIDE["questions"][0]]},
            "a question is asked twice; keep one of each key.",
        ),
    ],
)
def test_what_a_guide_may_not_say(changes, problem):
    slots = {"seats": True, "basic": False, "premium": False, "extra": False}
    assert list(guide_problems(guide(**changes), slots)) == [problem]


@pytest.mark.parametrize(
    "question",
    [
        {"key": "Work", "ask": "x"},
        {"key": "a", "ask": "x", "several": True},
        {"key": "a", "ask": "x", "unit": "u", "choices": [{"value": "a", "label": "A"}]},
    ],
)
def test_what_is_no_question(question):
    with pytest.raises(ValidationError):
        guide(questions=[question])
