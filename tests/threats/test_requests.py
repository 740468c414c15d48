"""What somebody may try with requests, row by row of docs/FAULTS.md."""

import logging
import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.logs import LineFormatter, masked
from core.models import Spending
from quotes.actions.approval_rules import publish_rule, start_rule
from quotes.models import Quote, QuoteLine, QuoteVersion
from tests.conftest import make_person
from tests.cpq.test_matrix import ROWS, WORDS
from tests.cpq.world import LETTERS, arguments, session_of, world  # noqa: F401 - the fixture
from tests.factories import AT, make_customer, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

NARROWED = ("", "?q=", "?q=%00", "?owner=", "?owner=nobody", "?status=", "?status=x", "?customer=", "?customer=x")
MORE = ("?mine=", "?page=999", "?expires=x", "?id=", "?number=", "?view=999", "?ids=", "?columns=")


@pytest.mark.parametrize("path", ["/quotes/", "/quotes/list.csv", "/search/", "/api/v1/quotes/", "/quotes/home/"])
def test_t2_no_filter_however_empty_or_odd_shows_more_than_ones_own(path, ada, eve, client_of):
    number = make_draft_quote(title="Adas alone").quote.number
    client = client_of(eve)
    for query in (*NARROWED, *MORE):
        answer = client.get(path + query)
        assert answer.status_code < 500, query
        body = (b"".join(answer) if answer.streaming else answer.content).decode()
        assert (number in body, "Adas alone" in body) == (False, False), query


FORGED = {
    "status": "approved",
    "approved_at": "2026-01-01",
    "owner": "2",
    "owner_id": "2",
    "created_by": "2",
    "sha256": "0" * 64,
    "snapshot": "{}",
    "net_price": "1",
    "total": "1",
    "committed": "1",
    "approver": "1",
    "decision": "approve",
    "number": "99",
    "version": "99",
    "id": "1",
    "pk": "1",
    "roles": "finance",
    "is_superuser": "on",
}


@pytest.mark.parametrize(
    ("path", "wanted", "moves"),
    [
        ("facts/", {"title": "Other"}, {"title"}),
        ("lines/seats/", {"quantity": "7"}, {"component", "committed_total"}),
    ],
)
def test_t4_what_a_form_does_not_ask_for_is_not_taken(path, wanted, moves, ada, client_of):
    """Every field of the tables is posted along; what moved is what the form is for, and what follows from it."""
    draft = make_draft_quote()
    version, line = rows(QuoteVersion), rows(QuoteLine)
    answer = client_of(ada).post(
        f"/quotes/{draft.quote.number}/{path}", {**FORGED, "edit_number": draft.edit_number, **wanted}
    )
    assert answer.status_code == 303
    moved = changed(version, rows(QuoteVersion)) | changed(line, rows(QuoteLine))
    assert moved == {"edit_number", "edited_at", *moves}
    quote = Quote.objects.get()
    assert (quote.owner, quote.number) == (ada, draft.quote.number)
    ada.refresh_from_db()
    assert (ada.roles, ada.is_superuser) == (["sales"], False)


def rows(model) -> list[dict]:
    return list(model.objects.order_by("pk").values())


def changed(before: list[dict], after: list[dict]) -> set[str]:
    pairs = zip(before, after, strict=True)
    return {name for old, new in pairs for name in old if old[name] != new[name]}


def test_t4_a_decision_takes_no_other_decider(ben, fay, client_of):
    version = make_submitted_quote()
    path = f"/quotes/{version.quote.number}/v1/decision/"
    given = {"decision": "approve", "sha256": version.sha256, "decided_by": fay.pk, "by": fay.pk, "at": "2020-01-01"}
    assert client_of(ben).post(path, given).status_code == 303
    approval = version.approvals.get()
    assert (approval.decided_by, approval.decided_at.year >= 2026) == (ben, True)


