"""Approval rules, what is said, and advice, for programs: by the same actions and rules as the pages."""

import pytest

from quotes.actions.conversing import say
from quotes.models import ApprovalRule, Comment
from tests.factories import AT, make_draft_quote, make_sent_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

RULES = "/api/v1/approval-rules/"
NEW = {
    "code": "large-deals",
    "title": "Large deals",
    "condition": "tcv > 1000",
    "reason": "The deal of {tcv} is large.",
    "role": "finance",
    "tests": "tcv=2000 -> passes",
}


@pytest.fixture
def call(client_of):
    def send(person, method, url, body=None, match="*"):
        headers = {"If-Match": match}
        return getattr(client_of(person), method)(url, body, content_type="application/json", headers=headers)

    return send


def test_a_rule_is_drafted_mended_and_published_by_another(call, ben, fay, ada):
    made = call(ben, "post", RULES, NEW)
    assert (made.status_code, made.json()["status"], made.json()["problems"] != []) == (201, "draft", True)
    version = f"{RULES}large-deals/versions/1/"
    assert call(fay, "post", f"{version}publication/").status_code == 409
    mended = call(ben, "patch", version, {"tests": "tcv=2000 -> asks\ntcv=9 -> passes"}, made["ETag"])
    assert (mended.status_code, mended.json()["problems"]) == (200, [])
    assert call(ben, "patch", version, {"title": "X"}, made["ETag"]).status_code == 412
    assert call(ben, "patch", version, {"tests": "nonsense"}).status_code == 422
    assert [call(person, "post", f"{version}publication/").status_code for person in (ben, fay)] == [409, 201]
    rows = {row["code"]: row for row in call(ada, "get", RULES).json()["results"]}
    assert (rows["large-deals"]["active"], rows["large-deals"]["title"]) == (True, "Large deals")
    assert call(fay, "post", f"{RULES}large-deals/retirement/").json()["results"][0]["status"] == "retired"
    assert call(fay, "post", f"{RULES}nothing/retirement/").status_code == 404


def test_a_standard_rule_is_read_and_its_draft_thrown_away(call, ada, ben):
    [standard] = call(ada, "get", f"{RULES}margin/").json()["results"]
    assert (standard["status"], standard["condition"]) == ("standard", "margin_p10 < 30")
    draft = call(ben, "post", f"{RULES}margin/drafts/").json()
    assert (draft["version"], draft["condition"]) == (1, standard["condition"])
    assert call(ben, "delete", f"{RULES}margin/versions/1/").status_code == 204
    assert not ApprovalRule.objects.exists()
    assert call(ada, "get", f"{RULES}nothing/").status_code == 404


def test_colleagues_approvers_and_customers_are_answered_where_they_asked(call, ada, ben):
    quote = f"/api/v1/quotes/{make_submitted_quote().quote.number}/"
    said = call(ben, "post", f"{quote}comments/", {"text": "Look, @ada."}).json()
    assert call(ada, "get", f"{quote}comments/").json()["results"] == [said]
    assert call(ada, "delete", f"{quote}comments/{said['id']}/").status_code == 403
    assert (call(ben, "delete", f"{quote}comments/{said['id']}/").status_code, Comment.objects.count()) == (204, 0)
    asked = call(ben, "post", f"{quote}questions/", {"text": "Why?"}).json()
    answer = call(ada, "post", f"{quote}questions/{asked['id']}/answer/", {"answer": "Two years."})
    assert (answer.status_code, answer.json()["answered_by"]) == (201, "ada")
    assert call(ada, "post", f"{quote}questions/{asked['id']}/answer/", {"answer": "Again."}).status_code == 409
    assert call(ben, "get", f"{quote}questions/").json()["results"] == [answer.json()]


def test_a_customer_is_answered(call, ada, ben):
    sent = make_sent_quote()
    message = say(sent.link, text="Is it included?", line="seats", at=AT)
    url = f"/api/v1/quotes/{sent.version.quote.number}/messages/"
    [row] = call(ben, "get", url).json()["results"]
    assert (row["text"], row["line"], row["answer"]) == ("Is it included?", "seats", None)
    assert call(ben, "post", f"{url}{message.pk}/answer/", {"answer": "Yes."}).status_code == 409
    assert call(ada, "post", f"{url}{message.pk}/answer/", {"answer": "Yes."}).json()["answer"] == "Yes."


def test_advice_is_that_of_the_page_and_a_plan_is_one_edit(call, ada):
    version = make_draft_quote()
    url = f"/api/v1/quotes/{version.quote.number}/versions/1/"
    found = call(ada, "get", f"{url}advice/?risk=30").json()
    assert (found["currency"], set(found["bill"] or {}) <= {"p10", "p50", "p90"}) == ("USD", True)
    assert call(ada, "get", f"{url}advice/?promise=nothing").status_code == 422
    assert list(call(ada, "get", f"{url}advice/?size=900.0123456").json()["errors"]) == ["size"]
    wrong = call(ada, "put", f"{url}plan/", {"kind": "credit", "promise": "nothing", "size": "10"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["promise"])
    done = call(ada, "put", f"{url}plan/", {"kind": "none"})
    assert (done.status_code, done.json()["edit_number"]) == (200, version.edit_number + 1)
