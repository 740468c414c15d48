from datetime import time
from decimal import Decimal

import pytest

from catalog.rules.content import problems
from catalog.rules.meters import derivations, outcome_of
from core.errors import Invalid
from tests.catalog.books import read_mapping

METER = {
    "code": "tokens",
    "name": "Tokens",
    "unit": "token",
    "zone": "Europe/Berlin",
    "dimensions": {"context": ["standard", "long"], "period": ["peak", "night", "off-peak"]},
    "derived": {
        "context": {"from": "input_tokens", "bands": [{"value": "standard", "up_to": "200000"}, {"value": "long"}]},
        "period": {
            "windows": [
                {"value": "peak", "days": ["mon", "fri"], "from": "08:00", "to": "20:00"},
                {"value": "night", "days": ["fri"], "from": "22:00", "to": "06:00"},
            ],
            "otherwise": "off-peak",
        },
    },
}
CONVERSATIONS = {
    "code": "conversations",
    "name": "Conversations",
    "unit": "conversation",
    "aggregation": "unique",
    "property": "conversation_id",
}
RESOLUTIONS = {
    "code": "resolutions",
    "name": "Resolutions",
    "unit": "resolution",
    "outcome": {"action": "conversations", "within_hours": 72, "key": "conversation_id"},
}
MON, FRI, SAT = 0, 4, 5


def form(*meters):
    return read_mapping({"meters": list(meters)}).form()


@pytest.mark.parametrize(("number", "band"), [("0", "standard"), ("200000", "standard"), ("200001", "long")])
def test_a_band_includes_its_limit(number, band):
    assert derivations(METER["derived"])["context"].value_of(Decimal(number)) == band


@pytest.mark.parametrize(
    ("weekday", "clock", "value"),
    [
        (MON, time(8), "peak"),
        (MON, time(19, 59), "peak"),
        (MON, time(20), "off-peak"),
        (SAT, time(12), "off-peak"),
        (FRI, time(22), "night"),
        (SAT, time(5, 59), "night"),
        (SAT, time(6), "off-peak"),
        (FRI, time(5), "off-peak"),
        (MON, time(23), "off-peak"),
    ],
)
def test_a_window_excludes_its_end_and_may_run_past_midnight(weekday, clock, value):
    assert derivations(METER["derived"])["period"].value_of(weekday, clock) == value


def test_an_outcome_names_its_action():
    outcome = outcome_of(RESOLUTIONS["outcome"])
    assert (outcome.action, outcome.within_hours, outcome.key) == ("conversations", 72, "conversation_id")
    assert outcome_of(None) is None


def test_good_meters_have_no_problems():
    assert problems(form(METER, CONVERSATIONS, RESOLUTIONS)) == []


def derived(**dimensions):
    return {**METER, "derived": dimensions}


def bands(*bands):
    return derived(context={"from": "n", "bands": list(bands)})


@pytest.mark.parametrize(
    ("meter", "said"),
    [
        (bands({"value": "short"}), ['the derived value context="short" is not a value of that dimension; add it.']),
        (
            bands({"value": "standard", "up_to": "5"}),
            ['the last band of context, "standard", must be without "up_to", so that every number has a band.'],
        ),
        (
            bands({"value": "standard"}, {"value": "long"}),
            ['only the last band of context is without "up_to".'],
        ),
        (
            bands({"value": "standard", "up_to": "5"}, {"value": "long", "up_to": "5"}, {"value": "long"}),
            ["the bands of context must rise: 5 follows 5."],
        ),
        (
            derived(size={"from": "n", "bands": [{"value": "long"}]}),
            ['it derives "size", which is not one of its dimensions; it has context, period.'],
        ),
        (
            derived(period={"windows": [{"value": "peak", "from": "08:00", "to": "08:00"}], "otherwise": "night"}),
            ["the window peak of period begins and ends at 08:00; give it a length."],
        ),
        (
            {**METER, "outcome": {"action": "tokens", "within_hours": 1, "key": "id"}},
            ['its action "tokens" is no other meter; use one of none yet.'],
        ),
    ],
)
def test_what_cannot_be_derived_is_said(meter, said):
    assert problems(form(meter)) == [("meter tokens", sentence) for sentence in said]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zone": "Berlin"}, 'there is no time zone "Berlin"'),
        ({"aggregation": "median"}, "meters[0].aggregation"),
        (
            {"derived": {"period": {"windows": [{"value": "peak", "from": "8", "to": "9"}], "otherwise": "x"}}},
            "windows",
        ),
        ({"outcome": {"action": "conversations", "within_hours": 0, "key": "id"}}, "meters[0].outcome.within_hours"),
    ],
)
def test_what_is_no_meter_is_said(change, said):
    with pytest.raises(Invalid) as problem:
        form({**METER, **change})
    assert said in " ".join(problem.value.errors.values())
