"""What colleagues say of a quote and its lines, for programs."""

import pytest

from core.models import Mail
from quotes.models import Comment
from tests.factories import make_draft_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def url() -> str:
    return f"/api/v1/quotes/{make_draft_quote().quote.number}/comments/"


def test_a_thread_of_a_line_is_begun_answered_resolved_and_listed(client_of, ada, ben, url):
    mine, his = client_of(ada), client_of(ben)
    begun = mine.post(url, {"text": "Why?", "line": "seats"}, "application/json").json()
    assert (begun["line"], begun["version"], begun["thread"], begun["resolved_at"]) == ("seats", 1, None, None)
    answer = his.post(url, {"text": "Because.", "thread": begun["id"]}, "application/json").json()
    assert (answer["line"], answer["thread"]) == ("seats", begun["id"])
    resolution = f"{url}{begun['id']}/resolution/"
    done = his.post(resolution, content_type="application/json")
    assert (done.status_code, done.json()["resolved_by"]) == (201, "ben")
    assert mine.post(resolution, content_type="application/json").status_code == 409
    listed = lambda query: [one["id"] for one in mine.get(f"{url}?{query}").json()["results"]]  # noqa: E731
    assert listed("state=resolved") == [begun["id"]]
    assert (listed("state=open"), listed("line=seats")) == ([], [answer["id"], begun["id"]])
    assert mine.delete(resolution).json()["resolved_by"] is None
    assert listed("state=open") == [begun["id"]]


@pytest.mark.parametrize(
    ("body", "named"),
    [({"text": "x", "line": "nowhere"}, "line"), ({"text": "x", "thread": 999999}, "thread"), ({"text": " "}, "text")],
)
def test_what_is_about_nothing_is_refused(client_of, ada, url, body, named):
    answer = client_of(ada).post(url, body, "application/json")
    assert (answer.status_code, named in answer.content.decode()) == (422, True)
    assert (Comment.objects.count(), Mail.objects.count()) == (0, 0)


def test_an_answer_is_not_resolved_by_itself(client_of, ada, url):
    client = client_of(ada)
    begun = client.post(url, {"text": "Why?"}, "application/json").json()
    answer = client.post(url, {"text": "Because.", "thread": begun["id"]}, "application/json").json()
    assert client.post(f"{url}{answer['id']}/resolution/", content_type="application/json").status_code == 409
    assert not Comment.objects.filter(resolved_at__isnull=False).exists()