def test_t5_no_right_lets_anybody_decide_on_their_own(ada, client_of):
    """An administrator and superuser with every role, who made the version: refused, without a button to press."""
    version = make_submitted_quote()
    ada.roles, ada.is_superuser, ada.is_staff = ["sales", "deal_desk", "finance", "pricing_ops", "admin"], True, True
    ada.save()
    client = client_of(ada)
    page = client.get(f"/quotes/{version.quote.number}/v1/").content.decode()
    assert 'value="approve"' not in page
    path = f"/quotes/{version.quote.number}/v1/decision/"
    answer = client.post(path, {"decision": "approve", "sha256": version.sha256})
    assert answer.status_code == 409
    assert "You created, edited or submitted this version" in answer.content.decode()
    assert QuoteVersion.objects.get().status == "submitted"


OPENS = {letter: name for letter, name in LETTERS.items() if letter != "D"}
NOTED = {"quotes:room_enter", "quotes:document"}
"""Opening a customer's link is what is noted of it; who opens a document first has it made."""


@pytest.fixture
def addresses(world):  # noqa: F811
    """Every address, and somebody for whom it opens."""
    sessions = {letter: session_of(world["people"][name]) for letter, name in OPENS.items()}
    return [
        (name, reverse(name, kwargs=arguments(thing, world)), sessions[next(iter(WORDS.get(who, who) + "A"))])
        for name, thing, who in ((name, thing, who.lstrip("-0")) for name, thing, who in ROWS)
    ]


def test_t11_no_post_without_the_token_does_anything(addresses):
    for name, path, session in addresses:
        client = Client(enforce_csrf_checks=True)
        client.cookies["sessionid"] = session
        with CaptureQueriesContext(connection) as queries:
            status = client.post(path, {"x": "1"}).status_code
        # Messages of a CRM come with a signature instead of a session.
        assert status in (401, 403, 404, 405), (name, status)
        assert writes(queries) == [], name


# What reading may write: that somebody was here, and the secret of an app that is being set up.
KEPT = ("core_browsersession", "core_spending", "otp_totp_totpdevice")


def test_t11_reading_changes_nothing(addresses):
    found = {}
    for name, path, session in addresses:
        client = Client()
        client.cookies["sessionid"] = session
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        if name not in NOTED and (wrote := writes(queries)):
            found[name] = wrote
    assert found == {}


def writes(queries: CaptureQueriesContext) -> list[str]:
    statements = [query["sql"] for query in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)\b", query["sql"])]
    return [sql[:120] for sql in statements if not any(table in sql for table in KEPT)]


