from datetime import UTC, datetime
from decimal import Decimal

import pytest

from metering.rules.events import MeterFacts, read_event
from metering.rules.values import Rejected
from tests.metering.events import AT, event

TOKENS = MeterFacts(
    "tokens",
    {"direction": ["input", "output"], "processing": ["standard", "batch"]},
    {"processing": "standard"},
)


def read(raw):
    return read_event(raw, meters={"tokens": TOKENS}, customers=frozenset({"acme"}), now=AT)


def test_a_good_event_is_read_exactly_with_defaults_filled_in():
    got = read(event(value=0.000001, time="2026-11-20T23:30:00-02:00"))
    assert got.value == Decimal("0.000001")
    assert got.time == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert got.dimensions == {"direction": "input", "processing": "standard"}
    assert got.unknown == ()


def test_a_value_the_catalog_does_not_know_is_kept_and_named():
    got = read(event(dimensions={"direction": "cached"}))
    assert got.dimensions["direction"] == "cached"
    assert got.unknown == ("direction=cached",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "id: missing."),
        ({"id": "x" * 201}, "id: at most 200 characters, these are 201."),
        ({"id": 7}, "id: text is needed."),
        ({"id": "a\x00"}, "id: text is needed."),
        ({"id": "\ud800"}, "id: text is needed."),
        ({"source": None}, "source: missing."),
        ({"specversion": "0.3"}, 'specversion: only "1.0" is understood.'),
        ({"type": "pages"}, 'type: there is no meter "pages"; the meters are tokens.'),
        ({"subject": "nobody"}, 'subject: there is no customer "nobody".'),
        ({"data": 5}, "data: an object with a value is needed."),
        ({"time": "yesterday"}, 'time: "yesterday" is not an ISO 8601 time such as 2026-11-02T10:00:00Z.'),
        (
            {"time": "2026-11-20T10:00:00"},
            'time: "2026-11-20T10:00:00" names no time zone; add Z for UTC, or give the mapping of its file a zone.',
        ),
        ({"time": "2026-11-25T10:00:00Z"}, 'time: "2026-11-25T10:00:00Z" is in the future.'),
        ({"time": "1999-12-31T10:00:00Z"}, 'time: "1999-12-31T10:00:00Z" is before 2000-01-01.'),
        ({"value": None}, "value: missing."),
        ({"value": True}, "value: a number is needed."),
        ({"value": "many"}, 'value: "many" is not a number.'),
        ({"value": float("nan")}, 'value: "nan" is not a finite number.'),
        ({"value": "-1e18"}, "value: -1E+18 is not below 1E+18."),
        ({"value": "1e18"}, "value: 1E+18 is not below 1E+18."),
        ({"value": "0.0000001"}, "value: 1E-7 has more than 6 decimals."),
        ({"dimensions": {}}, "direction: missing; one of input, output."),
        ({"dimensions": {"direction": 3}}, "direction: text of at most 80 characters is needed."),
        (
            {"dimensions": {"direction": "input", "region": "eu"}},
            "region: tokens has no such dimension; its dimensions: direction, processing.",
        ),
    ],
)
def test_a_bad_event_names_field_limit_and_fix(changes, reason):
    with pytest.raises(Rejected) as refusal:
        read(event(**changes))
    assert str(refusal.value) == reason
