"""The page where rows are pasted: looked at, mended in place, applied; and the file that it reads again."""

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from core.formats import money
from quotes.actions.drafts import edit_version
from quotes.actions.lines import edit_line
from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from quotes.queries.priced import priced
from tests.factories import AT, make_draft_quote, make_sent_quote
from tests.quotes.configured import contents, line_of, make_ruled_quote
from tests.quotes.views.deals import HTMX, a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version: QuoteVersion, rest: str = "paste/") -> str:
    return f"/quotes/{version.quote.number}/{rest}"


@pytest.fixture
def version(ada) -> QuoteVersion:
    return a_draft(ada, keys=("platform", "seats"))


def form_of(html: str) -> dict:
    """What the form of the preview would send, as it stands."""
    names = dict(re.findall(r'<input[^>]*name="(cell-[^"]+)" value="([^"]*)"', html))
    columns = re.findall(r'name="(column-\d+)".*?</select>', html, re.DOTALL)
    chosen = {}
    for name in columns:
        select = re.search(rf'name="{name}".*?</select>', html, re.DOTALL)[0]
        found = re.search(r'value="([^"]*)" selected', select)
        chosen[name] = found[1] if found else ""
    text = re.search(r'<textarea hidden name="text">(.*?)</textarea>', html, re.DOTALL)[1].lstrip("\n")
    data = {"edit_number": re.search(r'name="edit_number" value="(\d+)"', html)[1], "text": text, **names, **chosen}
    return data | ({"heading": "1"} if 'name="heading" value="1" checked' in html else {})


def test_the_page_asks_for_rows_or_a_file(ada, client_of, version):
    html = client_of(ada).get(path(version)).content.decode()
    assert 'name="text"' in html
    assert 'type="file"' in html
    assert f'href="{path(version, "v1/lines.csv")}"' in html


@pytest.mark.parametrize("htmx", [False, True])
def test_a_look_at_the_rows_changes_nothing(ada, client_of, version, htmx):
    before = stored(version)
    response = post(client_of(ada), path(version), {"text": "Seats\t30\nOnboarding\t2\nPlatform\t1"}, htmx=htmx)
    html = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r'class="paste-row paste-row--(\w+)"', html) == ["changed", "new", "same"]
    assert "Quantity 25 → 30" in html
    assert "Apply 2 rows" in html
    assert ("<html" in html) is not htmx
    assert stored(version) == before


@pytest.mark.parametrize("htmx", [False, True])
def test_rows_are_applied_and_the_quote_is_shown(ada, client_of, version, htmx):
    client = client_of(ada)
    data = form_of(post(client, path(version), {"text": "Seats\t30\nOnboarding\t2"}).content.decode())
    response = post(client, path(version, "paste/application/"), data, htmx=htmx)
    assert response.status_code == (204 if htmx else 303)
    assert response.headers["HX-Redirect" if htmx else "Location"] == f"{path(version, '')}#lines"
    assert contents(version) == {"platform": "1", "seats": "30", "onboarding": "2"}
    assert "1 line added, 1 changed." in client.get(path(version, "")).content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_the_bill_is_worked_out_with_the_rows_and_nothing_stays(ada, client_of, version, htmx):
    client, before = client_of(ada), stored(version)
    data = form_of(post(client, path(version), {"text": "Seats\t30\nOnboarding\t2"}).content.decode())
    html = post(client, path(version, "paste/trial/"), data, htmx=htmx).content.decode().replace("\xa0", " ")
    assert ("<html" in html) is not htmx
    assert stored(version) == before
    trial = re.search(r'<div class="paste-trial".*?</div>', html, re.DOTALL)[0]
    committed = re.findall(r'<td class="num"[^>]*>(?:<b>)?([^<]+)', trial)[:3]
    now = priced(version).totals.committed
    post(client, path(version, "paste/application/"), data)
    then = priced(QuoteVersion.objects.whole().get(pk=version.pk)).totals.committed
    told = [money(now, "USD"), money(then, "USD"), f"+{money(then - now, 'USD')}"]
    assert committed == told


