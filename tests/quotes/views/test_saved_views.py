"""Saved views: kept, opened, shared, changed and removed; nobody else's can be touched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.actions.saved_views import save_view
from quotes.models import SavedView
from tests.factories import AT
from tests.quotes.views.deals import a_draft, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]
WANTED = "?status=draft&sort=-committed&columns=annual"


def stored() -> list[tuple]:
    return list(
        SavedView.objects.order_by("pk").values_list("owner__username", "name", "query", "is_default", "is_shared")
    )


def test_a_list_is_kept_and_is_what_the_bare_address_opens(ada, client_of):
    a_draft(ada)
    client = client_of(ada)
    answer = post(client, "/quotes/views/", {"name": "Drafts", "query": f"{WANTED}&nonsense=1", "is_default": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/quotes/{WANTED}")
    assert stored() == [("ada", "Drafts", WANTED, True, False)]
    assert client.get("/quotes/").headers["Location"] == f"/quotes/{WANTED}"
    assert client.get("/quotes/?all=1").status_code == 200
    post(client, "/quotes/views/", {"name": "Drafts", "query": "?status=sent"})
    post(client, "/quotes/views/", {"name": "Mine", "query": "?mine=1", "is_default": "1"})
    assert stored() == [("ada", "Drafts", "?status=sent", False, False), ("ada", "Mine", "?mine=1", True, False)]


def test_a_shared_view_is_open_to_all_with_their_own_quotes(ada, eve, client_of):
    mine = a_draft(ada).quote.number
    post(client_of(ada), "/quotes/views/", {"name": "Ours", "query": "?status=draft", "is_shared": "1"})
    post(client_of(ada), "/quotes/views/", {"name": "My own", "query": "?mine=1"})
    page = client_of(eve).get("/quotes/?all=1").content.decode()
    assert "Ours" in page
    assert "My own" not in page
    assert mine not in client_of(eve).get("/quotes/?status=draft").content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_a_view_is_changed_and_removed_by_its_owner(ada, eve, ben, dan, client, client_of, htmx):
    view = save_view(name="Drafts", query="?status=draft", by=ada, at=AT)
    before, path = stored(), f"/quotes/views/{view.pk}/"
    change = {"name": "Open", "is_shared": "1"}
    for address, data in ((path, change), (f"{path}removal/", {})):
        assert client_of(ada).get(address).status_code == 405
        assert [post(client_of(who), address, data, htmx=htmx).status_code for who in (eve, ben, dan)] == [404] * 3
        assert post(client, address, data).headers["Location"].startswith("/login/")
    assert stored() == before
    assert post(client_of(ada), path, change, htmx=htmx).status_code == (200 if htmx else 303)
    assert stored() == [("ada", "Open", "?status=draft", False, True)]
    post(client_of(ada), f"{path}removal/", htmx=htmx)
    assert stored() == []


def test_what_cannot_be_kept_is_refused_with_nothing_changed(ada, dan, client_of):
    first = save_view(name="Drafts", query="?status=draft", by=ada, at=AT)
    save_view(name="Sent", query="?status=sent", by=ada, at=AT)
    before = stored()
    client = client_of(ada)
    answer = post(client, "/quotes/views/", {"name": " ", "query": "?mine=1"})
    assert (answer.status_code, b"A view needs a name." in answer.content) == (422, True)
    assert post(client, f"/quotes/views/{first.pk}/", {"name": "Sent"}).status_code == 409
    assert post(client_of(dan), "/quotes/views/", {"name": "X", "query": ""}).status_code == 404
    assert stored() == before


@pytest.mark.parametrize(("path", "queries"), [("/quotes/views/", 3)])
def test_1_and_3_views_take_the_same_queries(ada, client_of, path, queries):
    client = client_of(ada)
    for names in (("a",), ("b", "c")):
        for name in names:
            save_view(name=name, query="?mine=1", by=ada, at=AT)
        with CaptureQueriesContext(connection) as taken:
            html = client.get(path).content.decode()
        assert len(taken) == queries
        assert html.count('class="panel view-card"') == len(stored())
