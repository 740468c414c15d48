"""A price's page and editor: typed by Pia, in a plain browser and under htmx."""

import pytest

from catalog import documents
from catalog.actions.books import start_version
from catalog.models import Price, PriceBook
from core import audit
from tests.catalog.books import make_draft
from tests.factories import AT, make_book

BOOK = "/catalog/tests/1/"
SEATS = f"{BOOK}prices/seats/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(pia):
    return make_draft(pia)


def typed(book, **changes):
    """What the editor of the seats sends."""
    return {
        "seen": documents.sha256(book),
        "name": "Seats",
        "product": "seats",
        "unit": "seat",
        "quantity.source": "fixed",
        "quantity.value": "25",
        "price.model": "per_unit",
        "price.unit": "29",
        "interval": "month",
        "timing": "advance",
        "max_discount": "30",
        **changes,
    }


def seats(book):
    return Price.objects.get(book=book, key="seats")


TIERS = {
    "price.model": "volume",
    "price.tiers[0].up_to": "100",
    "price.tiers[0].unit": "29",
    "price.tiers[1].up_to": "",
    "price.tiers[1].unit": "20",
}


@pytest.mark.parametrize("key", ["platform", "seats", "tokens", "prepaid", "requests"])
@pytest.mark.parametrize("username", ["ada", "ivo", "pia"])
def test_everyone_with_a_role_reads_a_published_price(request, client_of, username, key):
    person = request.getfixturevalue(username)
    make_book()
    page = client_of(person).get(f"{BOOK}prices/{key}/")
    assert (page.status_code, page.context["editor"]) == (200, None)


def test_a_price_is_drawn_and_opened_by_examples(ada, client_of):
    make_book()
    page = client_of(ada).get(f"{BOOK}prices/requests/").content.decode()
    assert "1,101 requests" in page
    assert "Tier 1: 1,000 × 0.05 = 50" in page
    assert page.count('class="chart chart--curve"') == 2


def test_a_price_that_falls_says_where(pia, client_of, draft):
    page = client_of(pia).post(f"{SEATS}shape/", typed(draft, **TIERS)).content.decode()
    assert "100 seats cost USD 2,900.00; one more brings it down to USD 2,000.00." in page
    assert "chart-cliff" in page


@pytest.mark.parametrize("cell", ["input", "output"])
def test_each_cell_has_its_picture(ada, client_of, cell):
    make_book()
    page = client_of(ada).get(f"{BOOK}prices/tokens/", {"cell": cell})
    assert page.context["chosen"].name == cell


def test_pia_saves_in_a_plain_browser(pia, client_of, draft):
    done = client_of(pia).post(SEATS, typed(draft, **{"price.unit": "31,50"}))
    assert (done.status_code, done["Location"]) == (303, SEATS)
    assert seats(draft).component["price"] == {"model": "per_unit", "unit": "31.5"}
    assert audit.history("catalog").last().by == "pia"


def test_pia_saves_under_htmx(pia, client_of, draft):
    done = client_of(pia).post(SEATS, typed(draft, **TIERS), headers=HTMX)
    assert (done.status_code, done["HX-Redirect"]) == (204, SEATS)
    assert [tier.get("up_to") for tier in seats(draft).component["price"]["tiers"]] == ["100", None]


def test_limits_and_floors_are_kept(pia, client_of, draft):
    client_of(pia).post(SEATS, typed(draft, **{"limits.sales": "10", "floors.unit": "24", "source": "List, 2026"}))
    price = seats(draft)
    assert (price.limits, price.floors, price.source) == ({"sales": "10"}, {"unit": "24"}, "List, 2026")


