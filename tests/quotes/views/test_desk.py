"""The pages and posts around a decision."""

from datetime import timedelta
from decimal import Decimal

import pytest

from quotes.models import Delegation, Question
from tests.factories import AT
from tests.quotes.views.deals import a_draft, post, stored, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]

STAND_INS = "/approvals/stand-ins/"
TOMORROW = (AT + timedelta(days=1)).date().isoformat()


def page(version) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/"


@pytest.mark.parametrize("htmx", [False, True])
def test_ben_gives_it_to_fay(ada, ben, fay, client_of, htmx):
    version = submitted(ada)
    answer = post(client_of(ben), f"{page(version)}reassignment/", {"person": fay.pk}, htmx=htmx)
    assert answer.status_code == (204 if htmx else 303)
    assert version.approvals.get().assignee == fay
    assert "Given to Fay Moreau" in client_of(ada).get(page(version)).content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_ada_asks_fay_too(ada, ben, fay, client_of, htmx):
    version, typed = submitted(ada), {"person": fay.pk, "why": "New ground."}
    answer = post(client_of(ada), f"{page(version)}further-approval/", typed, htmx=htmx)
    assert answer.status_code == (204 if htmx else 303)
    assert "Ada Lindqvist asked Fay Moreau too" in client_of(ben).get(page(version)).content.decode()


@pytest.mark.parametrize(("field", "says"), [("person", "Choose a colleague."), ("why", "Say why this person")])
def test_what_is_missing_is_said_beside_the_field(ada, ben, fay, client_of, field, says):
    version = submitted(ada)
    typed = {"person": fay.pk, "why": "New ground.", field: ""}
    answer = post(client_of(ada), f"{page(version)}further-approval/", typed, htmx=True)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert version.approvals.count() == 1


@pytest.mark.parametrize("htmx", [False, True])
def test_a_question_and_its_answer(ada, ben, client_of, htmx):
    version = submitted(ada)
    status = 204 if htmx else 303
    assert post(client_of(ben), f"{page(version)}questions/", {"text": "Why?"}, htmx=htmx).status_code == status
    path = f"{page(version)}questions/{Question.objects.get().pk}/answer/"
    assert path in client_of(ada).get(page(version)).content.decode()
    assert post(client_of(ada), path, {"answer": "So."}, htmx=htmx).status_code == status
    assert "So." in client_of(ben).get(page(version)).content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_ben_names_a_stand_in_and_ends_it(ben, fay, client_of, htmx):
    status, typed = 204 if htmx else 303, {"person": fay.pk, "first": TOMORROW, "last": TOMORROW}
    assert post(client_of(ben), STAND_INS, typed, htmx=htmx).status_code == status
    row = Delegation.objects.get()
    assert "Fay Moreau" in client_of(ben).get(STAND_INS).content.decode()
    assert "Ben Okafor" in client_of(fay).get(STAND_INS).content.decode()
    assert post(client_of(fay), f"{STAND_INS}{row.pk}/end/").status_code == 404
    assert client_of(ben).get(f"{STAND_INS}{row.pk}/end/").status_code == 405
    assert post(client_of(ben), f"{STAND_INS}{row.pk}/end/", htmx=htmx).status_code == status
    assert Delegation.objects.get().ended_at is not None


def test_a_loop_is_refused_and_what_was_typed_stays(ben, fay, client_of):
    post(client_of(ben), STAND_INS, {"person": fay.pk, "first": TOMORROW, "last": TOMORROW})
    answer = post(client_of(fay), STAND_INS, {"person": ben.pk, "first": TOMORROW, "last": TOMORROW}, htmx=True)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "does not pass decisions on" in html
    assert TOMORROW in html
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize("path", ["reassignment/", "further-approval/", "questions/", "questions/1/answer/"])
def test_posts_by_others(ada, ben, fay, eve, dan, client_of, path):
    version = submitted(ada)
    before = stored(version)
    typed = {"person": fay.pk, "why": "x", "text": "x", "answer": "x"}
    assert client_of(ben).get(f"{page(version)}{path}").status_code == 405
    for who in (dan, eve):
        assert post(client_of(who), f"{page(version)}{path}", typed).status_code == 404
    assert stored(version) == before
    assert Question.objects.count() == 0


def test_only_deciders_have_stand_ins(ada, dan, client_of):
    assert [client_of(who).get(STAND_INS).status_code for who in (ada, dan)] == [404, 404]


def test_the_note_reaches_the_approver(ada, ben, client_of):
    draft = a_draft(ada, discount_percent=Decimal(25))
    typed = {"edit_number": draft.edit_number, "note": "A reference customer."}
    post(client_of(ada), f"{page(draft)}submission/", typed)
    assert "A reference customer." in client_of(ben).get("/approvals/").content.decode()
    assert "A reference customer." in client_of(ben).get(page(draft)).content.decode()
