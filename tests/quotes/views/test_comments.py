"""What happened to a quote and what colleagues say about it, as one list."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit import history
from core.models import Mail
from quotes.actions.comments import add_comment
from quotes.models import Comment
from tests.factories import AT
from tests.quotes.views.deals import HTMX, a_draft, post, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def said() -> list[tuple]:
    return list(Comment.objects.order_by("pk").values_list("by__username", "text"))


def told(html: str) -> list[str]:
    """Who did what, the latest first."""
    return re.findall(r"<p><b>([^<]+</b> [^<]+)</p>", html)


@pytest.mark.parametrize("htmx", [False, True])
def test_everybody_who_sees_the_quote_may_comment(ada, ben, eve, ivo, dan, client, client_of, htmx):
    path = f"/quotes/{a_draft(ada).quote.number}/comments/"
    assert client_of(ada).get(path).status_code == 405
    assert [post(client_of(who), path, {"text": "x"}, htmx=htmx).status_code for who in (eve, ivo, dan)] == [404] * 3
    assert post(client, path, {"text": "x"}).headers["Location"].startswith("/login/")
    assert said() == []
    for who in (ada, ben):
        answer = post(client_of(who), path, {"text": " Ready? "}, htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
    assert said() == [("ada", "Ready?"), ("ben", "Ready?")]


def test_a_mention_writes_a_mail_once_and_to_nobody_else(ada, ben, fay, client_of):
    number = a_draft(ada).quote.number
    post(client_of(ada), f"/quotes/{number}/comments/", {"text": "@ben and @ben and @ada: look."})
    [mail] = Mail.objects.all()
    assert (mail.to, mail.about) == (ben.email, f"quote:{number}")
    assert mail.subject == f"Ada Lindqvist mentions you: {number}"
    assert f"/quotes/{number}/timeline/#comment-{Comment.objects.get().pk}" in mail.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  ", "A comment needs words."),
        ("x" * 4001, "A comment has at most 4,000 characters"),
        ("@nobody look", "There is nobody called @nobody"),
        ("@eve look", "@eve may not see this quote"),
        ("@ivo look", "@ivo may not see this quote"),
    ],
)
def test_what_cannot_be_said_stays_in_the_field(ada, eve, ivo, client_of, text, reason):
    number = a_draft(ada).quote.number
    answer = post(client_of(ada), f"/quotes/{number}/comments/", {"text": text}, htmx=True)
    html = answer.content.decode()
    assert (answer.status_code, reason in html, text in html) == (422, True, True)
    assert (said(), Mail.objects.count()) == ([], 0)


@pytest.mark.parametrize("htmx", [False, True])
def test_only_the_author_takes_a_comment_back(ada, ben, eve, client_of, htmx):
    version = a_draft(ada)
    comment = add_comment(version.quote, text="Too cheap.", by=ben, at=AT)
    path = f"/quotes/{version.quote.number}/comments/{comment.pk}/removal/"
    assert client_of(ben).get(path).status_code == 405
    assert post(client_of(ada), path, htmx=htmx).status_code == 403
    assert post(client_of(eve), path, htmx=htmx).status_code == 404
    assert said() == [("ben", "Too cheap.")]
    assert post(client_of(ben), path, htmx=htmx).status_code == (200 if htmx else 303)
    assert said() == []
    entries = history(f"quote:{version.quote.number}")
    assert [entry.verb for entry in entries][-2:] == ["comment", "remove_comment"]
    assert "Too cheap." not in str([entry.data for entry in entries])


def test_events_and_comments_are_one_list(ada, ben, client_of):
    version = submitted(ada)
    number = version.quote.number
    post(client_of(ben), f"/quotes/{number}/comments/", {"text": "Why 25 %? @ada"})
    for path in (f"/quotes/{number}/timeline/", f"/quotes/{number}/v1/"):
        html = client_of(ada).get(path).content.decode()
        assert told(html) == [
            "Ben Okafor</b> commented",
            "Ada Lindqvist</b> submitted version 1",
            "Ada Lindqvist</b> edited version 1 (3 changes)",
            "Ada Lindqvist</b> started the quote",
        ]
        assert '<b class="mention">@ada</b>' in html
    part = client_of(ada).get(f"/quotes/{number}/timeline/", headers=HTMX).content.decode()
    assert part.strip().startswith('<section class="panel" id="timeline"')


def test_the_builder_asks_for_the_list(ada, client_of):
    number = a_draft(ada).quote.number
    assert f'hx-get="/quotes/{number}/timeline/"' in client_of(ada).get(f"/quotes/{number}/").content.decode()


@pytest.mark.parametrize("queries", [7])
def test_1_and_3_comments_take_the_same_queries(ada, ben, client_of, queries):
    version = a_draft(ada)
    client = client_of(ada)
    for more in (1, 2):
        for _ in range(more):
            add_comment(version.quote, text="@ada look", by=ben, at=AT)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(f"/quotes/{version.quote.number}/timeline/").status_code == 200
        assert len(taken) == queries
