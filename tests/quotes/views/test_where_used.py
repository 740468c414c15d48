"""Which open drafts a change of a price book would touch."""

import re

import pytest

from catalog.actions.books import start_version
from catalog.models import PriceBook
from quotes.actions.versions import submit
from tests.catalog.books import make_draft
from tests.factories import AT
from tests.quotes.views.deals import HTMX, a_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]

URL = "/quotes/where-used/tests/1/"


def numbers(response) -> list[str]:
    return re.findall(r'class="row-link" href="/quotes/([^/]+)/"', response.content.decode())


def test_open_drafts_are_listed_by_number_and_narrowed_by_price(ada, pia, client_of):
    first = a_draft(ada)
    second = a_draft(ada, keys=("platform",))
    done = submit(a_draft(ada), by=ada, at=AT)
    client = client_of(pia)
    assert numbers(client.get(URL)) == [second.quote.number, first.quote.number]
    assert numbers(client.get(f"{URL}?price=seats")) == [first.quote.number]
    assert numbers(client.get(f"{URL}?price=requests&price=tokens")) == []
    assert done.quote.number not in client.get(URL).content.decode()


def test_a_draft_of_the_next_version_shows_who_stands_on_the_earlier_ones(ada, pia, client_of):
    draft = a_draft(ada)
    start_version(PriceBook.objects.get(), by=pia, at=AT)
    response = client_of(pia).get("/quotes/where-used/tests/2/", headers=HTMX)
    assert numbers(response) == [draft.quote.number]
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(count, ada, pia, client_of, django_assert_num_queries):
    for _ in range(count):
        a_draft(ada)
    client = client_of(pia)
    with django_assert_num_queries(5):
        assert len(numbers(client.get(f"{URL}?price=seats"))) == count


def test_each_sees_only_quotes_of_their_own_and_strangers_nothing(ada, eve, dan, client, client_of):
    a_draft(ada)
    assert len(numbers(client_of(ada).get(URL))) == 1
    assert numbers(client_of(eve).get(URL)) == []
    assert client_of(dan).get(URL).status_code == 404
    assert client.get(URL).status_code == 302
    assert client_of(ada).post(URL).status_code == 405
    assert client_of(ada).get("/quotes/where-used/none/1/").status_code == 404


def test_a_draft_book_stays_hidden_from_sellers(ada, pia, client_of):
    make_draft(pia)
    assert client_of(ada).get(URL).status_code == 404
    assert "No draft that you may see stands on this book." in client_of(pia).get(URL).content.decode()
