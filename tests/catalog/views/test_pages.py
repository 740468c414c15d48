import pytest

from catalog.models import PriceBook
from tests.catalog.books import make_draft
from tests.factories import make_book

BOOK = "/catalog/tests/1/"
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("path", ["/catalog/", BOOK, f"{BOOK}packages/hybrid/"])
@pytest.mark.parametrize("username", ["ada", "ben", "fay", "pia", "ivo"])
def test_everyone_with_a_role_reads(request, client_of, username, path):
    person = request.getfixturevalue(username)
    make_book()
    assert client_of(person).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/catalog/", BOOK, f"{BOOK}packages/hybrid/"])
def test_dan_finds_nothing(dan, client_of, path):
    make_book()
    assert client_of(dan).get(path).status_code == 404


def test_prices_stand_in_words(ada, client_of):
    make_book()
    html = client_of(ada).get(BOOK).content.decode()
    assert "USD 2,500.00 per month" in html
    assert "USD 29.00 per seat and month" in html


@pytest.mark.parametrize(("username", "seen"), [("ada", True), ("pia", True), ("ivo", False)])
def test_unit_costs_are_for_those_who_may_see_margin(request, client_of, username, seen):
    person = request.getfixturevalue(username)
    make_book()
    page = client_of(person).get(BOOK)
    assert (page.context["costs"] is not None) is seen
    assert ("What it costs us" in page.content.decode()) is seen


@pytest.mark.parametrize(("username", "status"), [("pia", 200), ("fay", 200), ("ada", 404), ("ivo", 404)])
def test_drafts_are_for_those_who_work_on_them(request, client_of, username, status):
    person = request.getfixturevalue(username)
    make_draft(request.getfixturevalue("eve") if username == "pia" else person)
    browser = client_of(person)
    assert browser.get(BOOK).status_code == status
    assert (browser.get("/catalog/").content.decode().count("row-link") == 1) is (status == 200)


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_books_take_the_same_queries(pia, client_of, django_assert_num_queries, rows):
    make_book()
    for n in range(1, rows):
        PriceBook.objects.create(code=f"b{n}", name="B", currency="USD", effective_from="2026-01-01")
    browser = client_of(pia)
    with django_assert_num_queries(5):
        page = browser.get("/catalog/")
    assert page.content.decode().count("row-link") == rows


def test_a_package_says_what_is_owed_whatever_happens(ada, client_of):
    make_book()
    assert client_of(ada).get(f"{BOOK}packages/hybrid/").context["committed"] > 30_000


def test_nothing_there_is_404(ada, client_of):
    make_book()
    paths = ["/catalog/tests/2/", "/catalog/other/1/", f"{BOOK}packages/other/"]
    assert [client_of(ada).get(path).status_code for path in paths] == [404, 404, 404]


def test_an_empty_catalog_says_how_to_begin(ada, client_of):
    assert "No price book yet" in client_of(ada).get("/catalog/").content.decode()


@pytest.mark.parametrize("verb", ["publication", "retirement", "versions", "discarding"])
def test_writes_are_posts_by_the_right_people(ada, dan, client_of, verb):
    make_book()
    address = f"{BOOK}{verb}/"
    assert client_of(ada).get(address).status_code == 405
    assert client_of(dan).post(address).status_code == 404
    assert client_of(ada).post(address).status_code == 403
    assert PriceBook.objects.get().status == "published"


def test_fay_publishes_in_a_plain_browser(pia, fay, client_of):
    make_draft(pia)
    done = client_of(fay).post(f"{BOOK}publication/")
    assert (done.status_code, done["Location"]) == (303, BOOK)
    assert PriceBook.objects.get().published_by == fay
    assert client_of(fay).post(f"{BOOK}publication/").status_code == 409


def test_fay_publishes_under_htmx_and_sees_the_book_again(pia, fay, client_of):
    make_draft(pia)
    html = client_of(fay).post(f"{BOOK}publication/", headers=HTMX).content.decode()
    assert html.lstrip().startswith('<div class="stack stack--8" id="book">')
    assert "Published" in html


def test_the_author_reads_why_not_on_the_button_and_is_refused(pia, client_of):
    make_draft(pia)
    browser = client_of(pia)
    assert "a second person publishes it" in browser.get(BOOK).content.decode()
    refused = browser.post(f"{BOOK}publication/", headers=HTMX)
    assert refused.status_code == 409
    assert "a second person publishes it" in refused.content.decode()
    assert PriceBook.objects.get().status == "draft"


def test_pia_starts_a_version_and_discards_it(pia, client_of):
    make_book()
    browser = client_of(pia)
    started = browser.post(f"{BOOK}versions/")
    assert (started.status_code, started["Location"]) == (303, "/catalog/tests/2/")
    assert "A draft: nobody sells from it yet" in browser.get("/catalog/tests/2/").content.decode()
    assert browser.post(f"{BOOK}versions/").status_code == 409
    assert browser.post("/catalog/tests/2/discarding/")["Location"] == "/catalog/"
    assert PriceBook.objects.count() == 1


def test_fay_retires_a_book(fay, client_of):
    make_book()
    assert client_of(fay).post(f"{BOOK}retirement/").status_code == 303
    assert PriceBook.objects.get().status == "retired"
