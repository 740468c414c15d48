"""The page of changes between two versions, and the same as a panel of the page on which deal desk decides."""

import pytest

from quotes.actions.versions import revise, submit, withdraw
from tests.factories import AT
from tests.quotes.views.deals import HTMX, a_draft, post, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(ada):
    first = submitted(ada)
    draft = revise(withdraw(first, by=ada, at=AT), by=ada, at=AT)
    draft.discount_percent = 30
    draft.save()
    return submit(draft, by=ada, at=AT)


def url(version) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/changes/"


def test_the_page_shows_fields_and_money(second, ben, client_of):
    html = client_of(ben).get(url(second)).content.decode()
    for text in ("Changes since version 1", "25 %", "30 %", "−USD\u00a01,935.00", "All changes", "Margin (P50)"):
        assert text in html


def test_any_two_versions(second, ada, client_of):
    html = client_of(ada).get(f"/quotes/{second.quote.number}/v1/changes/", {"since": 2}).content.decode()
    assert "Changes since version 2" in html
    assert "+USD\u00a01,935.00" in html
    assert client_of(ada).get(url(second), {"since": 9}).status_code == 404


def test_a_part_for_the_page_that_decides(second, ben, client_of):
    client = client_of(ben)
    page = client.get(f"/quotes/{second.quote.number}/v2/").content.decode()
    assert f'hx-get="{url(second)}"' in page
    part = client.get(url(second), headers=HTMX).content.decode()
    assert part.strip().startswith('<section class="panel" id="changes"')


def test_a_first_version_has_nothing_before_it(ada, client_of):
    assert "This is the first version" in client_of(ada).get(url(a_draft(ada))).content.decode()


def test_who_may(second, ada, eve, dan, client_of):
    assert [client_of(one).get(url(second)).status_code for one in (eve, dan)] == [404, 404]
    assert post(client_of(ada), url(second)).status_code == 405
