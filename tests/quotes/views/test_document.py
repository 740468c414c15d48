"""The PDF for the people inside."""

import pytest
from django.test import Client

from quotes.models import Document, QuoteVersion
from tests.factories import make_draft_quote
from tests.quotes.documents.made import fetched, work
from tests.quotes.frozen import TOKEN, make_link, make_sent_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(ada) -> QuoteVersion:
    return make_sent_version(ada)


def url_of(version: QuoteVersion) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/document.pdf"


@pytest.mark.parametrize("name", ["ada", "ben", "fay", "pia"])
def test_who_sees_the_quote_gets_its_document(version, name, client_of, request):
    response = fetched(client_of(request.getfixturevalue(name)), url_of(version))

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == f'inline; filename="{version.quote.number}-v2.pdf"'
    assert response["Cache-Control"] == "no-store, private"


def test_it_is_the_customers_file_to_the_byte(version, ada, client_of):
    make_link(version)
    cleo = Client()
    cleo.get(f"/room/{TOKEN}/")
    assert fetched(client_of(ada), url_of(version)).content == cleo.get("/room/document.pdf").content


@pytest.mark.parametrize("name", ["dan", "eve", "ivo"])
def test_for_strangers_it_is_not_there(version, name, client_of, request):
    assert client_of(request.getfixturevalue(name)).get(url_of(version)).status_code == 404


def test_nobody_is_sent_to_sign_in(version):
    assert Client().get(url_of(version)).status_code == 302


def test_a_version_that_does_not_exist_is_404(version, ada, client_of):
    assert client_of(ada).get(url_of(version).replace("/v2/", "/v9/")).status_code == 404


def test_a_draft_has_no_document_yet(client_of):
    draft = make_draft_quote()
    response = client_of(draft.created_by).get(url_of(draft))

    assert response.status_code == 409
    assert "A draft has no document yet." in response.content.decode()


def test_it_is_only_read(version, ada, client_of):
    assert client_of(ada).post(url_of(version)).status_code == 405


def test_while_it_is_made_the_page_says_so_and_looks_again(version, ada, client_of):
    client = client_of(ada)
    waiting = client.get(url_of(version))
    assert (waiting.status_code, waiting["Refresh"]) == (202, "2")
    assert "The PDF is being made" in waiting.content.decode()
    work()
    assert client.get(url_of(version)).status_code == 200
    assert Document.objects.count() == 1


def test_what_could_not_be_made_says_why_and_can_be_tried_again(version, ada, dan, client_of):
    client, again = client_of(ada), f"{url_of(version)}/again/"
    client.get(url_of(version))
    Document.objects.update(state="failed", error="It took longer than 60 seconds.", attempts=2)
    failed = client.get(url_of(version))
    assert failed.status_code == 503
    assert "It took longer than 60 seconds." in failed.content.decode()
    assert client_of(dan).post(again).status_code == 404
    assert client.get(again).status_code == 405
    assert Document.objects.get().state == "failed"
    assert client.post(again).status_code == 303
    work()
    assert client.get(url_of(version)).content.startswith(b"%PDF-")
