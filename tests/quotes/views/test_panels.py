"""The panel of a row: optional lines, amounts as wanted, sections; and options in PDF and room."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pypdf import PdfReader

from quotes.actions.lines import edit_line
from quotes.actions.outline import add_text
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.configured import make_ruled_quote
from tests.quotes.documents.made import fetched
from tests.quotes.views.deals import HTMX, a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version: QuoteVersion, rest: str) -> str:
    return f"/quotes/{version.quote.number}/{rest}"


def send_(client, version: QuoteVersion, rest: str, **data: str):
    version.refresh_from_db()
    return post(client, path(version, rest), {"edit_number": str(version.edit_number), **data}, htmx=True)


def test_the_panel_is_a_dialog_and_a_page(ada, client_of):
    version = add_text(a_draft(ada), kind="section", text="Later", by=ada, at=AT)
    client = client_of(ada)
    part = client.get(path(version, "lines/seats/panel/"), headers=HTMX)
    assert part.headers["HX-Trigger-After-Swap"] == '{"dialog:open": {"id": "row"}}'
    places = re.findall(r'<option value="([^"]*)"( selected)?>', part.content.decode())
    assert places == [("", " selected"), ("section", "")]
    page = client.get(path(version, "texts/section/panel/")).content.decode()
    assert ("Make the section an amount" in page, "Optional for the customer" in page) == (True, False)
    assert client.get(path(version, "lines/none/panel/")).status_code == 404


def test_a_line_becomes_optional_and_only_its_row_is_swapped(ada, client_of):
    version = a_draft(ada)
    html = send_(client_of(ada), version, "lines/seats/", optional="yes").content.decode()
    swapped = set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', html))
    assert {"line-seats", "totals", "panel-error"} <= swapped
    assert not {"lines", "line-platform"} & swapped
    assert "Optional, in no total" in html
    assert version.lines.get(key="seats").optional is True


def test_a_line_and_a_section_are_made_an_amount(ada, client_of):
    version = add_text(a_draft(ada), kind="section", text="People", by=ada, at=AT)
    client = client_of(ada)
    answer = send_(client, version, "lines/seats/target/", total="8,000")
    assert "Discount 8.046 %: this is USD 8,000.04 over the term, USD 0.04 off" in answer.headers["HX-Trigger"]
    send_(client, version, "lines/seats/position/", section="section")
    answer = send_(client, version, "texts/section/target/", total="7830")
    assert "Discount 10 %: this is USD 7,830.00 over the term." in answer.headers["HX-Trigger"]
    before = stored(version)
    for rest, total in (("lines/seats/target/", "9,000"), ("texts/section/target/", "x"), ("lines/seats/target/", "")):
        refused = send_(client, version, rest, total=total)
        assert refused.status_code == 422
        assert re.findall(r'id="panel-error" hx-swap-oob="true"><p class="error"', refused.content.decode())
    assert stored(version) == before


def test_pdf_and_room_show_options_apart(ada, monkeypatch):
    monkeypatch.setattr("quotes.views.room.now", lambda: AT + timedelta(hours=3))
    version = a_draft(ada)
    version = edit_line(version.lines.select_related("version").get(key="seats"), optional=True, by=ada, at=AT)
    sent = send(submit(version, by=ada, at=AT + timedelta(hours=1)), by=ada, at=AT + timedelta(hours=2))
    cleo = Client()
    room = re.sub(r"<[^>]+>", " ", cleo.get(f"/room/{sent.token}/", follow=True).content.decode())
    reader = PdfReader(io.BytesIO(fetched(cleo, "/room/document.pdf").content))
    pdf = " ".join(page.extract_text() for page in reader.pages)
    for text in (re.sub(r"\s+", " ", room), re.sub(r"\s+", " ", pdf)):
        deal, _, options = text.partition("Nothing of them is part of this quote or in its amounts until you do.")
        assert ("Seats" in deal, "Seats" in options) == (False, True)
        assert deal.count("USD 30,000.00") >= 1
        assert "USD 8,700.00" in options


def test_years_stand_side_by_side_with_their_steps(ada, client_of):
    version = a_draft(ada, months=36)
    client = client_of(ada)
    html = send_(client, version, "lines/seats/years/2/", quantity="40").content.decode()
    assert "year 2: 40 seats" in html
    assert {"line-seats", "totals"} <= set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', html))
    send_(client, version, "lines/seats/years/3/", **{"price:unit": "27.5"})
    page = client.get(path(version, "lines/seats/panel/")).content.decode()
    cells = re.findall(r'name="(?:quantity|price:unit)" value="([^"]*)" placeholder="([^"]*)" form="year-(\d)"', page)
    assert cells == [("40", "40", "2"), ("", "40", "3"), ("", "29", "2"), ("27.5", "27.5", "3")]
    assert re.findall(r'<span class="sub">([+−][^<]*)</span>', page) == ["+15 (+60 %)", "−1.5 (−5.2 %)"]
    before = stored(version)
    refused = send_(client, version, "lines/seats/years/2/", quantity="many")
    assert (refused.status_code, "must be a number" in refused.content.decode()) == (422, True)
    assert stored(version) == before
    assert send_(client, version, "lines/seats/years/2/", quantity="").status_code == 200
    assert version.lines.get(key="seats").years == {"3": {"prices": {"unit": "27.5"}}}


def test_a_click_takes_a_quantity_of_a_later_year_that_the_package_has(ada, client_of):
    version, client = make_ruled_quote(months=24), client_of(ada)
    refused = send_(client, version, "lines/seats/years/2/", quantity="12").content.decode()
    panel = refused[refused.index('id="panel-error"') :]
    assert re.findall(r'name="quantity" value="([^"]+)">([^<]+)<', panel) == [("10", "Take 10"), ("15", "Take 15")]
    assert f'action="{path(version, "lines/seats/years/2/")}"' in panel
    assert version.lines.get(key="seats").years == {}
    taken = send_(client, version, "lines/seats/years/2/", quantity="15").content.decode()
    assert (version.lines.get(key="seats").years, "panel-take" in taken) == ({"2": {"quantity": "15"}}, False)
    assert "panel-take" not in send_(client, version, "lines/seats/years/2/", quantity="many").content.decode()


def test_terms_of_the_whole_quote_are_fields_of_the_builder_and_words_for_the_customer(ada, client_of, monkeypatch):
    monkeypatch.setattr("quotes.views.room.now", lambda: AT + timedelta(hours=3))
    version = a_draft(ada, months=24, discount_percent=Decimal(5))
    client = client_of(ada)
    send_(client, version, "facts/", free_months="2")
    send_(client, version, "facts/", escalator_percent="3")
    send_(client, version, "facts/", discount_to="6")
    assert send_(client, version, "facts/", discount_from="7").status_code == 422
    send_(client, version, "lines/seats/years/2/", quantity="40")
    version.refresh_from_db()
    assert (version.free_months, version.escalator_percent, version.discount_to) == (2, Decimal(3), 6)
    sent = send(submit(version, by=ada, at=AT + timedelta(hours=1)), by=ada, at=AT + timedelta(hours=2))
    cleo = Client()
    room = re.sub(r"<[^>]+>", " ", cleo.get(f"/room/{sent.token}/", follow=True).content.decode())
    reader = PdfReader(io.BytesIO(fetched(cleo, "/room/document.pdf").content))
    pdf = " ".join(page.extract_text() for page in reader.pages)
    for text in (re.sub(r"\s+", " ", room), re.sub(r"\s+", " ", pdf)):
        assert "A discount of 5 % on the whole quote is taken off the prices in months 1 to 6." in text
        assert "The first 2 months are free of recurring charges. Prices rise by 3 % each year." in text
        assert "Year 2: 40" in text


def test_limits_and_floors_are_said_where_one_types(ada, client_of):
    version = make_ruled_quote()
    client = client_of(ada)
    page = client.get(path(version, "")).content.decode()
    hint = re.findall(r'id="discount-seats-hint">([^<]+)<', page)
    assert hint == ["Your limit 10 %; Deal desk up to 25 %, Finance up to 40 %"]
    dialog = client.get(path(version, "v1/lines/seats/explanation/")).content.decode()
    assert re.findall(r'id="price:unit-hint">([^<]+)<', dialog) == ["yours from USD 27.00, floor USD 20.00"]
    assert 'id="discount-basic-hint"' not in page
