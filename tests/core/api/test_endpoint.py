import gzip
import json

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from core.api.once import forget, hold
from core.api.pages import Paged, page_of
from core.errors import Invalid
from core.models import ApiAnswer, Counter, User
from tests.conftest import make_person
from tests.core.test_api_keys import AT, make_key

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.things")]

URL = "/api/v1/things/"
NONE = "/api/v1/no-things/"


def post(client, body, **headers):
    return client.post(URL, body, content_type="application/json", headers=headers)


@pytest.fixture
def adas(ada, client_of):
    return client_of(ada)


def key(owner, *scopes, agent=False):
    return {"Authorization": f"Bearer {make_key(owner, scopes=scopes, agent=agent).text}"}


def test_a_key_opens_by_its_scope_alone(ada, client):
    reads, writes = key(ada, "quotes:read"), key(ada, "quotes:write")
    assert [client.get(URL, headers=one).status_code for one in (reads, writes)] == [200, 403]
    assert [post(client, {"name": "x"}, **one).status_code for one in (reads, writes)] == [403, 201]
    assert client.get(URL, headers=writes).json()["type"] == "urn:quantile:problem:scope-missing"


def test_an_agent_is_shown_where_a_person_decides(ada, client, settings):
    settings.SITE_URL = "https://quantile.example"
    answer = client.patch(URL, {}, content_type="application/json", headers=key(ada, "quotes:write", agent=True))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:quantile:problem:person-needed")
    assert answer.json()["decide_at"] == "https://quantile.example/things/"


def test_what_is_to_go_says_so_in_every_answer(adas):
    going, staying = adas.patch(URL, {}, content_type="application/json"), adas.get(URL)
    assert (going["Deprecation"], going["Sunset"]) == ("@1796083200", "Sat, 01 Jan 2028 00:00:00 GMT")
    assert ("Deprecation" in staying, "Sunset" in staying) == (False, False)


def test_what_is_to_go_is_marked_in_the_description():
    paths = SchemaGenerator(urlconf="tests.core.api.things").get_schema(request=None, public=True)["paths"]
    marked = {method: one.get("deprecated", False) for method, one in paths[URL].items()}
    assert marked == {"get": False, "post": False, "patch": True}


def test_a_person_needs_the_token_against_forgery(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    assert browser.get(URL).status_code == 200
    assert post(browser, {"name": "x"}).status_code == 403
    assert not Counter.objects.exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?fields=name", {"name": "thing"}),
        ("?fields=totals.net", {"totals": {"net": "1.00"}}),
        ("?fields=totals.net,totals.list", {"totals": {"net": "1.00", "list": "2.00"}}),
        ("?fields=parts.a&expand=parts", {"parts": [{"a": 1}]}),
        ("?colour=red&fields=name", {"name": "thing"}),
    ],
)
def test_fields_and_expansion(adas, query, found):
    assert adas.get(URL + query).json() == found


