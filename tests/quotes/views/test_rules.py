"""The pages of approval rules: written by one person, tried on past quotes, published by another."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.models import ApprovalRule
from tests.factories import AT
from tests.quotes.views.deals import post, submitted

pytestmark = pytest.mark.django_db

RULES = "/approvals/rules/"
CONTENT = {
    "title": "Discount over 10 %",
    "condition": "discount_percent > 10",
    "reason": "The discount of {discount_percent} is over the limit of 10 %.",
    "role": "deal_desk",
    "count": "1",
    "stage": "1",
    "due_hours": "12",
    "active_from": "",
    "active_to": "",
    "examples": "discount_percent=10 -> passes\ndiscount_percent=11 -> asks",
    "edit_number": "1",
}


def a_draft(client, code="discount") -> ApprovalRule:
    assert post(client, f"{RULES}{code}/drafts/").status_code == 303
    return ApprovalRule.objects.get(code=code, status="draft")


def stored():
    return list(
        ApprovalRule.objects.order_by("pk").values_list("code", "version", "status", "condition", "edit_number")
    )


def test_the_list_shows_the_standard_rules(ben, client_of):
    html = client_of(ben).get(RULES).content.decode()
    assert all(title in html for title in ("Discount over 20 %", "Term over 24 months", "Margin at P10 below 30 %"))


def test_the_list_takes_the_same_queries_for_1_and_3(ben, fay, client_of):
    client, counts = client_of(ben), []
    for codes in (("one",), ("two", "three")):
        for code in codes:
            ApprovalRule.objects.create(
                code=code, version=1, title=code, condition="months > 3", reason="Long.", role="finance", created_at=AT
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(RULES).status_code == 200
        counts.append(len(queries))
    assert counts == [3, 3]


@pytest.mark.parametrize("htmx", [False, True])
def test_ben_writes_and_fay_publishes(ben, fay, client_of, htmx):
    row = a_draft(client_of(ben))
    page = f"{RULES}discount/v{row.version}"
    answer = post(client_of(ben), f"{page}/edits/", CONTENT, htmx=htmx)
    assert answer.status_code == (204 if htmx else 303)
    assert post(client_of(fay), f"{page}/publication/", htmx=htmx).status_code == (204 if htmx else 303)
    row.refresh_from_db()
    assert (row.status, row.condition, row.due_hours, row.published_by) == (
        "published",
        "discount_percent > 10",
        12,
        fay,
    )
    assert [one["asks"] for one in row.examples] == [False, True]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("examples", "discount_percent is 3", "Line 1 should be like"),
        ("examples", "dicount=3 -> asks", "Line 1: there is no fact dicount."),
        ("stage", "12", "Stage must be from 1 to 9."),
        ("title", "", "Give the rule a title."),
    ],
)
def test_what_cannot_be_taken_keeps_what_was_typed(ben, client_of, field, typed, message):
    row = a_draft(client_of(ben))
    before = stored()
    answer = post(client_of(ben), f"{RULES}discount/v{row.version}/edits/", {**CONTENT, field: typed}, htmx=True)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert message in html
    assert "discount_percent &gt; 10" in html
    assert stored() == before


def test_a_stale_edit_overwrites_nothing(ben, pia, client_of):
    row = a_draft(client_of(ben))
    page = f"{RULES}discount/v{row.version}/edits/"
    assert post(client_of(pia), page, {**CONTENT, "condition": "discount_percent > 12"}).status_code == 303
    before = stored()
    assert post(client_of(ben), page, CONTENT).status_code == 409
    assert stored() == before


def test_an_author_does_not_publish(ben, pia, client_of):
    row = a_draft(client_of(pia))
    before = stored()
    answer = post(client_of(pia), f"{RULES}discount/v{row.version}/publication/")
    assert answer.status_code == 409
    assert "a second person publishes it" in answer.content.decode()
    assert stored() == before


def test_a_rule_whose_tests_fail_is_not_published(ben, fay, client_of):
    row = a_draft(client_of(ben))
    page = f"{RULES}discount/v{row.version}"
    post(client_of(ben), f"{page}/edits/", {**CONTENT, "examples": "discount_percent=10 -> asks"})
    assert "Example 1 expects the rule to ask; it does not." in client_of(ben).get(f"{RULES}discount/").content.decode()
    assert post(client_of(fay), f"{page}/publication/").status_code == 409
    assert ApprovalRule.objects.get().status == "draft"


def test_the_draft_is_tried_on_past_quotes(ada, ben, client_of):
    submitted(ada, discount=15)
    row = a_draft(client_of(ben))
    post(client_of(ben), f"{RULES}discount/v{row.version}/edits/", CONTENT)
    html = client_of(ben).get(f"{RULES}discount/").content.decode()
    assert "Would have asked for 1 more approvals on the last 1 submitted version (0 before, 1 then)." in html
    assert "would ask" in html


def test_retired_and_discarded(ben, fay, client_of):
    row = a_draft(client_of(ben))
    assert post(client_of(ben), f"{RULES}discount/v{row.version}/discarding/").status_code == 303
    assert stored() == []
    assert post(client_of(fay), f"{RULES}discount/retirement/").status_code == 303
    assert [(code, status) for code, _, status, *_ in stored()] == [("discount", "retired")]


def test_a_rule_of_ones_own(ben, client_of):
    assert post(client_of(ben), RULES, {"code": "Large Deals", "title": "x"}, htmx=True).status_code == 422
    answer = post(client_of(ben), RULES, {"code": "large-deals", "title": "Large deals"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{RULES}large-deals/")
    assert client_of(ben).get(f"{RULES}large-deals/").status_code == 200


ADDRESSES = (
    "discount/drafts/",
    "discount/retirement/",
    "mine/v1/edits/",
    "mine/v1/publication/",
    "mine/v1/discarding/",
)


@pytest.fixture
def mine(ben, client_of):
    post(client_of(ben), RULES, {"code": "mine", "title": "Mine"})


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("address", ADDRESSES)
def test_posts_by_others(ada, dan, client_of, address):
    before = stored()
    assert client_of(ada).get(f"{RULES}{address}").status_code == 405
    assert post(client_of(dan), f"{RULES}{address}", CONTENT).status_code == 404
    assert post(client_of(ada), f"{RULES}{address}", CONTENT).status_code == 409
    assert stored() == before


def test_strangers_see_no_rules(dan, ivo, client_of):
    assert [client_of(who).get(f"{RULES}{page}").status_code for who in (dan, ivo) for page in ("", "discount/")] == [
        404
    ] * 4


def test_an_unknown_rule(ben, client_of):
    assert client_of(ben).get(f"{RULES}nothing/").status_code == 404
