"""Months of a line where people see and set them: panel, bulk, fixes, paste and CSV, PDF and room, programs."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from billing.targets import TARGETS
from pricing import Terms
from quotes.actions.lines import edit_line
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.models import QuoteVersion
from quotes.rules.components import months_of
from tests.factories import AT
from tests.quotes.documents.made import fetched
from tests.quotes.views.deals import HTMX, a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]

SECONDLY = "The term has 12 months; choose a month from 1 to 12, or leave it empty."


def path(version: QuoteVersion, rest: str) -> str:
    return f"/quotes/{version.quote.number}/{rest}"


def send_(client: Client, version: QuoteVersion, rest: str, *, htmx: bool = True, **data: str):
    version.refresh_from_db()
    return post(client, path(version, rest), {"edit_number": str(version.edit_number), **data}, htmx=htmx)


def months(version: QuoteVersion, key: str = "seats") -> tuple[int | None, int | None]:
    return months_of(version.lines.get(key=key).component)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("htmx", [False, True])
def test_the_panel_sets_them_and_the_row_says_them(ada, client_of, htmx):
    version, client = a_draft(ada), client_of(ada)
    page = client.get(path(version, "lines/seats/panel/"), headers=HTMX if htmx else None).content.decode()
    assert 'id="row-from_month" name="from_month" value="" placeholder="1"' in page
    done = send_(client, version, "lines/seats/", htmx=htmx, from_month="4", to_month="9")
    assert (done.status_code, months(version)) == (200 if htmx else 303, (4, 9))
    html = done.content.decode() if htmx else client.get(path(version, "")).content.decode()
    assert "months 4 to 9" in html
    before = stored(version)
    wrong = send_(client, version, "lines/seats/", htmx=htmx, from_month="13")
    assert (wrong.status_code, SECONDLY in wrong.content.decode(), stored(version)) == (422, True, before)
    assert send_(client, version, "lines/seats/", from_month="x").status_code == 422
    assert stored(version) == before


def test_what_is_billed_once_has_one_month_and_what_goes_by_days_none(ada, client_of):
    version, client = a_draft(ada, keys=("onboarding", "seats")), client_of(ada)
    page = client.get(path(version, "lines/onboarding/panel/")).content.decode()
    assert ("In month" in page, "row-to_month" in page) == (True, False)
    seats = version.lines.get(key="seats")
    seats.component = seats.list_component = {**seats.component, "starts": "2026-12-15"}
    seats.save()
    page = client.get(path(version, "lines/seats/panel/")).content.decode()
    assert ("row-from_month" in page, "The price book charges this by days (15 Dec 2026)" in page) == (False, True)


@pytest.mark.parametrize(
    ("choice", "term", "runs"), [(0, 9, (4, None)), (1, 10, (4, 10))], ids=["end with the term", "longer term"]
)
def test_a_click_mends_a_line_that_the_term_does_not_reach(ada, client_of, choice, term, runs):
    version, client = a_draft(ada), client_of(ada)
    edit_line(version.lines.select_related("version").get(key="seats"), from_month=4, to_month=10, by=ada, at=AT)
    html = send_(client, version, "facts/", months="9").content.decode()
    assert "Seats: it ends in month 10, but the term has 9 months." in html
    fixes = re.findall(
        r'<form class="fix" method="post" action="([^"]+)".*?name="(from_month|to_month|months)" value="([^"]*)">'
        r"<button[^>]*>([^<]+)",
        html,
        re.DOTALL,
    )
    assert [label for *_, label in fixes] == ["End with the term", "Make the term 10 months"]
    address, name, value, _label = fixes[choice]
    version.refresh_from_db()
    done = post(client, address, {"edit_number": str(version.edit_number), name: value}, htmx=True)
    version.refresh_from_db()
    assert (done.status_code, version.months, months(version)) == (200, term, runs)
    assert "but the term has" not in done.content.decode()


def test_many_lines_are_given_months_in_the_dialog(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    data = {"line": "platform,seats", "from_month": "4", "look": "yes"}
    look = send_(client, version, "bulk/fields/", **data).content.decode()
    assert "First month of Seats – → 4" in words(look)
    send_(client, version, "bulk/", line="platform,seats", from_month="4", dialog="yes")
    assert (months(version, "platform"), months(version)) == ((4, None), (4, None))


def test_the_whole_term_is_said_for_many_lines(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    line = version.lines.select_related("version").get(key="seats")
    edit_line(line, from_month=4, to_month=9, discount_to=6, by=ada, at=AT)
    before = stored(version)
    both = {"line": "platform,seats", "whole_term": "yes", "from_month": "3"}
    html = send_(client, version, "bulk/", dialog="yes", **both).content.decode()
    assert "Say either the whole term or a month of it, not both." in html
    assert stored(version) == before
    del both["from_month"]
    look = words(send_(client, version, "bulk/fields/", look="yes", **both).content.decode())
    assert "First month of Seats 4 → – Last month of Seats 9 → –" in look
    assert re.search(
        r'name="whole_term" value="yes" checked', send_(client, version, "bulk/fields/", **both).content.decode()
    )
    send_(client, version, "bulk/", dialog="yes", **both)
    assert (months(version), version.lines.get(key="seats").discount_to) == ((None, None), 6)
    send_(client, version, "bulk/", line="platform,seats", discount_whole_term="yes")
    assert version.lines.get(key="seats").discount_to is None


def test_an_empty_cell_takes_months_back_and_a_column_that_is_not_there_does_not(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    edit_line(version.lines.select_related("version").get(key="seats"), from_month=4, to_month=9, by=ada, at=AT)
    send_(client, version, "paste/application/", text="Line\tQuantity\nseats\t30")
    assert months(version) == (4, 9)
    html = send_(client, version, "paste/", text="Line\tLast month\nplatform\t\nseats\t").content.decode()
    assert ("Last month 9 → to the end of the term" in html, html.count("paste-row--same")) == (True, 1)
    send_(client, version, "paste/application/", text="Line\tLast month\nseats\t")
    assert months(version) == (4, None)
    send_(client, version, "paste/application/", text="Line\tFirst month\tLast month\nseats\t\t6")
    assert months(version) == (None, 6)


def test_rows_of_a_spreadsheet_and_the_file_of_lines(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    rows = "Line\tFirst month\tLast month\nseats\t4\t12\nplatform\t2.5\t"
    html = send_(client, version, "paste/", text=rows).content.decode()
    assert "“2.5” is no month: use a whole number." in html
    assert "First month – → 4" in html
    send_(client, version, "paste/application/", text=rows.replace("2.5", "2"))
    assert (months(version), months(version, "platform")) == ((4, None), (2, None))
    text = b"".join(client.get(path(version, "v1/lines.csv")).streaming_content).decode()
    assert [line.split(",")[-2:] for line in text.splitlines()] == [["First month", "Last month"], ["2", ""], ["4", ""]]
    assert send_(client, version, "paste/", text=text).content.decode().count("paste-row--same") == 2


def test_pdf_and_room_say_the_days(ada, monkeypatch):
    monkeypatch.setattr("quotes.views.room.now", lambda: AT + timedelta(hours=3))
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    for key, change in (("seats", {"from_month": 4, "to_month": 9}), ("onboarding", {"from_month": 3})):
        version = edit_line(version.lines.select_related("version").get(key=key), by=ada, at=AT, **change)
    sent = send(submit(version, by=ada, at=AT + timedelta(hours=1)), by=ada, at=AT + timedelta(hours=2))
    cleo = Client()
    room = words(cleo.get(f"/room/{sent.token}/", follow=True).content.decode())
    reader = PdfReader(io.BytesIO(fetched(cleo, "/room/document.pdf").content))
    pdf = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for said in (
        "Months 4 to 9: 1 March 2027 to 31 August 2027",
        "In month 3, which begins on 1 February 2027",
    ):
        assert (said in room, said in pdf) == (True, True)
    steps = words(cleo.get("/room/lines/seats/").content.decode())
    assert "Nothing is billed in this period" not in steps
    assert "USD 725.00" in steps


def test_what_is_pushed_carries_them_and_a_target_that_cannot_says_so(ada):
    version = a_draft(ada)
    seats = version.lines.select_related("version").get(key="seats")
    version = edit_line(seats, from_month=4, to_month=9, by=ada, at=AT)
    terms = Terms.parse(submit(version, by=ada, at=AT + timedelta(hours=1)).terms)
    assert [(one.key, one.from_month, one.to_month) for one in terms.charges] == [
        ("platform", 1, None),
        ("seats", 4, 9),
    ]
    why = {name: [problem.why for problem in target.problems(terms)] for name, target in TARGETS.items()}
    assert {name: found for name, found in why.items() if found} == {
        "chargebee": ["Chargebee bills a charge in every month of the term."],
        "lago": ["Lago bills a charge in every month of the term."],
    }


def test_programs_read_and_set_them(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    address = f"/api/v1/quotes/{version.quote.number}/versions/1/"

    def patch(rest: str, body: dict):
        return client.patch(address + rest, body, content_type="application/json", headers={"If-Match": "*"})

    lines = {one["key"]: one for one in patch("lines/seats/", {"from_month": 4, "to_month": 9}).json()["lines"]}
    assert [(one["from_month"], one["to_month"]) for one in lines.values()] == [(None, None), (4, 9)]
    wrong = patch("lines/seats/", {"from_month": 10})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["from_month"])
    assert patch("lines/seats/", {"from_month": 0}).status_code == 422
    assert months(version) == (4, 9)
    body = {"lines": ["platform", "seats"], "from_month": None, "to_month": 6}
    assert patch("lines/", body).status_code == 200
    assert (months(version, "platform"), months(version)) == ((None, 6), (None, 6))
