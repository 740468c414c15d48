"""Clauses and layouts over the API: a draft, a second person who publishes it, and its end."""

import pytest

from core import audit
from core.api_keys import create_key
from quotes.models import Clause, Layout
from tests.factories import AT, make_seller

pytestmark = pytest.mark.django_db

CLAUSES, LAYOUTS = "/api/v1/documents/clauses/", "/api/v1/documents/layouts/"
NEW = {"code": "liability", "title": "Liability", "text": "Liability of {sellr} ends here."}


@pytest.fixture
def call(client_of):
    def send(person, method, url, body=None, match="*"):
        headers = {"If-Match": match} if match else {}
        return getattr(client_of(person), method)(url, body, content_type="application/json", headers=headers)

    return send


def test_a_clause_is_drafted_mended_and_published_by_another(call, ben, fay, ada):
    make_seller()
    made = call(ben, "post", CLAUSES, {**NEW, "seller": "northlight-eu"})
    assert (made.status_code, made.json()["status"], made.json()["seller"]) == (201, "draft", "northlight-eu")
    assert made.json()["problems"] == ["{sellr} stands for nothing; choose one of the variables."]
    assert made.json()["preview"].endswith("/documents/clauses/liability/v1/preview.pdf")
    version = f"{CLAUSES}liability/versions/1/"
    assert call(fay, "post", f"{version}publication/").status_code == 409
    mended = call(ben, "patch", version, {"text": "Liability of {seller} ends here.", "seller": None}, made["ETag"])
    assert (mended.json()["problems"], mended.json()["seller"]) == ([], None)
    assert [call(ben, "patch", version, {"title": "X"}, tag).status_code for tag in (made["ETag"], "")] == [412, 428]
    assert [call(person, "post", f"{version}publication/").status_code for person in (ben, fay)] == [409, 201]
    rows = {row["code"]: row for row in call(ada, "get", CLAUSES).json()["results"]}
    assert (rows["liability"]["status"], rows["liability"]["title"]) == ("published", "Liability")
    assert call(ben, "post", f"{CLAUSES}liability/drafts/").json()["version"] == 2
    assert call(fay, "post", f"{CLAUSES}liability/retirement/").json()["results"][1]["status"] == "retired"
    verbs = [entry.verb for entry in audit.history("clause:liability")]
    assert verbs == ["start_clause", "edit_clause", "publish_clause", "start_clause", "retire_clause"]


def test_what_comes_with_the_product_is_read_and_taken_over(call, ada, ben):
    [standard] = call(ada, "get", f"{CLAUSES}payment/").json()["results"]
    assert (standard["status"], standard["version"], standard["preview"]) == ("standard", 0, None)
    draft = call(ben, "post", f"{CLAUSES}payment/drafts/").json()
    assert (draft["version"], draft["text"]) == (1, standard["text"])
    assert call(ben, "delete", f"{CLAUSES}payment/versions/1/").status_code == 204
    assert not Clause.objects.exists()
    assert [call(ada, "get", f"{kind}nothing/").status_code for kind in (CLAUSES, LAYOUTS)] == [404, 404]


def test_a_layout_names_its_sections_once_and_the_needed_ones(call, ben):
    made = call(ben, "post", LAYOUTS, {"code": "short", "title": "Short", "sections": ["lines", "terms"]})
    assert made.json()["problems"] == ["Every document needs the section “Acceptance and signatures”."]
    version = f"{LAYOUTS}short/versions/1/"
    for sections, field in (([], "sections"), (["lines", "lines"], "sections"), (["poem"], "sections.0")):
        wrong = call(ben, "patch", version, {"sections": sections})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (422, [field])
    done = call(ben, "patch", version, {"sections": ["lines", "terms", "signatures"], "language": "de"}).json()
    assert (done["problems"], done["sections"], done["language"]) == ([], ["lines", "terms", "signatures"], "de")


def test_who_may_not_write_changes_nothing_and_no_agent_publishes(call, ada, ivo, ben, fay, client):
    version = f"{CLAUSES}liability/versions/1/"
    call(ben, "post", CLAUSES, NEW)
    codes = [call(ada, "post", CLAUSES, {**NEW, "code": "other"}), call(ada, "patch", version, {"title": "X"})]
    assert [answer.status_code for answer in codes] == [409, 409]
    assert [call(ivo, "get", url).status_code for url in (CLAUSES, version)] == [404, 404]
    text = create_key(owner=fay, name="a", scopes=["documents:read"], expires_at=None, by=fay, at=AT, agent=True).text
    refused = client.post(f"{version}publication/", headers={"Authorization": f"Bearer {text}"})
    assert (refused.status_code, refused.json()["decide_at"].endswith("/documents/clauses/liability/")) == (403, True)
    assert (Clause.objects.get().title, Clause.objects.get().status, Layout.objects.count()) == (
        "Liability",
        "draft",
        0,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(call, ben, count, client_of, django_assert_num_queries):
    for n in range(count):
        call(ben, "post", LAYOUTS, {"code": f"short-{n}", "title": "Short", "sections": ["lines"]})
    bens = client_of(ben)
    with django_assert_num_queries(3):
        assert len(bens.get(LAYOUTS).json()["results"]) == count + 1
