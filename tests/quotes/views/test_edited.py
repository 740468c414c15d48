"""An entry of the timeline opens to what its edits changed, field by field, in the reader's words."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from quotes.actions.drafts import edit_version
from quotes.actions.lines import edit_line, remove_line
from quotes.actions.outline import add_text
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.views.deals import HTMX, a_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def address(client, version: QuoteVersion) -> str:
    """Where the newest entry of edits leads."""
    html = client.get(f"/quotes/{version.quote.number}/timeline/").content.decode()
    found = re.search(r'href="(/quotes/[^"]+/edits/\d+/\d+/)"', html)
    assert found is not None
    return found[1]


def rows(client, path: str) -> list[str]:
    html = client.get(path, headers=HTMX).content.decode()
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html, re.S)
    return [" ".join(strip_tags(f"{what}: {told}").replace("&amp;", "&").split()) for what, told in found]


def test_a_run_of_edits_is_told_as_one_in_words_and_money(ada, client_of):
    version = a_draft(ada)
    line = version.lines.get(key="seats")
    for size in (30, 40):
        edit_line(line, quantity=Decimal(size), by=ada, at=AT)
        line.refresh_from_db()
    edit_line(line, prices={"unit": Decimal("25")}, by=ada, at=AT)
    version = QuoteVersion.objects.get(pk=version.pk)
    version = edit_version(version, months=24, discount_percent=Decimal("12.5"), by=ada, at=AT)
    add_text(version, kind="section", text="Platform", by=ada, at=AT)
    client = client_of(ada)
    told = rows(client, address(client, version))
    assert told[:2] == ["Term: before: 12 months → after: 24 months", "Quote discount: before: 0 % → after: 12.5 %"]
    assert "Section Platform: new → after: Platform" in told
    assert [one for one in told if one.startswith("Seats: new")] == ["Seats: new → after: 40 seats, USD 25.00 per seat"]


def test_what_came_back_to_what_it_was_is_not_told(ada, ben, client_of):
    version = a_draft(ada)
    before = QuoteVersion.objects.get(pk=version.pk)
    for months in (24, 12):
        before = edit_version(before, months=months, by=ada, at=AT)
    remove_line(before.lines.get(key="seats"), by=ada, at=AT)
    client = client_of(ben)
    path = address(client, version)
    assert [one for one in rows(client, path) if one.startswith(("Term", "Seats"))] == []


def test_a_reader_of_german_reads_german(ada, client_of):
    version = a_draft(ada, months=24)
    ada.language = "de"
    ada.save()
    client = client_of(ada)
    assert rows(client, address(client, version))[0] == "Laufzeit: vorher: 12 Monate → nachher: 24 Monate"


def test_where_steps_are_gone_the_audit_log_speaks(ada, client_of):
    version = a_draft(ada, months=24)
    client = client_of(ada)
    path = address(client, version)
    version.steps.all().delete()
    html = client.get(path).content.decode()
    assert rows(client, path) == ["Term: before: 12 → after: 24"]
    assert "A draft keeps its last 200 edits" in html


def test_strangers_and_what_is_no_edit(ada, eve, dan, client, client_of):
    version = a_draft(ada)
    path = address(client_of(ada), version)
    assert [client_of(who).get(path).status_code for who in (eve, dan)] == [404, 404]
    assert client.get(path).headers["Location"].startswith("/login/")
    assert client_of(ada).post(path).status_code == 405
    assert client_of(ada).get(f"/quotes/{version.quote.number}/edits/1/1/").status_code == 404
    assert client_of(ada).get(f"/quotes/{version.quote.number}/edits/90/99/").status_code == 404


@pytest.mark.parametrize("queries", [10])
def test_1_and_3_edits_take_the_same_queries(ada, client_of, queries):
    version = a_draft(ada)
    client = client_of(ada)
    line = version.lines.get(key="seats")
    for sizes in ((30,), (31, 32)):
        for size in sizes:
            edit_line(line, quantity=Decimal(size), by=ada, at=AT)
            line.refresh_from_db()
        path = address(client, version)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(path).status_code == 200
        assert len(taken) == queries
