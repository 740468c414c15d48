"""Sending to the customer: each link is shown once."""

import re

import pytest

from quotes.actions.sending import token_hash
from quotes.models import QuoteVersion
from tests.quotes.views.deals import approved, post, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def page(version: QuoteVersion, rest: str = "") -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/{rest}"


def tokens(html: str) -> list[str]:
    return re.findall(r'data-copy="http://testserver/room/([^/"]+)/"', html)


def test_a_plain_browser_sees_the_link_once(ada, client_of):
    version = approved(ada)
    client = client_of(ada)
    response = post(client, page(version, "sending/"))
    assert (response.status_code, response.headers["Location"]) == (303, page(version, "#links"))
    first, second = (client.get(page(version)).content.decode() for _ in range(2))
    [token] = tokens(first)
    assert version.links.get().token_sha256 == token_hash(token)
    assert (tokens(second), token in second) == ([], False)


def test_htmx_gets_the_link_at_once(ada, client_of):
    version = approved(ada)
    contact = version.quote.customer.contacts.get()
    html = post(client_of(ada), page(version, "sending/"), {"contact": contact.pk}, htmx=True).content.decode()
    assert len(tokens(html)) == 1
    assert "Cleo Hartmann" in html
    assert 'id="status-line"' in html


def test_only_a_contact_of_the_customer_can_be_written_to(ada, client_of):
    version = approved(ada)
    for wrong in ("999999", "x"):
        assert post(client_of(ada), page(version, "sending/"), {"contact": wrong}).status_code == 404
    version.refresh_from_db()
    assert version.status == "approved"


def test_another_person_gets_another_link(ada, client_of):
    version = sent(ada).version
    data = {"name": "Max Adler", "email": "max@acme.example", "right": "view"}
    html = post(client_of(ada), page(version, "links/"), data, htmx=True).content.decode()
    assert len(tokens(html)) == 1
    assert sorted(version.links.values_list("email", "right")) == [
        ("cleo@acme.example", "sign"),
        ("max@acme.example", "view"),
    ]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_link_needs_a_name_and_an_address(ada, client_of, htmx):
    version = sent(ada).version
    response = post(
        client_of(ada), page(version, "links/"), {"name": "", "email": "nobody", "right": "view"}, htmx=htmx
    )
    assert response.status_code == 422
    assert "Enter a valid email address." in response.content.decode()
    assert version.links.count() == 1


def test_a_revoked_link_is_over(ada, client_of):
    version = sent(ada).version
    link = version.links.get()
    path = f"/quotes/{version.quote.number}/links/{link.pk}/revocation/"
    html = post(client_of(ada), path, htmx=True).content.decode()
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert "Revoked" in html
    assert post(client_of(ada), path).status_code == 303
