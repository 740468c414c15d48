"""A version's page, and the steps that its seller takes."""

from decimal import Decimal

import pytest

from quotes.actions.drafts import edit_version
from quotes.actions.versions import revise, submit
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.views.deals import a_draft, approved, post, sent, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def page(version: QuoteVersion, rest: str = "") -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/{rest}"


def test_submitting_freezes_and_asks(ada, client_of):
    version = a_draft(ada, discount_percent=Decimal(25))
    response = post(client_of(ada), page(version, "submission/"), {"edit_number": version.edit_number})
    version.refresh_from_db()
    assert (response.status_code, response.headers["Location"], version.status) == (303, page(version), "submitted")
    assert [one.rule for one in version.approvals.all()] == ["discount"]


def test_a_draft_that_was_edited_meanwhile_is_not_submitted(ada, client_of):
    version = a_draft(ada)
    response = post(client_of(ada), page(version, "submission/"), {"edit_number": version.edit_number - 1}, htmx=True)
    version.refresh_from_db()
    assert (response.status_code, version.status) == (409, "draft")


def test_an_empty_draft_cannot_be_submitted_and_says_why(ada, client_of):
    version = a_draft(ada, keys=())
    html = client_of(ada).get(page(version)).content.decode()
    assert 'id="submit-why"' in html
    assert "Add at least one line." in html
    response = post(client_of(ada), page(version, "submission/"), {"edit_number": version.edit_number})
    version.refresh_from_db()
    assert (response.status_code, version.status) == (409, "draft")


def test_the_page_of_a_submitted_version(ada, client_of):
    version = submitted(ada)
    html = client_of(ada).get(page(version)).content.decode()
    assert version.sha256 in html
    assert "The discount of 25 % is over the limit of 20 %." in html
    assert "submitted version 1" in html
    assert page(version, "document.pdf") in html
    assert 'name="quantity"' not in html
    assert "Your decision" not in html


def test_the_newest_version_is_the_quotes_page(ada, client_of):
    version = submitted(ada)
    client = client_of(ada)
    assert b"Waiting for approval" in client.get(f"/quotes/{version.quote.number}/").content
    revise(version, by=ada, at=AT)
    html = client.get(f"/quotes/{version.quote.number}/").content.decode()
    assert 'id="builder"' in html
    assert page(version) in html


def test_recall_leaves_a_note_and_revise_makes_a_draft(ada, client_of):
    version = submitted(ada)
    client = client_of(ada)
    assert post(client, page(version, "withdrawal/"), {"note": "wrong start"}).status_code == 303
    version.refresh_from_db()
    assert (version.status, version.closed_note) == ("withdrawn", "wrong start")
    assert "“wrong start”" in client.get(page(version)).content.decode()
    response = post(client, page(version, "revision/"), htmx=True)
    assert response.headers["HX-Redirect"] == f"/quotes/{version.quote.number}/"
    assert [one.status for one in version.quote.versions.order_by("number")] == ["withdrawn", "draft"]


def test_the_second_version_tells_what_changed(ada, client_of):
    draft = revise(submitted(ada), by=ada, at=AT)
    second = submit(edit_version(draft, by=ada, at=AT, months=24), by=ada, at=AT)
    assert f'hx-get="{page(second, "changes/")}"' in client_of(ada).get(page(second)).content.decode()
    html = client_of(ada).get(page(second, "changes/")).content.decode()
    assert "Changes since version 1" in html
    assert "12 months" in html
    assert "24 months" in html


def test_a_version_that_is_not_there(ada, client_of):
    version = a_draft(ada)
    assert client_of(ada).get(f"/quotes/{version.quote.number}/v9/").status_code == 404


def test_cost_and_margin_only_for_those_who_may(ada, client_of):
    version = submitted(ada)
    assert 'id="margin"' in client_of(ada).get(page(version)).content.decode()
    ada.roles = ["integrator"]
    ada.save()
    assert client_of(ada).get(page(version)).status_code == 404


def test_every_station_has_its_page(ada, client_of):
    client = client_of(ada)
    for make in (approved, lambda who: sent(who).version):
        version = make(ada)
        assert client.get(page(version)).status_code == 200
