"""What every target offers, and the small things the framework does for them."""

import pytest
from hypothesis import given, settings

from billing.targets import TARGETS
from billing.targets.base import Drift, Later, Rejected, Unclear, answer_of, differences, refusal, with_answers
from billing.targets.capability import LABELS, Construct, used
from pricing import Terms
from tests.pricing.wide_deals import wide_deals

PARTS = ("charges", "credits", "commitments", "discounts", "allowances", "phases", "guarantees")


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_every_target_says_of_every_construct_whether_it_can_bill_it(target):
    assert set(target.can) == set(Construct)


def test_every_construct_has_words():
    assert set(LABELS) == set(Construct)


def test_bodies_get_what_earlier_steps_answered():
    body = {"customer": answer_of("create_customer", "id"), "items": [{"price": answer_of("prices", "ids", "1")}]}
    done = {"create_customer": {"id": "cus_1"}, "prices": {"ids": ["a", "b"]}}
    assert with_answers(body, done) == {"customer": "cus_1", "items": [{"price": "b"}]}


def test_differences_field_by_field():
    ours = {"start": "2026-12-01", "charges": [{"unit": "0.50", "name": "Seats"}], "note": ""}
    theirs = {"start": "2026-12-01", "charges": [{"unit": "0.5", "name": "Seat"}], "extra": 1}
    assert list(differences(ours, theirs)) == [
        Drift("charges[0].name", "Seats", "Seat"),
        Drift("extra", "nothing", "1"),
    ]


@pytest.mark.parametrize(
    ("status", "header", "kind", "seconds"),
    [
        (400, None, Rejected, None),
        (401, None, Rejected, None),
        (409, None, Rejected, None),
        (408, None, Unclear, None),
        (429, "17", Later, 17.0),
        (429, None, Later, None),
        (500, None, Unclear, None),
        (503, "60", Later, 60.0),
        (503, None, Unclear, None),
    ],
)
def test_what_an_answer_means(status, header, kind, seconds):
    error = refusal(status, "No such plan.", retry_after=header)
    assert type(error) is kind
    assert str(error) == f"No such plan. (HTTP {status})"
    assert getattr(error, "seconds", None) == seconds


@settings(max_examples=40)
@given(deal=wide_deals())
def test_every_part_of_a_deal_is_named_by_its_constructs(deal):
    """A component, discount, phase or limit that no construct names would reach billing unchecked."""
    terms = Terms.parse(deal)
    places = {use.path.split(".")[0] for use in used(terms)}
    named = [f"{field}[{n}]" for field in PARTS for n, _ in enumerate(getattr(terms, field))]
    assert (
        set(named) - {f"commitments[{n}]" for n, one in enumerate(terms.commitments) if one.settle == "none"} <= places
    )
    for field in ("escalator", "minimum", "maximum"):
        assert (field in places) == (getattr(terms, field) is not None)
