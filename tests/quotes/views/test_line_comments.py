"""Comments on rows, and threads: answered, resolved by somebody, opened again, and kept when the row has gone."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit import history
from core.models import Mail
from quotes.actions.approvals import decide
from quotes.actions.comments import add_comment, remove_comment, resolve_thread
from quotes.actions.lines import remove_line
from quotes.actions.outline import add_text, remove_text
from quotes.actions.versions import revise, submit
from quotes.models import Comment, QuoteVersion
from tests.factories import AT
from tests.quotes.views.deals import HTMX, a_draft, post, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def said() -> list[tuple]:
    rows = Comment.objects.order_by("pk").values_list("by__username", "text", "line", "thread__text", "resolved_by")
    return list(rows)


def marks(html: str) -> dict[str, int]:
    found = re.search(r'data-talk="([^"]+)"', html)
    assert found is not None
    return json.loads(found[1].replace("&quot;", '"'))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_line_is_spoken_of_and_answered(ada, ben, eve, dan, client_of, htmx):
    number = a_draft(ada).quote.number
    page, path = f"/quotes/{number}/lines/seats/comments/", f"/quotes/{number}/comments/"
    assert [client_of(who).get(page).status_code for who in (ada, ben, eve, dan)] == [200, 200, 404, 404]
    answer = post(client_of(ada), path, {"text": "Why 25 seats?", "line": "seats"}, htmx=htmx)
    assert answer.status_code == (200 if htmx else 303)
    thread = Comment.objects.get()
    post(client_of(ben), path, {"text": "They said so.", "line": "seats", "thread": thread.pk}, htmx=htmx)
    assert said() == [
        ("ada", "Why 25 seats?", "seats", None, None),
        ("ben", "They said so.", "seats", "Why 25 seats?", None),
    ]
    assert (thread.line_name, thread.version) == ("Seats", 1)
    html = client_of(ada).get(page).content.decode()
    assert html.index("Why 25 seats?") < html.index("They said so.")
    assert marks(client_of(ada).get(f"/quotes/{number}/timeline/").content.decode()) == {"seats": 1}


def test_who_spoke_in_a_thread_is_told_of_an_answer_once(ada, ben, fay):
    quote = a_draft(ada).quote
    thread = add_comment(quote, text="@ben look", line="seats", by=ada, at=AT)
    add_comment(quote, text="@ada fine", thread=thread, by=ben, at=AT)
    add_comment(quote, text="Fine too", thread=thread, by=fay, at=AT)
    assert list(Mail.objects.order_by("pk").values_list("to", "subject")) == [
        (ben.email, f"Ada Lindqvist mentions you: {quote.number}"),
        (ada.email, f"Ben Okafor mentions you: {quote.number}"),
        (ada.email, f"{fay.full_name} answers you: {quote.number}"),
        (ben.email, f"{fay.full_name} answers you: {quote.number}"),
    ]


def test_what_cannot_be_said_of_a_line_stays_in_its_field(ada, client_of):
    number = a_draft(ada).quote.number
    thread = add_comment(a_draft(ada).quote, text="elsewhere", by=ada, at=AT)
    path = f"/quotes/{number}/comments/"
    answer = post(client_of(ada), path, {"text": "@nobody", "line": "seats"}, htmx=True)
    assert (answer.status_code, "@nobody</textarea>" in answer.content.decode()) == (422, True)
    assert post(client_of(ada), path, {"text": "x", "line": "nowhere"}, htmx=True).status_code == 404
    assert post(client_of(ada), path, {"text": "x", "thread": thread.pk}, htmx=True).status_code == 404
    assert [text for _, text, *_ in said()] == ["elsewhere"]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_thread_is_resolved_and_opened_again(ada, ben, eve, client_of, htmx):
    version = a_draft(ada)
    thread = add_comment(version.quote, text="Too cheap.", line="seats", by=ben, at=AT)
    path = f"/quotes/{version.quote.number}/comments/{thread.pk}/resolution/"
    assert client_of(ada).get(path).status_code == 405
    assert post(client_of(eve), path, htmx=htmx).status_code == 404
    assert said() == [("ben", "Too cheap.", "seats", None, None)]
    done = post(client_of(ada), path, {"to": "resolved", "line": "seats"}, htmx=htmx)
    assert done.status_code == (200 if htmx else 303)
    assert said() == [("ben", "Too cheap.", "seats", None, ada.pk)]
    timeline = f"/quotes/{version.quote.number}/timeline/"
    html = client_of(ben).get(timeline).content.decode()
    assert ("Resolved by Ada Lindqvist" in html, marks(html)) == (True, {})
    assert "Too cheap." not in client_of(ben).get(f"{timeline}?show=open").content.decode()
    assert "Too cheap." in client_of(ben).get(f"{timeline}?show=resolved").content.decode()
    again = post(client_of(ben), path, {"to": "open"}, htmx=htmx)
    assert again.status_code == (200 if htmx else 303)
    assert said() == [("ben", "Too cheap.", "seats", None, None)]
    verbs = [entry.verb for entry in history(f"quote:{version.quote.number}")]
    assert verbs[-3:] == ["comment", "resolve_comment", "reopen_comment"]


def test_of_two_who_resolve_the_first_did(ada, ben, client_of):
    version = a_draft(ada)
    thread = add_comment(version.quote, text="Too cheap.", by=ben, at=AT)
    path = f"/quotes/{version.quote.number}/comments/{thread.pk}/resolution/"
    resolve_thread(thread, by=ben, at=AT)
    assert post(client_of(ada), path, {"to": "resolved"}).status_code == 409
    answer = post(client_of(ada), path, {"to": "resolved"}, htmx=True)
    assert (answer.status_code, "Resolved by Ben Okafor" in answer.content.decode()) == (200, True)
    assert said() == [("ben", "Too cheap.", "", None, ben.pk)]


def test_an_answer_opens_a_resolved_thread_again(ada, ben):
    quote = a_draft(ada).quote
    thread = resolve_thread(add_comment(quote, text="Done?", by=ben, at=AT), by=ada, at=AT)
    add_comment(quote, text="Not yet.", thread=thread, by=ben, at=AT)
    thread.refresh_from_db()
    assert (thread.resolved_at, thread.resolved_by) == (None, None)


def test_words_that_were_answered_are_taken_back_without_the_answers(ada, ben, client_of):
    version = a_draft(ada)
    thread = add_comment(version.quote, text="Secret.", by=ada, at=AT)
    answer = add_comment(version.quote, text="Oh!", thread=thread, by=ben, at=AT)
    remove_comment(thread, by=ada, at=AT)
    html = client_of(ben).get(f"/quotes/{version.quote.number}/timeline/").content.decode()
    assert ("Secret." in html, "taken back" in html, "Oh!" in html) == (False, True, True)
    remove_comment(answer, by=ben, at=AT)
    assert said() == []


def test_a_line_that_has_gone_keeps_its_thread(ada, ben, client_of):
    version = a_draft(ada)
    add_comment(version.quote, text="Why at all?", line="seats", by=ben, at=AT)
    remove_line(version.lines.get(key="seats"), by=ada, at=AT)
    number = version.quote.number
    for path in (f"/quotes/{number}/timeline/", f"/quotes/{number}/lines/seats/comments/"):
        html = client_of(ada).get(path).content.decode()
        assert ("Why at all?" in html, "it is on the quote no more" in html) == (True, True)
    thread = Comment.objects.get()
    answer = post(
        client_of(ada), f"/quotes/{number}/comments/", {"text": "Gone.", "line": "seats", "thread": thread.pk}
    )
    assert answer.status_code == 303
    assert [row[1] for row in said()] == ["Why at all?", "Gone."]


def test_an_open_thread_goes_with_the_quote_to_its_next_version(ada, ben, client_of):
    version = submitted(ada)
    add_comment(version.quote, text="Too cheap.", line="seats", by=ben, at=AT)
    done = decide(version, decision="request_changes", sha256=version.sha256, by=ben, at=AT, comment="See the line.")
    assert revise(done, by=ada, at=AT).number == 2
    html = client_of(ada).get(f"/quotes/{version.quote.number}/timeline/").content.decode()
    assert (marks(html), "on version 1" in html) == ({"seats": 1}, True)


def test_pages_bring_the_mark_and_the_dialog(ada, client_of):
    number = submitted(ada).quote.number
    html = client_of(ada).get(f"/quotes/{number}/v1/").content.decode()
    assert ('<dialog class="dialog dialog--wide" id="talk"' in html, '<template id="talk-mark">' in html) == (
        True,
        True,
    )
    assert f'<a class="talk-mark" href="/quotes/{number}/lines/seats/comments/"' in html
    part = client_of(ada).get(f"/quotes/{number}/lines/seats/comments/", headers=HTMX)
    assert part.headers["HX-Trigger-After-Swap"] == '{"dialog:open": {"id": "talk"}}'
    assert part.content.decode().strip().startswith('<div class="stack" id="talk-panel"')


@pytest.mark.parametrize("queries", [7])
def test_1_and_3_threads_of_a_line_take_the_same_queries(ada, ben, client_of, queries):
    version = a_draft(ada)
    client = client_of(ada)
    for more in (1, 2):
        for _ in range(more):
            thread = add_comment(version.quote, text="@ada look", line="seats", by=ben, at=AT)
            add_comment(version.quote, text="Yes", thread=thread, by=ada, at=AT)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(f"/quotes/{version.quote.number}/lines/seats/comments/").status_code == 200
        assert len(taken) == queries


MANY = "A note of many words, "


@pytest.mark.parametrize(
    ("kind", "words", "name"), [("section", "People", "People"), ("note", MANY * 6, f"{MANY * 3}A note of man…")]
)
def test_sections_and_notes_are_spoken_of_as_lines_are(ada, ben, client_of, kind, words, name):
    version = add_text(a_draft(ada), kind=kind, text=words.strip(), by=ada, at=AT)
    number, client = version.quote.number, client_of(ada)
    page = f"/quotes/{number}/lines/{kind}/comments/"
    html = client.get(page).content.decode()
    for sentence in (f"Comment on this {kind}", f"Nobody has said anything about this {kind} yet."):
        assert sentence in html
    assert f'id="talk-{kind}" href="{page}"' in client.get(f"/quotes/{number}/").content.decode()
    done = post(client_of(ben), f"/quotes/{number}/comments/", {"text": "Why?", "line": kind}, htmx=True)
    assert (done.status_code, said()) == (200, [("ben", "Why?", kind, None, None)])
    assert Comment.objects.get().line_name == name
    timeline = client.get(f"/quotes/{number}/timeline/").content.decode()
    assert (marks(timeline), f"commented on {name}" in timeline) == ({kind: 1}, True)
    frozen = submit(QuoteVersion.objects.get(pk=version.pk), by=ada, at=AT + timedelta(hours=1))
    assert f'<a class="talk-mark" href="{page}"' in client.get(f"/quotes/{number}/v1/").content.decode()
    draft = revise(frozen, by=ada, at=AT + timedelta(hours=2))
    assert "no more" not in client.get(page).content.decode()
    remove_text(draft, key=kind, by=ada, at=AT)
    assert "it is on the quote no more" in client.get(page).content.decode()


def test_what_was_only_on_a_draft_keeps_its_thread(ada, client_of):
    version = add_text(a_draft(ada), kind="section", text="People", by=ada, at=AT)
    add_comment(version.quote, text="Why?", line="section", by=ada, at=AT)
    remove_text(version, key="section", by=ada, at=AT)
    html = client_of(ada).get(f"/quotes/{version.quote.number}/lines/section/comments/").content.decode()
    assert ("Why?" in html, "People" in html, "it is on the quote no more" in html) == (True, True, True)