def test_a_trial_of_rows_that_cannot_be_applied_says_why(ada, client_of, version):
    before = stored(version)
    html = post(client_of(ada), path(version, "paste/trial/"), {"text": "Seatz\t30", "edit_number": "3"}, htmx=True)
    assert "Nothing was changed: mend or take out what is wrong in row 1." in html.content.decode()
    html = post(client_of(ada), path(version, "paste/trial/"), {"text": "Seats\t30", "edit_number": "1"}, htmx=True)
    assert "edited" in html.content.decode()
    assert stored(version) == before


def test_a_problem_is_mended_in_place(ada, client_of, version):
    client = client_of(ada)
    html = post(client, path(version), {"text": "Product\tQty\nSeatz\t30\nPlatform\tmany"}).content.decode()
    assert re.findall(r'class="paste-row paste-row--(\w+)"', html) == ["problem", "problem"]
    assert 'aria-disabled="true" aria-describedby="paste-why"' in html
    data = form_of(html)
    before = stored(version)
    refused = post(client, path(version, "paste/application/"), data)
    assert refused.status_code == 422
    assert "Nothing was changed: mend or take out what is wrong in row 2, 3." in refused.content.decode()
    assert stored(version) == before
    html = post(client, path(version), {**data, "cell-2-what": "Seats"}).content.decode()
    assert re.findall(r'class="paste-row paste-row--(\w+)"', html) == ["changed", "problem"]
    html = post(client, path(version), {**form_of(html), "out": ["3"]}).content.decode()
    assert re.findall(r'class="paste-row paste-row--(\w+)"', html) == ["changed", "out"]
    done = post(client, path(version, "paste/application/"), {**form_of(html), "out": ["3"]})
    assert done.status_code == 303
    assert contents(version) == {"platform": "1", "seats": "30"}


def test_all_rows_with_problems_are_taken_out_at_once(ada, client_of, version):
    data = {"text": "Seatz\t30\nPlatform\tmany\nSeats\t7", "out_problems": "1"}
    html = post(client_of(ada), path(version), data).content.decode()
    assert re.findall(r'class="paste-row paste-row--(\w+)"', html) == ["out", "out", "changed"]
    assert re.findall(r'name="out" value="(\d)"[^>]*checked', html) == ["1", "2"]


def test_columns_are_chosen_otherwise(ada, client_of, version):
    client = client_of(ada)
    data = form_of(post(client, path(version), {"text": "Seats\t30\t5"}).content.decode())
    assert [data[f"column-{place}"] for place in range(3)] == ["what", "quantity", ""]
    data |= {"column-1": "", "column-2": "discount_percent"}
    html = post(client, path(version), data).content.decode()
    assert "Discount 0 → 5" in html
    html = post(client, path(version), {**data, "column-0": "", "column-1": "quantity"}).content.decode()
    assert "Say which column holds the price or product." in html


def test_a_file_is_read_like_what_is_pasted(ada, client_of, version):
    file = SimpleUploadedFile("lines.csv", "Produkt;Menge\r\nSeats;1.200,50\r\n".encode("cp1252"))
    html = client_of(ada).post(path(version), {"file": file}).content.decode()
    assert "Quantity 25 → 1,200.5" in html


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"text": " "}, "There are no rows yet: paste them from a spreadsheet, or choose a CSV file."),
        ({"text": "Seats\t1\n" * 2001}, "These are 2,001 rows; 2,000 are taken at once. Paste them in parts."),
        ({"file": b"PK\x03\x04"}, "This is a workbook. Save the sheet as CSV, or copy the cells and paste them here."),
        ({"file": b"x" * (2**21 + 1)}, "The file has more than 2 MB; save only the rows that are needed as CSV."),
    ],
)
def test_what_cannot_be_read_is_said(ada, client_of, version, data, message):
    data = {name: SimpleUploadedFile("x.csv", value) if name == "file" else value for name, value in data.items()}
    response = client_of(ada).post(path(version), data)
    assert response.status_code == 422
    assert escape(message) in response.content.decode()