def test_the_quantities_it_is_sold_in_are_kept_and_shown(pia, client_of, draft):
    client = client_of(pia)
    client.post(SEATS, typed(draft, min="5", max="1000", step="5"))
    price = seats(draft)
    assert (price.min_quantity, price.max_quantity, price.step_quantity) == (5, 1000, 5)
    inputs = client.get(SEATS).context["editor"].inputs
    assert {one.name: one.value for one in inputs if one.name in ("min", "max", "step")} == {
        "min": "5",
        "max": "1,000",
        "step": "5",
    }
    assert "from 5 to 1,000, in steps of 5" in client.get(BOOK).content.decode()
    page = client.post(SEATS, typed(draft, min="5", max="20"))
    assert page.status_code == 422
    assert page.context["editor"].other_errors == ["tests v1 price seats: the default 25 is not between 5 and 20."]


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"price.unit": "many"}, "price.unit", "This must be a number, such as 25 or 0.25."),
        ({"price.unit": ""}, "price.unit", "Is missing; add it."),
        ({"max_discount": "120"}, "max_discount", "Is '120'; it must be 100 or less."),
        ({"minimum": "9", "maximum": "5"}, "minimum", "Is more than the maximum of 5; lower it."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_what_is_wrong_stands_at_its_input_and_nothing_is_saved(pia, client_of, draft, changes, path, message, headers):
    page = client_of(pia).post(SEATS, typed(draft, **changes), headers=headers)
    assert page.status_code == 422
    assert page.context["editor"].errors[path] == message
    wrong = next(one for one in page.context["editor"].inputs if one.name == path)
    assert (wrong.value, wrong.error) == (changes[path], message)
    assert documents.sha256(draft) == documents.sha256(PriceBook.objects.get())


def test_what_only_the_whole_book_knows_is_told_above(pia, client_of, draft):
    page = client_of(pia).post(SEATS, typed(draft, product="cars"))
    assert page.status_code == 422
    assert page.context["editor"].other_errors != []
    assert seats(draft).product.code == "seats"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_an_edit_of_something_older_is_told_and_changes_nothing(pia, client_of, draft, headers):
    old = typed(draft, **{"price.unit": "99"})
    client_of(pia).post(SEATS, typed(draft, **{"price.unit": "31"}))
    page = client_of(pia).post(SEATS, old, headers=headers)
    assert page.status_code == 409
    assert "this draft was changed elsewhere" in page.content.decode()
    assert 'value="99"' in page.content.decode()
    assert seats(draft).component["price"]["unit"] == "31"


def test_rows_come_and_go_without_saving(pia, client_of, draft):
    before = documents.sha256(draft)
    page = client_of(pia).post(f"{SEATS}shape/", typed(draft, **TIERS, change="add price.tiers"))
    assert (page.status_code, len(page.context["editor"].price.tiers)) == (200, 3)
    page = client_of(pia).post(f"{SEATS}shape/", typed(draft, **TIERS, change="remove price.tiers[0]"), headers=HTMX)
    assert len(page.context["editor"].price.tiers) == 1
    assert page.content.decode().lstrip().startswith('<div class="split split--even" id="editor">')
    assert documents.sha256(draft) == before


def test_while_typing_only_the_picture_is_drawn_again(pia, client_of, draft):
    page = client_of(pia).post(f"{SEATS}shape/", typed(draft), headers={**HTMX, "HX-Target": "picture"})
    assert page.content.decode().lstrip().startswith('<div class="stack stack--6" id="picture">')


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("charge", {}),
        ("credit", {"amount": "500", "purchase": "450", "every": "once", "scope.charges[]": ["tokens"]}),
        ("commitment", {"amount": "1000", "window": "month", "settle": "true_up", "scope.charges[]": ["tokens"]}),
    ],
)
def test_a_price_is_added(pia, client_of, draft, kind, more):
    address = f"{BOOK}new-price/{kind}/"
    assert client_of(pia).get(address).status_code == 200
    assert client_of(pia).post(f"{address}shape/", {"name": "New"}).status_code == 200
    named = {"seen": documents.sha256(draft), "name": "New", "product": "platform", "key": "new", **more}
    sent = {**typed(draft), **named} if kind == "charge" else named
    done = client_of(pia).post(address, sent)
    assert (done.status_code, done["Location"]) == (303, f"{BOOK}prices/new/")
    assert Price.objects.get(book=draft, key="new").component["kind"] == kind


def test_a_key_is_there_once(pia, client_of, draft):
    page = client_of(pia).post(f"{BOOK}new-price/charge/", typed(draft, key="seats"))
    assert (page.status_code, page.context["editor"].errors) == (
        422,
        {"key": "seats is already in this book; choose another key."},
    )


def test_a_price_that_is_held_stays_and_another_goes(pia, client_of, draft):
    browser = client_of(pia)
    held = browser.post(f"{BOOK}prices/seats/removal/", {"seen": documents.sha256(draft)})
    assert held.status_code == 409
    assert "take it out of there first" in held.content.decode()
    browser.post(f"{BOOK}new-price/charge/", typed(draft, key="spare"))
    done = browser.post(f"{BOOK}prices/spare/removal/", {"seen": documents.sha256(draft)})
    assert (done.status_code, done["Location"]) == (303, BOOK)
    assert not Price.objects.filter(book=draft, key="spare").exists()


WRITES = [
    "prices/seats/",
    "prices/seats/shape/",
    "prices/seats/removal/",
    "new-price/charge/",
    "new-price/charge/shape/",
]


@pytest.mark.parametrize("path", WRITES)
def test_strangers_sellers_and_published_books_are_refused(ada, dan, pia, client_of, path):
    before = documents.sha256(make_book())
    answers = [client_of(person).post(f"{BOOK}{path}", {"name": "x"}).status_code for person in (dan, ada, pia)]
    assert answers == [404, 403, 409]
    assert documents.sha256(PriceBook.objects.get()) == before


@pytest.mark.parametrize("path", ["prices/seats/shape/", "prices/seats/removal/", "new-price/charge/shape/"])
def test_what_only_posts_do_not_answer_to_get(pia, client_of, draft, path):
    assert client_of(pia).get(f"{BOOK}{path}").status_code == 405


def test_a_draft_is_hidden_from_sellers_and_unknown_prices_are_nowhere(ada, pia, client_of, draft):
    assert client_of(ada).get(SEATS).status_code == 404
    assert client_of(pia).get(f"{BOOK}prices/other/").status_code == 404
    assert client_of(pia).get(f"{BOOK}new-price/other/").status_code == 404


def test_a_published_price_leads_to_a_new_version(pia, client_of):
    start_version(make_book(), by=pia, at=AT)
    assert "Start a new version to change it" in client_of(pia).get(SEATS).content.decode()
    assert client_of(pia).get("/catalog/tests/2/prices/seats/").context["editor"] is not None
