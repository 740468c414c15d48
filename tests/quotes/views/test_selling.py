"""The pages of those who sell: Pia edits, others read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.models import SellingEntity
from tests.factories import make_seller
from tests.quotes.actions.test_selling import picture
from tests.quotes.views.deals import post

pytestmark = pytest.mark.django_db

PAPER = "/documents/"
PAGE = f"{PAPER}sellers/northlight-eu/"
CONTENT = {
    "name": "Northlight Europe",
    "legal_name": "Northlight AI GmbH",
    "address": "Torstraße 140\n10119 Berlin",
    "email": "angebote@northlight.example",
    "footer": "",
    "zone": "Europe/Berlin",
    "paper": "A4",
    "accent": "#0B6B58",
    "book_codes": [],
    "contract_at": "approval",
    "countersigner": "",
    "edit_number": "1",
}


def test_the_list_takes_the_same_queries_for_1_and_3(ben, client_of):
    client, counts = client_of(ben), []
    for codes in (("one",), ("two", "three")):
        for code in codes:
            make_seller(code)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAPER).status_code == 200
        counts.append(len(queries))
    assert counts == [3, 3]


def test_without_an_entity_the_list_says_what_documents_carry(ben, client_of):
    assert b"No selling entity yet" in client_of(ben).get(PAPER).content


@pytest.mark.parametrize("htmx", [False, True])
def test_pia_adds_and_changes_one(pia, client_of, htmx):
    client = client_of(pia)
    added = post(client, f"{PAPER}new/", {**CONTENT, "code": "northlight-eu"}, htmx=htmx)
    assert added.status_code == (204 if htmx else 303)
    changed = post(client, PAGE, {**CONTENT, "name": "Northlight EU"}, htmx=htmx)
    assert changed.status_code == (204 if htmx else 303)
    entity = SellingEntity.objects.get()
    assert (entity.name, entity.paper, entity.accent, entity.contract_at) == (
        "Northlight EU",
        "A4",
        "#0b6b58",
        "approval",
    )
    assert client.get(PAGE).status_code == client.get(f"{PAPER}new/").status_code == 200


@pytest.mark.parametrize("htmx", [False, True])
def test_a_wrong_field_is_said_beside_it_and_changes_nothing(pia, client_of, htmx):
    make_seller()
    answer = post(client_of(pia), PAGE, {**CONTENT, "accent": "#ffff00"}, htmx=htmx)
    assert answer.status_code == 422
    assert b"too light to read on white" in answer.content
    assert SellingEntity.objects.get().name == "Northlight"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_logo_is_taken_shown_and_removed(pia, client_of, htmx):
    make_seller()
    client = client_of(pia)
    sent = {"logo": SimpleUploadedFile("logo.png", picture())}
    assert post(client, f"{PAGE}logo/", sent, htmx=htmx).status_code == (204 if htmx else 303)
    assert b"data:image/png;base64" in client.get(PAGE).content
    assert post(client, f"{PAGE}logo/", {"none": "1"}, htmx=htmx).status_code == (204 if htmx else 303)
    assert SellingEntity.objects.get().logo is None


@pytest.mark.parametrize(
    ("sent", "words"), [({}, b"Choose a picture first."), ({"logo": b"<svg/>"}, b"PNG, JPEG or WebP picture")]
)
def test_what_is_no_logo_is_refused_beside_the_field(pia, client_of, sent, words):
    make_seller()
    files = {name: SimpleUploadedFile("logo.svg", data) for name, data in sent.items()}
    answer = post(client_of(pia), f"{PAGE}logo/", files)
    assert answer.status_code == 422
    assert words in answer.content
    assert SellingEntity.objects.get().logo is None


def test_others_read_and_are_told_who_edits(ben, dan, client_of):
    make_seller()
    assert b"edited by pricing operations" in client_of(ben).get(PAGE).content
    assert post(client_of(ben), PAGE, CONTENT).status_code == 409
    assert post(client_of(ben), f"{PAPER}new/", {**CONTENT, "code": "mine"}).status_code == 409
    assert post(client_of(dan), PAGE, CONTENT).status_code == 404
    assert client_of(ben).get(f"{PAGE}logo/").status_code == 405
    assert list(SellingEntity.objects.values_list("code", "name")) == [("northlight-eu", "Northlight")]