def test_somebody_elses_edit_of_the_same_field_shows_the_rows_anew(ada, client_of, version):
    client = client_of(ada)
    data = form_of(post(client, path(version), {"text": "Seats\t30"}).content.decode())
    edit_line(line_of(version, "seats"), by=ada, at=AT, quantity=Decimal(28))
    response = post(client, path(version, "paste/application/"), data)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Quantity 28 → 30" in html
    assert contents(version)["seats"] == "28"
    assert post(client, path(version, "paste/application/"), form_of(html)).status_code == 303
    assert contents(version)["seats"] == "30"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_click_takes_a_quantity_that_the_package_has_and_the_price_that_was_meant(ada, client_of, htmx):
    version, client = make_ruled_quote(), client_of(ada)
    html = post(client, path(version), {"text": "Seats\t1.012\nAI add-onn\t7,5"}, htmx=htmx).content.decode()
    takes = re.findall(r'<button[^>]*name="take" value="(cell-[^"=]+)=([^"]+)">([^<]+)</button>', html)
    assert takes == [("cell-1-quantity", "500", "Take 500"), ("cell-2-what", "AI add-on", "Take AI add-on")]
    for name, value, _label in takes:
        html = post(client, path(version), {**form_of(html), "take": f"{name}={value}"}, htmx=htmx).content.decode()
        assert re.findall(r'id="(cell-[^"]+)"[^>]* autofocus', html) == [name]
    assert re.findall(r'class="paste-row paste-row--(\w+)"', html) == ["changed", "new"]
    assert contents(version)["seats"] == "10"


def test_quantities_of_later_years_are_pasted_mended_and_written(ada, client_of):
    version, client = make_ruled_quote(months=30), client_of(ada)
    rows = "Line\tYear 1\tYear 2\tYear 3\nseats\t20\t27\t40\nbasic\t1\t1\t1"
    html = post(client, path(version), {"text": rows}).content.decode()
    takes = re.findall(r'<button[^>]*name="take" value="(cell-[^"=]+)=([^"]+)">([^<]+)</button>', html)
    assert takes == [("cell-2-quantity_2", "25", "Take 25"), ("cell-2-quantity_2", "30", "Take 30")]
    html = post(client, path(version), {**form_of(html), "take": "cell-2-quantity_2=30"}).content.decode()
    for said in ("Quantity 10 → 20", "Quantity, year 2 – → 30", "Quantity, year 3 – → 40"):
        assert said in html
    assert post(client, path(version, "paste/application/"), form_of(html)).status_code == 303
    assert line_of(version, "seats").years == {"2": {"quantity": "30"}, "3": {"quantity": "40"}}
    assert line_of(version, "basic").years == {}
    version.refresh_from_db()
    assert version.committed_total == (12 * 20 + 12 * 30 + 6 * 40) * 30 + 30 * 100
    text = b"".join(client.get(path(version, "v1/lines.csv")).streaming_content).decode()
    assert [line.split(",")[-2:] for line in text.splitlines()] == [
        ["Quantity year 2", "Quantity year 3"],
        ["30", "40"],
        ["", ""],
    ]
    assert post(client, path(version), {"text": text}).content.decode().count("paste-row--same") == 2
    rows = "Line\tYear 2\tYear 3\nseats\t\t40"
    assert "Quantity, year 2 30 → as the year before" in post(client, path(version), {"text": rows}).content.decode()
    post(
        client,
        path(version, "paste/application/"),
        {"text": rows, "edit_number": str(QuoteVersion.objects.get(pk=version.pk).edit_number)},
    )
    assert line_of(version, "seats").years == {"3": {"quantity": "40"}}
    undo(QuoteVersion.objects.get(pk=version.pk), by=ada, at=AT)
    undo(QuoteVersion.objects.get(pk=version.pk), by=ada, at=AT)
    assert (line_of(version, "seats").years, contents(version)["seats"]) == ({}, "10")


