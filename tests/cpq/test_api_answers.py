"""The examples of answers fit what the description says of them. `API_ANSWERS=write` writes them anew."""

import json
import os
import re

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from cpq.api_answers import KEPT, answers_of, shape_of
from docs.api import SCHEMA
from tests.cpq.test_api_operations import OPERATIONS, ROWS, call
from tests.cpq.world import LETTERS, session_of, world  # noqa: F401 - the fixture

LONGEST, MOST = 160, 2
SHOWN_ONCE = re.compile("(?<=whsec_).+|(?<=/room/).+")
STORED = json.loads(SCHEMA.read_text())


def shapes():
    return {shape_of(content) for _, _, one in OPERATIONS.values() for content in answers_of(one)} - {""}


@pytest.mark.skipif(os.environ.get("API_ANSWERS") != "write", reason="writes a file")
@pytest.mark.django_db
def test_they_are_written(world):  # noqa: F811
    found = {}
    for name, thing, who, status in ROWS:
        answers = answers_of(OPERATIONS[name][2])
        if answers and status.startswith("2") and (shape := shape_of(answers[0])) and shape not in found:
            answer = call(name, thing, world, {"Cookie": f"sessionid={session_of(world['people'][LETTERS[who[0]]])}"})
            if answer.status_code < 300 and answer["Content-Type"] == "application/json":
                found[shape] = shortened(json.loads(b"".join(answer)))
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
    KEPT.write_text(text.replace(settings.SITE_URL, "https://quantile.example") + "\n")


def shortened(value):
    if isinstance(value, dict):
        return {key: shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        return [shortened(part) for part in value[:MOST]]
    if isinstance(value, str):
        known = SHOWN_ONCE.sub("...", value)
        return f"{known[:LONGEST]}..." if len(known) > LONGEST else known
    return value


def test_they_fit_what_is_described():
    registry = Registry().with_resource("urn:api", DRAFT202012.create_resource(STORED))
    wrong = []
    for name, example in STORED["components"]["examples"].items():
        checker = Draft202012Validator({"$ref": f"urn:api#/components/schemas/{name}"}, registry=registry)
        wrong += [(name, error.message) for error in checker.iter_errors(example["value"])]
    assert wrong == []


def test_every_shape_has_one_that_this_world_can_answer():
    assert shapes() - set(STORED["components"]["examples"]) == {"Applied", "Delivery", "Hours", "Look", "Plan", "Sent"}
