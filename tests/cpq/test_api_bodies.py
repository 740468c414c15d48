"""Bodies that nobody means well with, at every address that takes one: problem details, and nothing written."""

import json
import resource

import pytest
from django.db import transaction

from core.models import AuditEntry, User
from core.roles import ROLES
from tests.cpq.test_api_operations import OPERATIONS, ROWS, address
from tests.factories import make_customer, make_draft_quote

pytestmark = pytest.mark.django_db

DEEP = "[" * 39 + "]" * 39
EMPTY = ("", "\ufeff{}")
BODIES = [
    *EMPTY,
    "null",
    "[]",
    '"text"',
    "1e400",
    "NaN",
    "{",
    DEEP,
    "[" * 50_000,
    '{"a":' * 500 + "1" + "}" * 500,
    json.dumps({"\x00": "\x00"}),
    '{"name": "x", "name": "x"}',
    '{"quantity": 1e-400, "months": 12345678901234567890.12345678901234567890}',
    json.dumps({"name": "\ud800", "customer": "\udfff"}),
    json.dumps({"version": 10**39, "months": -(10**39), "quantity": "9" * 5000}),
    json.dumps({"terms": {"charges": [{}] * 5000}, "drivers": [{}] * 5000, "prices": {str(n): n for n in range(5000)}}),
    json.dumps({f"field{n}": n for n in range(20_000)}),
    json.dumps({"title": "\u202e\U0001f4a3\u0301" * 40_000}),
    json.dumps({"terms": {"currency": "USD", "start": "9999-12-31", "months": 600}}),
    json.dumps({"terms": {"currency": "USD", "start": "0001-01-01", "months": 600, "anchor_day": 31}}),
]
TAKES = [row for row in ROWS if "application/json" in OPERATIONS[row[0]][2].get("requestBody", {}).get("content", {})]
WRITES = [row for row in ROWS if OPERATIONS[row[0]][0] in ("post", "put", "patch", "delete")]


@pytest.fixture
def world():
    """A customer with a draft; the rest of the addresses need not exist to be asked wrongly."""
    draft = make_draft_quote(customer=make_customer(history=False), assumptions=ASSUMED)
    return {name: {"slug": "acme", "number": draft.quote.number, "code": "tests"} for _, name, *_ in ROWS}


ASSUMED = {
    f"tokens|direction={way}": {"low": "1000000", "base": "2000000", "high": "3000000"} for way in ("input", "output")
}


@pytest.fixture
def client(client_of):
    """Of somebody who may do everything."""
    return client_of(User.objects.create_user("all", roles=sorted(ROLES)))


@pytest.mark.long
def test_what_takes_no_json_is_not_hurt_by_it(world, client):
    for name, thing, *_ in WRITES:
        if [name, thing] in [row[:2] for row in TAKES]:
            continue
        method, path, _ = OPERATIONS[name]
        for body in BODIES:
            with transaction.atomic():
                answer = client.generic(
                    method.upper(),
                    address(path, thing, world),
                    body.encode("utf-8", "surrogatepass"),
                    content_type="application/json",
                    headers={"If-Match": "*", "Idempotency-Key": "k"},
                )
                transaction.set_rollback(True)
            assert answer.status_code < 500, (name, body[:60], answer.content[:200])


@pytest.mark.long
def test_every_bad_body_is_a_problem(world, client):
    before = AuditEntry.objects.count()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, thing, *_ in TAKES:
        method, path, operation = OPERATIONS[name]
        asked = operation["requestBody"].get("required", False)
        for body in BODIES if asked else BODIES[len(EMPTY) :]:
            answer = client.generic(
                method.upper(),
                address(path, thing, world),
                body.encode("utf-8", "surrogatepass"),
                content_type="application/json",
                headers={"If-Match": "*"},
            )
            told = (name, body[:60], answer.status_code, answer.content[:200])
            assert 400 <= answer.status_code < 500 or name in HARMLESS, told
            assert answer["Content-Type"] == "application/problem+json" or answer.status_code == 200, told
            assert len(answer.content) < 100_000, told
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 200 * 1024  # in KB
    assert AuditEntry.objects.count() == before


# Terms of no charge are terms; a batch is answered event by event; a catalog of nothing changes nothing.
HARMLESS = ("price_post", "events_post", "catalog_plan_post", "catalog_application_post")