@pytest.mark.parametrize("fields", ["name", "totals", "totals.net", "parts", "parts.a,parts.b"])
def test_fields_of_a_list_without_rows(adas, fields):
    assert adas.get(f"{NONE}?fields={fields}").json() == {"results": [], "next": None}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("nam", "fields: nam is not known here; what can be had: name, totals, parts."),
        ("name,part.a", "fields: part is not known here; what can be had: name, totals, parts."),
        ("parts.c", "fields: c is not known here; what can be had: a, b."),
        ("next", "fields: next is not known here; what can be had: name, totals, parts."),
    ],
)
def test_a_typo_is_named_where_no_row_shows_it(adas, fields, said):
    answer = adas.get(f"{NONE}?fields={fields}")
    assert (answer.status_code, answer.json()["errors"]) == (422, {"fields": said})


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("?fields=nam", "fields", "fields: nam is not known here; what can be had: name, totals."),
        ("?expand=all", "expand", "expand: all is not known here; what can be had: parts."),
        ("?color=red", "color", "color: not known here; known are: colour."),
        ("?colour=green", "colour", 'colour: "green" is not a valid choice. Choose one of: red, blue.'),
        ("?colour=red&colour=blue", "colour", "colour: is given twice; name it once."),
        ("?fields=name&fields=totals", "fields", "fields: is given twice; name it once."),
        ("?fields=" + "name," * 51, "fields", "fields: at most 50 at a time."),
        ("?fields=name.first", "fields", "fields: name has no parts; ask for name."),
        ("?format=xml", "format", "format: not known here; known are: colour."),
        ("?colour=%00", "colour", "colour: holds a NUL character."),
    ],
)
def test_what_is_asked_wrongly_is_named(adas, query, field, said):
    answer = adas.get(URL + query)
    assert (answer.status_code, answer.json()["errors"]) == (422, {field: said})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["name"]),
        ({"name": 1}, ["name"]),
        ({"name": "x", "size": "1"}, ["size"]),
        ({"name": "x", "size": True}, ["size"]),
        ({"name": "x", "size": 1.5}, ["size"]),
        ({"name": "x", "price": 1.5}, ["price"]),
        ({"name": "x", "price": "1e3"}, ["price"]),
        ({"name": "x", "price": "-1"}, ["price"]),
        ({"name": "x", "loud": "yes"}, ["loud"]),
        ({"name": "x", "code": "ABC"}, ["code"]),
        ({"name": "x", "nme": "y", "siz": 1}, ["nme", "siz"]),
        ({"nme": "y", "size": "1"}, ["nme", "name", "size"]),
        ([], ["body"]),
        ("x", ["body"]),
        (None, ["body"]),
    ],
)
def test_every_wrong_field_is_named(adas, body, fields):
    answer = post(adas, json.dumps(body))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, fields)
    assert not Counter.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('{"name": NaN}', 400),
        ('{"name": 1e999}', 400),
        ('{"name": ' + "9" * 5000 + "}", 400),
        ("[" * 100_000, 422),
        ("[" * 60 + "]" * 60, 422),
        ('{"name": "\\u0000"}', 422),
        ('{"name": "\\ud800"}', 422),
        ('{"\\u0000": 1}', 422),
        ('{"name": "x", "name": "x"}', 422),
        ('{"name": {"\\u0000": 1, "\\u0000": 1}}', 422),
        (" " * (2 * 1024**2 + 1), 413),
        (b"\xff", 400),
    ],
    ids=[
        "cut",
        "nan",
        "endless",
        "long",
        "deep",
        "deeper",
        "nul",
        "half",
        "key",
        "twice",
        "odd twice",
        "large",
        "bytes",
    ],
)
def test_a_body_that_cannot_be_is_a_problem(adas, body, status):
    answer = post(adas, body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert not Counter.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        ("", "application/json", 201, {}),
        ("", "application/x-www-form-urlencoded", 201, {}),
        ({}, "application/json", 201, {}),
        ({"note": "x"}, "application/json", 422, {"note": "note: not known here; known are: none."}),
        ([], "application/json", 422, {"body": "body: Invalid data. Expected a dictionary, but got list."}),
        ("note=x", "application/x-www-form-urlencoded", 415, {}),
    ],
)
def test_what_is_sent_where_nothing_is_read_is_refused(adas, body, kind, status, said):
    answer = adas.post(f"{URL}done/", body, content_type=kind)
    assert (answer.status_code, answer.json().get("errors", {})) == (status, said)
    assert Counter.objects.exists() == (status == 201)


