"""What may be wrong with a mapping, and the two to start from."""

from dataclasses import replace

import pytest

from crm.rules.mappings import STARTS, Terms, wrong
from crm.rules.reading import Wrong, read

GOOD = STARTS["salesforce"]


@pytest.mark.parametrize("name", STARTS)
def test_the_starting_mappings_are_right(name):
    terms = STARTS[name]
    assert wrong(terms) == {}
    assert Terms.of(terms.stored()) == terms


@pytest.mark.parametrize(
    ("changes", "inputs"),
    [
        ({"object": ""}, ["object"]),
        ({"object": "a b"}, ["object"]),
        ({"fields": {**GOOD.fields, "expected": "Amount"}}, ["fields.expected"]),
        ({"fields": {**GOOD.fields, "expected": "1; drop"}}, ["fields.expected"]),
        ({"fields": {"committed": "Amount"}}, ["fields.stage"]),
        ({"stages": {}}, ["fields.stage"]),
        ({"stages": {"quote.sent": "x" * 101}}, ["stages.quote.sent"]),
        ({"reads": {"name": "Name"}}, ["reads.id"]),
        ({"reads": {"id": "=7"}}, ["reads.id"]),
        ({"reads": {"id": "Id", "name": "a b"}}, ["reads.name"]),
        ({"reads": {"id": "Id", "name": "="}}, ["reads.name"]),
        ({"won": ["Closed Lost"]}, ["won", "lost"]),
        ({"won": [str(n) for n in range(21)]}, ["won"]),
    ],
)
def test_what_is_wrong_is_named_at_its_input(changes, inputs):
    assert sorted(wrong(replace(GOOD, **changes))) == sorted(inputs)


def test_hubspot_writes_days_as_milliseconds():
    data = {"hs_object_id": 77, "closedate": "1798675200000", "amount": "1500.00", "dealstage": "closedwon"}
    told = read({"type": "opportunity.changed", "data": data}, STARTS["hubspot"])
    assert (told.external_id, str(told.values["close_date"]), told.values["state"]) == ("77", "2026-12-31", "won")


def test_a_name_with_dots_is_taken_before_a_path():
    terms = Terms(reads={"id": "Id", "name": "a.b"})
    data = {"Id": "1", "a.b": "whole", "a": {"b": "path"}}
    assert read({"type": "opportunity.changed", "data": data}, terms).values["name"] == "whole"
    assert read({"type": "opportunity.changed", "data": {"Id": "1", "a": {"b": "path"}}}, terms).values == {
        "name": "path"
    }
    with pytest.raises(Wrong):
        read({"type": "opportunity.changed", "data": {"a": 1}}, terms)
