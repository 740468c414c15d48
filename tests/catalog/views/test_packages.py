"""A package's page and editor."""

import pytest

from catalog import documents
from catalog.models import Package, PriceBook
from tests.catalog.books import make_draft
from tests.factories import make_book

BOOK = "/catalog/tests/1/"
HYBRID = f"{BOOK}packages/hybrid/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(pia):
    return make_draft(pia)


def typed(book, **changes):
    """A package of seats and tokens, as the editor sends it."""
    return {
        "seen": documents.sha256(book),
        "name": "Hybrid",
        "description": "Seats and tokens.",
        "components[0].price": "seats",
        "components[0].required": "true",
        "components[0].default": "1,200",
        "components[0].min": "5",
        "components[0].max": "5000",
        "components[1].price": "tokens",
        "components[1].required": "false",
        **changes,
    }


def components(book, code="hybrid"):
    package = Package.objects.get(book=book, code=code)
    return [(one.price, one.required, one.default) for one in documents.package_part(package).components]


@pytest.mark.parametrize(
    ("headers", "status", "where"), [({}, 303, "Location"), (HTMX, 204, "HX-Redirect")], ids=["plain", "htmx"]
)
def test_pia_saves(pia, client_of, draft, headers, status, where):
    done = client_of(pia).post(HYBRID, typed(draft), headers=headers)
    assert (done.status_code, done[where]) == (status, HYBRID)
    assert components(draft) == [("seats", True, 1200), ("tokens", False, None)]


def test_a_package_is_added_and_removed(pia, client_of, draft):
    browser = client_of(pia)
    assert browser.get(f"{BOOK}new-package/").status_code == 200
    assert browser.post(f"{BOOK}new-package/shape/", {"change": "add components"}).status_code == 200
    done = browser.post(f"{BOOK}new-package/", typed(draft, code="small", name="Small"))
    assert (done.status_code, done["Location"]) == (303, f"{BOOK}packages/small/")
    assert components(draft, "small")[0] == ("seats", True, 1200)
    done = browser.post(f"{BOOK}packages/small/removal/", {"seen": documents.sha256(draft)})
    assert (done.status_code, done["Location"]) == (303, BOOK)
    assert not Package.objects.filter(book=draft, code="small").exists()


def test_a_code_is_there_once(pia, client_of, draft):
    page = client_of(pia).post(f"{BOOK}new-package/", typed(draft, code="hybrid"))
    assert (page.status_code, set(page.context["editor"].errors)) == (422, {"code"})


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ("add components", ["seats", "tokens", ""]),
        ("remove components[0]", ["tokens"]),
        ("up components[1]", ["tokens", "seats"]),
        ("nonsense", ["seats", "tokens"]),
    ],
)
def test_components_come_go_and_move_without_saving(pia, client_of, draft, change, keys):
    before = documents.sha256(draft)
    page = client_of(pia).post(f"{HYBRID}shape/", typed(draft, change=change), headers=HTMX)
    assert [row.inputs[0].value for row in page.context["editor"].rows] == keys
    assert documents.sha256(draft) == before


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"components[0].default": "many"}, "components[0].default"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_wrong_stands_at_its_input(pia, client_of, draft, changes, path):
    page = client_of(pia).post(HYBRID, typed(draft, **changes))
    assert (page.status_code, set(page.context["editor"].errors)) == (422, {path})
    assert components(draft)[1] == ("seats", True, 40)


def test_what_only_the_whole_book_knows_is_told_above(pia, client_of, draft):
    page = client_of(pia).post(HYBRID, typed(draft, **{"components[0].default": "2"}))
    assert page.status_code == 422
    assert page.context["editor"].other_errors == [
        "tests v1 package hybrid, seats: the default 2 is not between 5 and 5000."
    ]


def test_an_edit_of_something_older_is_told_and_changes_nothing(pia, client_of, draft):
    old = typed(draft, name="Older")
    client_of(pia).post(HYBRID, typed(draft))
    page = client_of(pia).post(HYBRID, old)
    assert page.status_code == 409
    assert 'value="Older"' in page.content.decode()
    assert Package.objects.get(book=draft, code="hybrid").name == "Hybrid"


WRITES = [
    "packages/hybrid/",
    "packages/hybrid/shape/",
    "packages/hybrid/removal/",
    "new-package/",
    "new-package/shape/",
]


@pytest.mark.parametrize("path", WRITES)
def test_strangers_sellers_and_published_books_are_refused(ada, dan, pia, client_of, path):
    before = documents.sha256(make_book())
    answers = [client_of(person).post(f"{BOOK}{path}", {"name": "x"}).status_code for person in (dan, ada, pia)]
    assert answers == [404, 403, 409]
    assert documents.sha256(PriceBook.objects.get()) == before


@pytest.mark.parametrize("path", ["packages/hybrid/shape/", "packages/hybrid/removal/", "new-package/shape/"])
def test_what_only_posts_do_not_answer_to_get(pia, client_of, draft, path):
    assert client_of(pia).get(f"{BOOK}{path}").status_code == 405
