"""The pages of clauses and layouts: Ben writes, Fay publishes, others read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.actions.paper import start
from quotes.actions.selling import set_logo
from quotes.models import Clause, Layout
from quotes.queries.selling import logo_bytes
from tests.factories import AT, make_seller, make_submitted_quote, picture
from tests.quotes.documents.made import made_here
from tests.quotes.views.deals import post

pytestmark = pytest.mark.django_db

CLAUSES, LAYOUTS = "/documents/clauses/", "/documents/layouts/"
CONTENT = {
    "title": "Payment terms",
    "text": "Invoices of {seller} are due {due}.",
    "title_de": "",
    "text_de": "",
    "when": "always",
    "position": "20",
    "entity_id": "",
    "edit_number": "1",
}
PLACES = {"title": "Short", "language": "", "entity_id": "", "edit_number": "1"} | {
    "place-lines": "2",
    "place-terms": "1",
    "place-signatures": "3",
}


@pytest.mark.parametrize("path", [CLAUSES, LAYOUTS])
def test_the_list_takes_the_same_queries_for_1_and_3(path, ben, client_of):
    client, counts = client_of(ben), []
    model, content = (
        (Clause, {"title": "T", "text": "X"}) if path == CLAUSES else (Layout, {"title": "T", "sections": []})
    )
    for codes in (("one",), ("two", "three")):
        for code in codes:
            start(model, code, by=ben, at=AT, content=content)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("htmx", [False, True])
def test_ben_writes_a_clause_and_fay_publishes_it(ben, fay, client_of, htmx):
    page = f"{CLAUSES}payment/"
    assert b"As a customer reads it: English" in client_of(ben).get(page).content
    assert post(client_of(ben), f"{page}drafts/").status_code == 303
    assert post(client_of(ben), f"{page}v1/edits/", CONTENT, htmx=htmx).status_code == (204 if htmx else 303)
    assert "due within 30 days of the invoice date." in client_of(ben).get(page).content.decode()
    assert post(client_of(fay), f"{page}v1/publication/", htmx=htmx).status_code == (204 if htmx else 303)
    assert Clause.objects.values_list("title", "status", "published_by__username").get() == (
        *("Payment terms", "published"),
        "fay",
    )
    assert post(client_of(fay), f"{page}retirement/").status_code == 303
    assert Clause.objects.get().status == "retired"


def test_a_layout_is_its_sections_by_their_places(ben, client_of):
    start(Layout, "standard", by=ben, at=AT)
    assert post(client_of(ben), f"{LAYOUTS}standard/v1/edits/", PLACES).status_code == 303
    assert Layout.objects.get().sections == ["terms", "lines", "signatures"]
    assert b"Left out" not in client_of(ben).get(f"{LAYOUTS}standard/").content


def test_a_new_one_begins_with_its_code(ben, client_of):
    answer = post(client_of(ben), CLAUSES, {**CONTENT, "code": "Liability!"})
    assert answer.status_code == 422
    assert b"lower-case letters" in answer.content
    assert post(client_of(ben), CLAUSES, {**CONTENT, "code": "liability"}).status_code == 303
    assert Clause.objects.get().code == "liability"


def test_the_preview_is_the_newest_quote_with_the_draft_and_its_logo(ben, pia, client_of, monkeypatch):
    logos = []

    def made(snapshot, sha256, *, logo, watermark):
        logos.append(logo)
        return made_here(snapshot, sha256, logo=logo, watermark=watermark)

    monkeypatch.setattr("quotes.views.paper.made_apart", made)
    entity = set_logo(make_seller(), picture(), by=pia, at=AT)
    draft = start(Clause, "payment", by=ben, at=AT)
    path = f"{CLAUSES}payment/v{draft.version}/preview.pdf"
    assert client_of(ben).get(path).status_code == 409
    make_submitted_quote()
    answer = client_of(ben).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert logos == [logo_bytes(entity.logo_id)]


def test_others_read_and_change_nothing(ada, ben, dan, client_of):
    start(Clause, "payment", by=ben, at=AT)
    page = f"{CLAUSES}payment/"
    assert client_of(ada).get(page).status_code == 200
    assert post(client_of(ada), f"{page}v1/edits/", CONTENT).status_code == 409
    assert post(client_of(ada), f"{page}v1/publication/").status_code == 409
    assert post(client_of(ada), f"{page}v1/discarding/").status_code == 409
    assert post(client_of(dan), f"{page}v1/edits/", CONTENT).status_code == 404
    assert client_of(ben).get(f"{page}v1/edits/").status_code == 405
    assert client_of(ben).get("/documents/poems/").status_code == 404
    assert client_of(ben).get(f"{CLAUSES}nothing/").status_code == 404
    assert Clause.objects.values_list("title", "status").get() == ("Payment", "draft")