def test_t18_what_is_costly_or_can_be_guessed_has_a_limit_that_needs_no_cache(ada, client_of, settings):
    """Redis is away and has no say; another person is not held up, and the next minute begins anew."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://x:1"}}
    settings.LIMITS = {"quotes:list_file": 3, "quotes:room_enter": 3}
    client = client_of(ada)
    assert [client.get("/quotes/list.csv").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = client.get("/quotes/list.csv")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert client_of(make_person("eve")).get("/quotes/list.csv").status_code == 200
    guesses = [Client().get(f"/room/guess-number-{n}/").status_code for n in range(5)]
    assert guesses[3:] == [429, 429]
    assert Client().get("/room/guess/", REMOTE_ADDR="10.0.0.9").status_code == guesses[0]
    Spending.objects.all().delete()
    assert client.get("/quotes/list.csv").status_code == 200


def test_t18_the_limits_name_addresses_that_are_there():
    from cpq.settings import LIMITS  # noqa: PLC0415 - what a real process has; under test there are none

    assert sorted(set(LIMITS) - {name for name, *_ in ROWS}) == []


def test_t22_a_line_of_the_log_stays_one_line():
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "Not found: %s", ("/a\r\nERROR forged\u2028b",), None)
    line = LineFormatter("%(levelname)s %(message)s").format(record)
    assert line == r"WARNING Not found: /a\x0d\x0aERROR forged\x2028b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Not Found: /room/Zk3_8s-Q0aaaaaaaaaaaaaaaaaa/", "Not Found: /room/…/"),
        ("/account/password/MQ/c5x-0123456789abcdef/", "/account/password/…/"),
        ("key qk_abcd2345_S3cret-thing of Ivo", "key qk_abcd2345_… of Ivo"),
        ("Authorization: Bearer qk_abcd2345_S3cret", "Authorization: Bearer …"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw== is old", "whsec_… is old"),
        ("redis://user:hunter2@cache:6379 is away", "redis://user:…@cache:6379 is away"),
    ],
)
def test_t22_what_opens_something_is_not_logged(text, shown):
    assert masked(text) == shown


def test_t22_secrets_that_were_typed_are_in_no_log(ada, caplog):
    caplog.set_level(logging.DEBUG)
    Client().post("/login/", {"username": "ada", "password": "ZZCANARY-password"})
    Client().get("/api/v1/quotes/", headers={"Authorization": "Bearer qk_abcd2345_ZZCANARY-key"})
    Client().get("/room/ZZCANARY-token-of-a-room-link/")
    lines = [LineFormatter("%(message)s").format(record) for record in caplog.records]
    assert [line for line in lines if "ZZCANARY" in line] == []


BAD_NEXT = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%0d%0aLocation:https://evil.example",
    "\thttps://evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
)


@pytest.mark.parametrize("address", BAD_NEXT)
def test_t26_no_way_in_leads_to_another_host(ada, address):
    answer = Client().post("/login/", {"username": "ada", "password": "secret", "next": address})
    to = answer["Location"]
    assert answer.status_code == 302
    assert to == "/" or (to.startswith("/%0d%0a") and "\r" not in to and "\n" not in to)
    theme = Client().post("/theme/", {"theme": "dark", "next": address})
    assert theme["Location"] in ("/", to)


def test_t26_nobody_frames_us_or_reaches_us_from_a_tab_they_opened(ada, client_of):
    answer = client_of(ada).get("/")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"


def test_t27_a_known_and_an_unknown_name_cost_the_same(ada, monkeypatch):
    """Not timed, since a busy machine lies: the costly part is counted, and the answers are compared."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append("x") or encode(*args))
    seen = []
    for name in ("ada", "nobody-here"):
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post("/login/", {"username": name, "password": "wrong"})
        body = re.sub(r'value="\w+"|X-CSRFToken": "\w+"', "", answer.content.decode().replace(name, "NAME"))
        seen.append((answer.status_code, len(hashed), len(queries), body))
    assert seen[0] == seen[1]


def test_t27_a_quote_of_another_and_none_at_all_look_alike(ada, eve, client_of):
    number = make_draft_quote().quote.number
    client = client_of(eve)
    there, nowhere = client.get(f"/quotes/{number}/"), client.get("/quotes/Q-2026-9999/")
    bare = [re.sub(r'(value="|CSRFToken": ")\w+', "", answer.content.decode()) for answer in (there, nowhere)]
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert bare[0].replace(number, "") == bare[1].replace("Q-2026-9999", "")


def test_t23_what_was_submitted_keeps_the_rule_it_was_judged_by(ben, fay):
    """A rule that is published later asks for nothing of what waits already; the next quote is judged by it."""
    version = make_submitted_quote()
    before = list(version.approvals.order_by("pk").values_list("rule", "reason", "decision"))
    content = {
        "title": "Every deal",
        "condition": "months >= 1",
        "reason": "{months} months",
        "role": "finance",
        "examples": [{"facts": {"months": 12}, "asks": True}, {"facts": {"months": 0}, "asks": False}],
    }
    publish_rule(start_rule("every", by=ben, at=AT, content=content), by=fay, at=AT)
    assert list(version.approvals.order_by("pk").values_list("rule", "reason", "decision")) == before
    later = make_submitted_quote(customer=make_customer("later"))
    assert "every" in later.approvals.values_list("rule", flat=True)