def test_a_year_beyond_the_term_and_of_what_has_none_is_refused(ada, client_of):
    version, client = make_draft_quote(months=12), client_of(ada)
    before = stored(version)
    rows = "Line\tQuantity year 2\nseats\t41"
    html = post(client, path(version), {"text": rows}).content.decode()
    sentence = "The term is 12 months, so it has no year 2; make it longer than 12 months, or leave that year empty."
    assert sentence in html
    assert '<option value="quantity_2" selected>Quantity, year 2</option>' in html
    version = edit_version(version, months=24, by=ada, at=AT)
    html = post(client, path(version), {"text": rows + "\nprepaid\t5\ntokens\t5"}).content.decode()
    assert "A credit is granted as it is; add another one that starts later." in html
    assert "What is metered is forecast, not set" in html
    assert stored(version)[0][-3:] == before[0][-3:]


def test_a_file_of_lines_goes_out_and_comes_in_without_changing_anything(ada, client_of):
    version = make_draft_quote()
    changes = {"name": "=SUM(A1)", "quantity": Decimal(12), "discount_percent": Decimal("12.125")}
    edit_line(line_of(version, "seats"), by=ada, at=AT, **changes)
    client = client_of(ada)
    response = client.get(path(version, "v1/lines.csv"))
    text = b"".join(response.streaming_content).decode()
    assert text.splitlines()[:3] == [
        "Line,Price,Name,Unit,Quantity,Included,Discount,Unit price,Per period,Term,First month,Last month",
        "platform,platform,Platform,month,1,,0,2500,2500,30000,,",
        "seats,seats,'=SUM(A1),seat,12,,12.125,29,305.81,3669.72,,",
    ]
    before = stored(version)
    html = client.post(path(version), {"file": SimpleUploadedFile("x.csv", text.encode())}).content.decode()
    assert re.findall(r'class="paste-row paste-row--(\w+)"', html) == ["same"] * 4
    assert "These rows change nothing." in html
    assert stored(version) == before


def test_the_lines_of_a_frozen_version_are_a_file_too(ada, client_of):
    version = make_sent_quote().version
    response = client_of(ada).get(path(version, "v1/lines.csv"))
    assert b"".join(response.streaming_content).decode().count("\r\n") == 5
    assert client_of(ada).get(path(version)).status_code == 409


@pytest.mark.parametrize(("person", "status"), [("eve", 404), ("dan", 404), ("ben", 409)])
def test_nobody_else_pastes(person, status, request, client_of, version):
    before = stored(version)
    client = client_of(request.getfixturevalue(person))
    data = {"edit_number": str(version.edit_number), "text": "Seats\t5"}
    for rest in ("paste/", "paste/trial/", "paste/application/"):
        assert post(client, path(version, rest), data).status_code == status
    assert client.get(path(version, "v1/lines.csv")).status_code == (200 if person == "ben" else 404)
    assert stored(version) == before


def test_applying_is_a_post_and_the_lines_know_the_way(ada, client_of, version):
    client = client_of(ada)
    assert client.get(path(version, "paste/application/")).status_code == 405
    assert client.get(path(version, "paste/trial/")).status_code == 405
    assert client.post(path(version, "v1/lines.csv"), headers=HTMX).status_code == 405
    html = client.get(path(version, "")).content.decode()
    assert f'id="paste-rows" href="{path(version)}"' in html


def test_a_credit_says_what_it_misses_and_what_is_paid_for_it(ada, client_of, version):
    html = post(client_of(ada), path(version), {"text": "Seats\t30\nPrepaid credits\t21000"}).content.decode()
    assert "It applies to Model tokens, which is not part of this quote; add that first." in html
    assert "Mend the row with a problem, or take it out." in html
    both = {"text": "Prepaid credits\t21000\nModel tokens\t"}
    html = post(client_of(ada), path(version), both).content.decode()
    assert "Paid for the credits → 20,000" in html
    assert "Unit price →" not in html
