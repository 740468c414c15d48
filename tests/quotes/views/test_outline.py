"""Sections and notes on the builder, in the PDF and on the customer's page."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from quotes.actions.outline import add_text, move_row
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.documents.made import fetched
from tests.quotes.views.deals import a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version: QuoteVersion, rest: str) -> str:
    return f"/quotes/{version.quote.number}/{rest}"


def send_(client, version: QuoteVersion, rest: str, **data: str):
    version.refresh_from_db()
    return post(client, path(version, rest), {"edit_number": str(version.edit_number), **data}, htmx=True)


@pytest.fixture
def version(ada) -> QuoteVersion:
    draft = add_text(a_draft(ada), kind="section", text="Platform", by=ada, at=AT)
    draft = move_row(draft, key="section", to=1, by=ada, at=AT)
    return add_text(draft, kind="note", text="Seats may be raised at any time.", by=ada, at=AT)


def rows_on(html: str) -> list[str]:
    return re.findall(r'<tr id="line-([^"]+)"', html)


def places_in(answer: str) -> list[str]:
    """The rows as an answer orders them, without those that head a package."""
    [order] = re.findall(r'id="row-order" hidden data-order="([^"]*)" hx-swap-oob="true"', answer)
    assert 'id="lines"' not in answer
    return [name.removeprefix("line-") for name in order.split() if name.startswith("line-")]


def test_the_builder_shows_rows_in_their_order_with_subtotals(ada, version, client_of):
    html = client_of(ada).get(path(version, "")).content.decode()
    assert rows_on(html) == ["section", "platform", "seats", "note"]
    assert re.findall(r'id="subtotal-term-section">([^<]+)<', html) == ["38,700.00"]
    assert "Seats may be raised at any time.</textarea>" in html


def test_a_section_and_a_note_are_added_at_the_end(ada, version, client_of):
    client = client_of(ada)
    answer = send_(client, version, "texts/", kind="section", text="Later").content.decode()
    assert places_in(answer) == ["section", "platform", "seats", "note", "section-2"]
    assert rows_on(answer) == ["section-2"]
    answer = send_(client, version, "texts/", kind="section", text=" ")
    assert answer.status_code == 422
    assert "Give the section a name of 1 to 120 characters." in answer.content.decode()
    assert send_(client, version, "texts/", kind="poem", text="x").status_code == 422
    version.refresh_from_db()
    assert set(version.texts) == {"section", "note", "section-2"}


def test_words_change_in_place_and_wrong_ones_are_kept_to_mend(ada, version, client_of):
    client = client_of(ada)
    html = send_(client, version, "texts/section/", text="Core").content.decode()
    swapped = set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', html))
    assert {"cell-text-section", "undo", "redo"} <= swapped
    assert not {"lines", "cell-text-note"} & swapped
    before = stored(version)
    refused = send_(client, version, "texts/section/", text="x" * 121)
    assert refused.status_code == 422
    assert f"{'x' * 121}</textarea>" in refused.content.decode()
    assert stored(version) == before


def test_an_edit_of_a_line_brings_the_subtotals_along(ada, version, client_of):
    html = send_(client_of(ada), version, "lines/seats/", quantity="30").content.decode()
    assert re.findall(r'id="subtotal-term-section"[^>]*>([^<]+)<', html) == ["40,440.00"]


def test_rows_move_by_steps_places_and_into_sections(ada, version, client_of):
    client = client_of(ada)
    assert places_in(send_(client, version, "texts/note/position/", to="up").content.decode())[2:] == ["note", "seats"]
    assert places_in(send_(client, version, "lines/seats/position/", to="1").content.decode())[:2] == [
        "seats",
        "section",
    ]
    moved = send_(client, version, "lines/seats/position/", section="section").content.decode()
    assert places_in(moved) == ["section", "platform", "note", "seats"]
    assert send_(client, version, "lines/seats/position/", section="none").status_code == 422
    assert send_(client, version, "texts/none/position/", to="1").status_code == 404


def test_a_section_moves_with_its_lines(ada, version, client_of):
    client = client_of(ada)
    send_(client, version, "texts/", kind="section", text="Later")
    send_(client, version, "lines/seats/position/", section="section-2")
    panel = client.get(path(version, "texts/section/panel/")).content.decode()
    assert re.findall(r'id="whole-(\w+)"[^>]*?( disabled)?>', panel) == [("up", " disabled"), ("down", "")]
    moved = send_(client, version, "texts/section/position/", whole="down").content.decode()
    assert places_in(moved) == ["section-2", "seats", "section", "platform", "note"]
    moved = send_(client, version, "texts/section/position/", whole="1").content.decode()
    assert places_in(moved) == ["section", "platform", "note", "section-2", "seats"]
    before = stored(version)
    for wrong in ("3", "sideways", "-1"):
        assert send_(client, version, "texts/section/position/", whole=wrong).status_code == 422
    assert send_(client, version, "texts/note/position/", whole="1").status_code == 422
    assert stored(version) == before


def test_two_people_with_other_words_are_shown_both(ada, version, client_of):
    client = client_of(ada)
    seen = str(version.edit_number)
    send_(client, version, "texts/section/", text="Core")
    answer = post(client, path(version, "texts/section/"), {"edit_number": seen, "text": "Base"}, htmx=True)
    assert answer.status_code == 409
    assert re.findall(r"<td>([^<]*)</td><td><b>([^<]*)</b>", answer.content.decode()) == [("Core", "Base")]


def test_a_plain_browser_lands_on_the_row(ada, version, client_of):
    client = client_of(ada)
    data = {"edit_number": str(version.edit_number), "text": "Core"}
    answer = post(client, path(version, "texts/section/"), data)
    assert (answer.status_code, answer.headers["Location"]) == (303, path(version, "#line-section"))


def test_pdf_page_and_room_show_sections_and_notes(ada, version, client_of, monkeypatch):
    monkeypatch.setattr("quotes.views.room.now", lambda: AT + timedelta(hours=3))
    submitted = submit(version, by=ada, at=AT + timedelta(hours=1))
    page = client_of(ada).get(path(version, "v1/")).content.decode()
    assert rows_on(page) == ["section", "platform", "seats", "note"]
    sent = send(submitted, by=ada, at=AT + timedelta(hours=2))
    cleo = Client()
    room = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cleo.get(f"/room/{sent.token}/", follow=True).content.decode()))
    reader = PdfReader(io.BytesIO(fetched(cleo, "/room/document.pdf").content))
    pdf = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    for text in (room, pdf):
        assert re.findall(r"Platform USD 3,225.00 per month USD 38,700.00", text) == [
            "Platform USD 3,225.00 per month USD 38,700.00"
        ]
        assert text.count("Seats may be raised at any time.") == 1
