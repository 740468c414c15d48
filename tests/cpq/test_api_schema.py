"""The description of the API: stored as it is, and never one that breaks who reads it."""

import copy
import json
import re

import pytest
from django.test import Client

from core.api.endpoint import Endpoint
from core.api.problems import PROBLEM_JSON
from cpq.api_pages import described
from cpq.api_urls import urlpatterns
from cpq.api_words import MEANINGS, enums
from crm.rules.words import EVENTS
from customers.models import Customer
from docs.api import CATALOGUE, SCHEMA, broken, catalogue
from quotes.rules.paper import SECTIONS

STORED = json.loads(SCHEMA.read_text())


def test_the_stored_description_is_that_of_the_code():
    """Write it again with `python -m docs.api`."""
    assert described() == SCHEMA.read_text()
    assert catalogue() == CATALOGUE.read_text()


def changed(path, method, place, change):
    new = copy.deepcopy(STORED)
    part = new["paths"][path][method] if path else new
    for step in place:
        part = part[step]
    change(part)
    return new


QUOTES, CUSTOMER = "/api/v1/quotes/", "/api/v1/customers/{slug}/"
SHAPES = ("components", "schemas")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed("", "", ["paths"], lambda paths: paths[QUOTES].pop("post")), "POST /api/v1/quotes/ is gone."),
        (
            changed(QUOTES, "get", ["parameters"], lambda found: found.clear()),
            "GET /api/v1/quotes/: the parameter cursor is gone.",
        ),
        (
            changed("", "", [*SHAPES, "NewQuoteBody", "required"], lambda found: found.append("title")),
            "POST /api/v1/quotes/: ['title'] is required now.",
        ),
        (
            changed("", "", [*SHAPES, "Row", "properties"], lambda found: found.pop("title")),
            "GET /api/v1/quotes/ 200 results[]: the field title is gone.",
        ),
        (
            changed("", "", [*SHAPES, "DecisionBody", "properties", "decision", "enum"], lambda found: found.pop()),
            "POST /api/v1/quotes/{number}/decisions/: ['reject'] is taken no more.",
        ),
        (
            changed("", "", [*SHAPES, "Row", "properties", "version"], lambda found: found.update(type="string")),
            "GET /api/v1/quotes/ 200 results[] version: the type integer became string.",
        ),
    ],
    ids=["operation", "parameter", "required", "answer", "choice", "type"],
)
def test_what_breaks_is_told(new, said):
    found = [sentence.replace("DecisionBody decision", "") for sentence in broken(STORED, new)]
    assert any(said.split(": ")[-1] in sentence and sentence.startswith(said.split(" ")[0]) for sentence in found)


def test_what_is_added_breaks_nothing():
    new = changed("", "", [*SHAPES, "Row", "properties"], lambda found: found.update(more={"type": "string"}))
    new["paths"]["/api/v1/more/"] = {"get": {"responses": {}}}
    assert list(broken(STORED, new)) == []


def test_every_operation_says_what_it_needs_and_answers():
    for path, operations in STORED["paths"].items():
        for method, operation in operations.items():
            [key, session] = operation["security"]
            assert key["apiKey"], (path, method)
            assert session == {"session": []}
            assert {"4XX", "429", "503"} <= set(operation["responses"])
            assert operation["description"]
    names = [one["operationId"] for each in STORED["paths"].values() for one in each.values()]
    assert len(names) == len(set(names))


def test_every_parameter_and_every_word_of_a_list_is_explained():
    operations = [one for each in STORED["paths"].values() for one in each.values()]
    assert [
        one["name"] for each in operations for one in each.get("parameters", ()) if not one.get("description")
    ] == []
    assert {one for each in operations for one in each["tags"]} == {one["name"] for one in STORED["tags"]}
    unsaid = {tuple(map(str, part["enum"])) for part in enums(STORED) if frozenset(part["enum"]) not in MEANINGS}
    assert unsaid == {("1.0",), ("12", "24"), tuple(EVENTS), tuple(SECTIONS), tuple(Customer.Segment.values)}


def test_every_problem_that_is_told_of_an_operation_is_in_the_catalogue():
    types = re.findall(r"urn:quantile:problem:([a-z-]+)`", CATALOGUE.read_text())
    said = " ".join(one["description"] for one in STORED["components"]["responses"].values())
    told = set(re.findall(r"\(`([a-z-]+)`", said))
    assert (told - set(types), set(types) - told) == (set(), {"not-acceptable", "method-not-allowed", "server-error"})
    assert set(STORED["components"]["securitySchemes"]) == {"apiKey", "session"}


def test_the_reference_page_brings_everything_itself(client, db):
    page = client.get("/api/docs/").content.decode()
    assert "//" not in page.replace("http://testserver", "")
    assert json.loads(client.get("/api/v1/openapi.json").content)["openapi"] == "3.1.1"


@pytest.mark.parametrize("url", ["/api/docs/", "/api/v1/openapi.json"])
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "DELETE"])
def test_what_is_only_read_says_so_to_programs(url, method, db):
    client = Client(enforce_csrf_checks=True)
    answer = client.generic(method, url)
    problem = answer.json()
    assert (answer.status_code, answer["Allow"], answer["Content-Type"]) == (405, "GET, HEAD", PROBLEM_JSON)
    assert problem["detail"] == f'Method "{method}" not allowed. This address takes GET, HEAD.'
    assert (problem["type"], problem["request_id"]) == (
        "urn:quantile:problem:method-not-allowed",
        answer["X-Request-Id"],
    )


def test_what_is_to_go_is_said_a_year_before():
    endings = [
        one for pattern in urlpatterns for one in getattr(pattern.callback, "view_class", Endpoint).endings.values()
    ]
    assert [one for one in endings if (one.gone - one.said).days < 365] == []
