"""Every POST of the quote pages, as a table: the wrong method, strangers, readers, nobody."""

from typing import NamedTuple

import pytest

from catalog.models import Package
from quotes.actions.lines import add_package
from quotes.actions.outline import add_text, move_to_section
from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.views.deals import HTMX, a_draft, approved, post, sent, stored, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


class Post(NamedTuple):
    station: str
    path: str
    data: dict
    gets: bool = False
    """Whether the address can also be read."""


POSTS = {
    "facts": Post("draft", "facts/", {"title": "Other"}),
    "package": Post("draft", "packages/", {"package": "hybrid"}, gets=True),
    "package removal": Post("packaged", "packages/requests/removal/", {}),
    "forecast": Post("draft", "forecast/", {}),
    "price": Post("draft", "prices/", {"price": "onboarding"}, gets=True),
    "line": Post("draft", "lines/seats/", {"quantity": "7"}),
    "removal": Post("draft", "lines/seats/removal/", {}),
    "position": Post("draft", "lines/seats/position/", {"to": "1"}),
    "text": Post("draft", "texts/", {"kind": "section", "text": "Platform"}),
    "text words": Post("sectioned", "texts/section/", {"text": "Other"}),
    "text removal": Post("sectioned", "texts/section/removal/", {}),
    "text position": Post("sectioned", "texts/section/position/", {"to": "1"}),
    "option": Post("draft", "lines/seats/", {"optional": "yes"}),
    "months of a line": Post("draft", "lines/seats/", {"from_month": "4", "to_month": "9"}),
    "months of a discount": Post("draft", "lines/seats/", {"discount_from": "2", "discount_to": "6"}),
    "year": Post("long", "lines/seats/years/2/", {"quantity": "40"}),
    "line target": Post("draft", "lines/seats/target/", {"total": "8,000"}),
    "section target": Post("sectioned", "texts/section/target/", {"total": "8,000"}),
    "target": Post("draft", "target/", {"total": "35,000"}),
    "undo": Post("draft", "undo/", {}),
    "redo": Post("undone", "redo/", {}),
    "submission": Post("draft", "v1/submission/", {}),
    "discard": Post("draft", "v1/withdrawal/", {}),
    "recall": Post("submitted", "v1/withdrawal/", {"note": "wrong start"}),
    "revision": Post("submitted", "v1/revision/", {}),
    "sending": Post("approved", "v1/sending/", {}),
    "link": Post("sent", "v1/links/", {"name": "Max", "email": "max@acme.example", "right": "view"}),
    "revocation": Post("sent", "links/{link}/revocation/", {}),
}


@pytest.fixture
def stations(ada):
    def packaged(who):
        return add_package(a_draft(who), package=Package.objects.get(code="requests"), by=who, at=AT)

    def undone(who):
        version = a_draft(who)
        undo(version, by=who, at=AT)
        return version

    def sectioned(who):
        draft = add_text(a_draft(who), kind="section", text="Platform", by=who, at=AT)
        return move_to_section(draft, key="seats", section="section", by=who, at=AT)

    makers = {
        "draft": a_draft,
        "undone": undone,
        "packaged": packaged,
        "sectioned": sectioned,
        "long": lambda who: a_draft(who, months=24),
        "submitted": submitted,
        "approved": approved,
        "sent": lambda who: sent(who).version,
    }

    def make(name: str) -> QuoteVersion:
        return QuoteVersion.objects.get(pk=makers[name](ada).pk)

    return make


@pytest.fixture(params=POSTS)
def case(request, stations):
    """The version, the address and what to send."""
    wanted = POSTS[request.param]
    version = stations(wanted.station)
    link = version.links.first()
    path = f"/quotes/{version.quote.number}/{wanted.path.format(link=link.pk if link else 0)}"
    return version, path, {"edit_number": str(version.edit_number), **wanted.data}, wanted


@pytest.mark.parametrize("htmx", [False, True])
def test_the_owner_may(case, ada, client_of, htmx):
    version, path, data, _ = case
    before = stored(version)
    response = post(client_of(ada), path, data, htmx=htmx)
    assert response.status_code == (303 if not htmx else response.status_code)
    assert response.status_code in (200, 204, 303)
    assert stored(version) != before


def test_nobody_else_may(case, ada, ben, eve, dan, client_of, client):
    version, path, data, wanted = case
    before = stored(version)
    assert client_of(ada).get(path).status_code == (200 if wanted.gets else 405)
    assert [post(client_of(who), path, data).status_code for who in (eve, dan)] == [404, 404]
    assert post(client_of(ben), path, data).status_code == 409
    assert post(client_of(ben), path, data, htmx=True).headers["HX-Reswap"] == "none"
    assert post(client, path, data).headers["Location"].startswith("/login/?next=")
    assert stored(version) == before


def test_without_the_token_against_forgery_nothing_happens(ada, client_of):
    version = a_draft(ada)
    client = client_of(ada)
    client.handler.enforce_csrf_checks = True
    before = stored(version)
    path = f"/quotes/{version.quote.number}/facts/"
    assert client.post(path, {"title": "Other", "edit_number": version.edit_number}, headers=HTMX).status_code == 403
    assert stored(version) == before