def test_other_kinds_of_body_and_method(adas):
    nowhere = adas.get("/api/v1/nowhere/")
    assert (nowhere.status_code, nowhere["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "headers", "kind", "said"),
    [
        ("DELETE", {}, "method-not-allowed", 'Method "DELETE" not allowed. This address takes GET, HEAD, POST, PATCH.'),
        (
            "OPTIONS",
            {},
            "method-not-allowed",
            'Method "OPTIONS" not allowed. This address takes GET, HEAD, POST, PATCH.',
        ),
        ("GET", {"Accept": "text/html"}, "not-acceptable", "Accept: this address answers application/json."),
        (
            "POST",
            {"Content-Type": "text/plain"},
            "unsupported-media-type",
            'Content-Type: Unsupported media type "text/plain" in request. Send application/json.',
        ),
    ],
)
def test_what_is_taken_instead_is_said(ada, client, method, headers, kind, said):
    headers = {**key(ada, "quotes:read", "quotes:write"), **headers}
    body = "{}" if method == "POST" else ""
    kind_of_body = headers.pop("Content-Type", "application/json")
    problem = client.generic(method, URL, body, content_type=kind_of_body, headers=headers).json()
    assert (problem["type"], problem["detail"]) == (f"urn:quantile:problem:{kind}", said)
    assert "{" not in problem["title"]


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP, identity"])
def test_a_compressed_body_is_not_read(adas, coding):
    answer = post(adas, gzip.compress(b'{"name": "x"}'), **{"Content-Encoding": coding})
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:quantile:problem:unsupported-content-encoding")
    said = f"Content-Encoding: {coding} is not read; send the body uncompressed, without it."
    assert answer.json()["detail"] == said
    assert not Counter.objects.exists()


def test_a_body_that_is_said_to_be_as_it_is_is_read(adas):
    assert post(adas, {"name": "x"}, **{"Content-Encoding": "identity"}).status_code == 201


def test_a_pattern_is_named(adas):
    said = post(adas, {"name": "x", "code": "ABC"}).json()["errors"]["code"]
    assert said == "code: This value does not match the required pattern. It is ^[a-z]{2}$"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
def test_a_scheme_is_known_in_any_case(ada, client, scheme):
    text = make_key(ada, scopes=("quotes:read",)).text
    assert client.get(URL, headers={"Authorization": f"{scheme} {text}"}).status_code == 200


@pytest.mark.parametrize("sent", ["", "Basic YTpi", "qk_a_b"])
def test_who_sends_no_key_is_told_how(client, sent):
    answer = client.get(URL, headers={"Authorization": sent} if sent else {})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["detail"].startswith('Send a key: "Authorization: Bearer qk_...".')


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_missing_slash_loses_neither_method_nor_body(adas, method):
    answer = adas.generic(method, f"{URL[:-1]}?colour=red", "{}", content_type="application/json")
    assert (answer.status_code, answer["Location"]) == (308, f"{URL}?colour=red")


def test_a_post_with_a_key_counts_once(adas):
    first = post(adas, {"name": "x", "size": 1}, **{"Idempotency-Key": "k1"})
    second = post(adas, '{"size":1,   "name": "x"}', **{"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code, Counter.objects.get().last) == (201, 201, 1)
    assert (second["Idempotency-Replayed"], second["Location"]) == ("true", "/1/")
    # What is shown once is not kept.
    assert (first.json(), second.json()) == ({"number": 1, "secret": "s3cret"}, {"number": 1, "secret": None})
    assert "s3cret" not in ApiAnswer.objects.get().body


def test_a_key_belongs_to_one_request_of_one_person(adas, ben, client_of):
    post(adas, {"name": "x"}, **{"Idempotency-Key": "k1"})
    other = post(adas, {"name": "y"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:quantile:problem:idempotency-key-reused")
    assert post(client_of(ben), {"name": "y"}, **{"Idempotency-Key": "k1"}).status_code == 201
    assert Counter.objects.get().last == 2


def test_a_refusal_is_not_remembered_and_leaves_nothing(adas):
    assert post(adas, {"name": "refuse"}, **{"Idempotency-Key": "k1"}).status_code == 409
    assert not Counter.objects.exists()
    assert post(adas, {"name": "x"}, **{"Idempotency-Key": "k1"}).status_code == 201
    assert post(adas, {"name": "x"}, **{"Idempotency-Key": "a b"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_to_come_back(client_of):
    ada = make_person("ada")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            name = f"api answer {ada.pk} k1"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            answer = post(client_of(ada), {"name": "x"}, **{"Idempotency-Key": "k1"})
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quantile:problem:still-running")
    assert answer["Retry-After"] == "1"
    assert post(client_of(ada), {"name": "x"}, **{"Idempotency-Key": "k1"}).status_code == 201


def test_answers_are_forgotten_after_two_days(adas, ada):
    post(adas, {"name": "x"}, **{"Idempotency-Key": "k1"})
    assert forget(at=AT) == 0
    ApiAnswer.objects.update(created_at=AT.replace(day=21))
    assert forget(at=AT) == 1


@pytest.mark.parametrize(
    ("match", "status", "kind"),
    [
        ("", 428, "match-needed"),
        ('"0"', 412, "stale"),
        ('"0", "1"', 200, ""),
        ("*", 200, ""),
        ('W/"1"', 200, ""),
        ('W/"0"', 412, "stale"),
        ("1", 422, "invalid"),
    ],
)
def test_if_match(adas, match, status, kind):
    headers = {"If-Match": match} if match else {}
    answer = adas.patch(URL, {}, content_type="application/json", headers=headers)
    assert answer.status_code == status
    assert answer.json().get("type", "").removeprefix("urn:quantile:problem:") == kind


def test_requests_are_counted_by_the_minute(adas, settings, client, ada):
    settings.API_REQUESTS_A_MINUTE = 2
    answers = [adas.get(URL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2]["Retry-After"] == answers[2]["RateLimit-Reset"]
    assert client.get(URL, headers=key(ada, "quotes:read"))["RateLimit-Remaining"] == "1"


def test_a_request_has_a_name(adas):
    assert adas.get(URL, headers={"X-Request-Id": "mine-1"})["X-Request-Id"] == "mine-1"
    problem = adas.get(f"{URL}?fields=x", headers={"X-Request-Id": "b a d\x7f"})
    assert problem.json()["request_id"] == problem["X-Request-Id"]
    assert len(problem["X-Request-Id"]) == 16


def test_pages_follow_each_other_whatever_comes_between(ada, ben, fay, pia):
    people, order = User.objects.filter(username__in=["ada", "ben", "fay", "pia"]), ("-last_name", "pk")
    first = page_of(people, {"limit": 2}, *order, name="people")
    make_person("eve")
    second = page_of(people, {"limit": 2, "cursor": first.next}, *order, name="people")
    assert [one.username for one in first.rows + second.rows] == ["ben", "fay", "ada", "pia"]
    assert second.next is None
    for name, cursor in (("others", first.next), ("people", "made-up")):
        with pytest.raises(Invalid):
            page_of(people, {"limit": 2, "cursor": cursor}, *order, name=name)


def test_how_long_a_page_may_be():
    assert [Paged(data=data).is_valid() for data in ({}, {"limit": 200}, {"limit": 201}, {"limit": 0})] == [
        True,
        True,
        False,
        False,
    ]


def test_holding_a_key_needs_a_transaction_of_its_own(ada, rf):
    request = rf.post(URL)
    request.user = ada
    with transaction.atomic():
        hold(request, "k")
        hold(request, "k")
    assert connection.in_atomic_block
