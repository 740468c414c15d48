"""Undo, redo, merging and presence on the builder."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import User
from quotes.models import Presence, QuoteVersion
from tests.factories import AT
from tests.quotes.views.deals import a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version: QuoteVersion, rest: str = "") -> str:
    return f"/quotes/{version.quote.number}/{rest}"


def number(version: QuoteVersion) -> dict[str, str]:
    version.refresh_from_db()
    return {"edit_number": str(version.edit_number)}


def ids(html: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', html))


def quantity(version: QuoteVersion) -> str:
    return version.lines.get(key="seats").component["quantity"]["value"]


def test_an_edit_is_undone_and_redone_with_all_that_follows_drawn_again(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    html = post(client, path(version, "lines/seats/"), number(version) | {"quantity": "9"}, htmx=True).content.decode()
    assert 'title="Undo: quantity of Seats 25 → 9 (Ctrl+Z)"' in html
    response = post(client, path(version, "undo/"), number(version), htmx=True)
    html = response.content.decode()
    assert (response.status_code, quantity(version)) == (200, "25")
    assert json.loads(response["HX-Trigger"])["toast"]["text"] == "Undone: quantity of Seats 25 → 9."
    assert response["HX-Trigger-After-Swap"] == "quote-saved"
    assert {"line-seats", "fact-months", "fact-title", "totals", "undo", "redo"} <= ids(html)
    assert not {"lines", "line-platform"} & ids(html)
    assert 'title="Redo: quantity of Seats 25 → 9 (Ctrl+Shift+Z)"' in html
    response = post(client, path(version, "redo/"), number(version), htmx=True)
    assert (response.status_code, quantity(version)) == (200, "9")


def test_a_plain_browser_undoes_and_reads_what_was_undone(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    post(client, path(version, "facts/"), number(version) | {"months": "24"})
    response = post(client, path(version, "undo/"), number(version))
    version.refresh_from_db()
    assert (response.status_code, version.months) == (303, 12)
    assert "Undone: term 12 → 24." in client.get(path(version)).content.decode()


def test_with_nothing_to_undo_the_button_says_so_and_the_post_is_refused(ada, client_of):
    version, client = a_draft(ada, keys=()), client_of(ada)
    assert 'title="Nothing to undo" aria-disabled="true"' in client.get(path(version)).content.decode()
    before = stored(version)
    assert post(client, path(version, "undo/"), number(version), htmx=True).status_code == 409
    assert post(client, path(version, "redo/"), number(version), htmx=True).status_code == 409
    assert stored(version) == before


def test_an_undo_of_an_old_page_is_a_conflict(ada, client_of):
    version, client = a_draft(ada), client_of(ada)
    old = number(version)
    post(client, path(version, "facts/"), old | {"months": "24"})
    before = stored(version)
    assert post(client, path(version, "undo/"), old, htmx=True).status_code == 409
    assert stored(version) == before


def a_colleague() -> User:
    """Who sees all quotes and may edit them."""
    return User.objects.create_user("bea", first_name="Bea", roles=["sales", "deal_desk"])


def test_two_people_edit_different_fields_and_both_are_kept(ada, client_of):
    version = a_draft(ada)
    old = number(version)
    post(client_of(a_colleague()), path(version, "facts/"), old | {"months": "24"}, htmx=True)
    response = post(client_of(ada), path(version, "lines/seats/"), old | {"quantity": "9"}, htmx=True)
    html = response.content.decode()
    version.refresh_from_db()
    assert (response.status_code, version.months, quantity(version)) == (200, 24, "9")
    assert {"fact-months", "lines", "totals"} <= ids(html)
    assert json.loads(response["HX-Trigger"])["toast"]["text"].startswith("Saved, beside what was edited elsewhere")


def test_two_people_edit_the_same_field_and_the_second_chooses(ada, client_of):
    version = a_draft(ada)
    old = number(version)
    post(client_of(a_colleague()), path(version, "lines/seats/"), old | {"quantity": "7"}, htmx=True)
    before = stored(version)
    response = post(client_of(ada), path(version, "lines/seats/"), old | {"quantity": "9"}, htmx=True)
    html = response.content.decode()
    assert (response.status_code, stored(version)) == (409, before)
    assert re.search(r"<td>7</td><td><b>9</b>", html)
    assert version.lines.get(key="seats").discount_percent == Decimal(0)


def test_each_sees_who_else_is_here_and_that_the_draft_moved_on(ada, ben, dan, client_of):
    version = a_draft(ada)
    sent = number(version)
    assert post(client_of(ada), path(version, "presence/"), sent).content.decode().strip() == ""
    html = post(client_of(ben), path(version, "presence/"), {"edit_number": "1"}).content.decode()
    assert "Ada is here too" in html
    assert "This draft was edited elsewhere" in html
    assert "Ben is here too" in post(client_of(ada), path(version, "presence/"), sent).content.decode()
    Presence.objects.exclude(user=ada).update(seen_at=AT + timedelta(hours=4))
    assert "Ben" not in post(client_of(ada), path(version, "presence/"), sent).content.decode()
    assert post(client_of(dan), path(version, "presence/"), sent).status_code == 404
    assert client_of(ada).get(path(version, "presence/")).status_code == 405
    assert Presence.objects.count() == 2


def test_signed_out_an_edit_offers_to_sign_in_elsewhere(ada, client):
    version = a_draft(ada)
    before = stored(version)
    response = post(client, path(version, "facts/"), number(version) | {"months": "24"}, htmx=True)
    assert (response.status_code, response["HX-Reswap"]) == (401, "none")
    assert "sign-in-needed" in json.loads(response["HX-Trigger"])
    assert stored(version) == before
