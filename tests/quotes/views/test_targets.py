"""Making the committed total an amount."""

import json
from decimal import Decimal

import pytest

from tests.quotes.views.deals import a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version) -> str:
    return f"/quotes/{version.quote.number}/target/"


@pytest.mark.parametrize("htmx", [False, True])
def test_the_discount_is_found_and_said(ada, client_of, htmx):
    version = a_draft(ada)
    sent = {"total": "34,830", "edit_number": version.edit_number}
    client = client_of(ada)
    response = post(client, path(version), sent, htmx=htmx)
    version.refresh_from_db()
    assert (response.status_code, version.discount_percent) == (200 if htmx else 303, Decimal(10))
    assert version.committed_total == Decimal(34830)
    said = "Quote discount 10 %: the committed total is USD 34,830.00."
    if htmx:
        assert json.loads(response["HX-Trigger"])["toast"]["text"] == said
        assert 'value="10"' in response.content.decode()
    else:
        assert said in client.get(f"/quotes/{version.quote.number}/").content.decode()


@pytest.mark.parametrize(
    ("total", "message"),
    [
        ("50,000", "With a quote discount of 0 to 100 % the committed total can be USD 0.00 to USD 38,700.00."),
        ("cheap", "Committed total must be a number"),
        ("", "Committed total must be a number."),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_what_no_discount_reaches_is_refused_at_the_field(ada, client_of, total, message, htmx):
    version = a_draft(ada)
    before = stored(version)
    response = post(client_of(ada), path(version), {"total": total, "edit_number": version.edit_number}, htmx=htmx)
    html = response.content.decode()
    assert (response.status_code, stored(version)) == (422, before)
    assert message in html
    assert f'name="total" value="{total}"' in html


def test_an_old_page_sets_nothing_over_a_newer_discount(ada, client_of):
    version = a_draft(ada)
    old, client = version.edit_number, client_of(ada)
    post(client, f"/quotes/{version.quote.number}/facts/", {"discount_percent": "5", "edit_number": old}, htmx=True)
    before = stored(version)
    assert post(client, path(version), {"total": "30,000", "edit_number": old}, htmx=True).status_code == 409
    assert stored(version) == before
