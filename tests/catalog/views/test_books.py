"""A book's versions: what changed, what holds for the whole draft, and its way through the environments."""

from datetime import date

import pytest

from catalog import documents
from catalog.actions.books import publish_book, start_version
from catalog.actions.code import apply_catalog
from catalog.actions.drafts import put_part
from catalog.models import PriceBook
from tests.catalog.books import make_draft, read_mapping, small
from tests.factories import AT, make_book

BOOK = "/catalog/tests/1/"
NEXT = "/catalog/tests/2/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def later(pia):
    """A second version as a draft, with dearer seats, more of them in the package and no single requests."""
    draft = start_version(make_book(), by=pia, at=AT)
    part = documents.book_part(draft)
    seats = part.prices[1].model_dump(mode="json")
    seats["component"]["price"]["unit"] = "35"
    put_part(draft, "prices", part.prices[1].model_validate({**seats, "max_discount": "20"}), by=pia, at=AT)
    hybrid = part.packages[0].model_dump(mode="json")
    hybrid["components"][1]["default"] = "50"
    hybrid["components"].pop()
    put_part(draft, "packages", part.packages[0].model_validate(hybrid), by=pia, at=AT)
    return draft


def test_a_change_is_told_in_words_and_money(pia, client_of, later):
    changes = client_of(pia).get(f"{NEXT}changes/").context["changes"]
    [seats] = changes.prices
    assert (seats.before.headline, seats.after.headline) == (
        "USD 29.00 per seat and month",
        "USD 35.00 per seat and month",
    )
    assert [tuple(map(str, effect)) for effect in seats.effects] == [("25 seats", "USD 725.00", "USD 875.00", "20.7")]
    assert seats.notes == ["Discount up to: 90 %, now 20 %"]
    [hybrid] = changes.packages
    assert hybrid.notes == [
        "Seats: required, 40, from 5 to 5,000, now required, 50, from 5 to 5,000",
        "Onboarding: removed",
    ]
    assert (hybrid.before, hybrid.after) == (12 * (2500 + 40 * 29) + 10_000, 12 * (2500 + 50 * 35) + 10_000)


def test_the_first_version_and_equal_ones_say_so(pia, client_of):
    make_book()
    assert "first version of the book" in client_of(pia).get(f"{BOOK}changes/").content.decode()
    start_version(PriceBook.objects.get(), by=pia, at=AT)
    PriceBook.objects.filter(version=2).update(effective_from=date(2026, 1, 1))
    assert "Both versions say the same" in client_of(pia).get(f"{NEXT}changes/").content.decode()


def test_any_two_versions_may_be_compared(pia, fay, client_of, later):
    start_version(publish_book(later, by=fay, at=AT), by=pia, at=AT)
    page = client_of(pia).get("/catalog/tests/3/changes/", {"since": "1"})
    assert page.context["before"].version == 1
    assert [one.sign for one in page.context["changes"].prices] == ["~"]


def test_sellers_see_no_draft_to_compare_with_and_no_cost(ada, ivo, pia, client_of, later):
    assert client_of(ada).get(f"{NEXT}changes/").status_code == 404
    page = client_of(ada).get(f"{BOOK}changes/", {"since": "2"})
    assert page.context["before"] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_versions_take_the_same_queries(pia, fay, client_of, django_assert_num_queries, rows):
    book = make_book()
    for _ in range(rows - 1):
        book = publish_book(start_version(book, by=pia, at=AT), by=fay, at=AT)
    browser = client_of(pia)
    with django_assert_num_queries(13):
        page = browser.get(f"/catalog/tests/{rows}/")
    assert len(page.context["versions"]) == rows


def facts(book, **changes):
    return {
        "seen": documents.sha256(book),
        "name": "Renamed",
        "currency": "eur",
        "effective_from": "2027-01-01",
        "effective_to": "2027-12-31",
        **changes,
    }


@pytest.mark.parametrize(("headers", "status"), [({}, 303), (HTMX, 204)], ids=["plain", "htmx"])
def test_pia_edits_the_facts(pia, client_of, headers, status):
    draft = make_draft(pia)
    assert client_of(pia).get(f"{BOOK}facts/").status_code == 200
    assert client_of(pia).post(f"{BOOK}facts/", facts(draft), headers=headers).status_code == status
    draft.refresh_from_db()
    assert (draft.name, draft.currency, draft.effective_from, draft.effective_to) == (
        "Renamed",
        "EUR",
        date(2027, 1, 1),
        date(2027, 12, 31),
    )


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"name": ""}, 422, "Name must not be empty."),
        ({"currency": "12A"}, 422, "Three letters are needed, such as USD."),
        ({"effective_to": "2026-12-31"}, 422, "The last day is before the first"),
        ({"seen": "0" * 64}, 409, "this draft was changed elsewhere"),
        ({"seen": ""}, 409, "This page is too old to save from"),
    ],
)
def test_wrong_facts_change_nothing(pia, client_of, changes, status, told):
    draft = make_draft(pia)
    page = client_of(pia).post(f"{BOOK}facts/", facts(draft, **changes))
    assert page.status_code == status
    assert told in page.content.decode()
    assert documents.sha256(PriceBook.objects.get()) == documents.sha256(draft)


def test_facts_are_for_those_who_edit_drafts(ada, dan, pia, client_of):
    before = documents.sha256(make_book())
    answers = [client_of(person).post(f"{BOOK}facts/", {}).status_code for person in (dan, ada, pia)]
    assert answers[:2] == [404, 403]
    assert client_of(pia).post(f"{BOOK}facts/", facts(PriceBook.objects.get())).status_code == 409
    assert documents.sha256(PriceBook.objects.get()) == before


@pytest.fixture
def staged(pia, fay):
    """A book that was published in staging."""
    content = small()
    content["books"][0]["environment"] = "staging"

    [book] = apply_catalog(read_mapping(content), by=pia, at=AT).books
    return publish_book(book, by=fay, at=AT)


def test_a_published_version_is_promoted_to_the_next_environment(pia, client_of, staged):
    address = "/catalog/staging.tests/1/"
    page = client_of(pia).get(address).content.decode()
    assert "Promote to production" in page
    done = client_of(pia).post(f"{address}promotion/", {"to": "production"})
    assert (done.status_code, done["Location"]) == (303, BOOK)
    promoted = PriceBook.objects.get(environment="production")
    assert (promoted.status, promoted.version) == ("draft", 1)
    again = client_of(pia).post(f"{address}promotion/", {"to": "production"})
    assert again.status_code == 409
    assert "is already in production" in client_of(pia).get(address).content.decode()


def test_promotion_is_a_post_by_pricing_operations(ada, dan, pia, client_of, staged):
    address = "/catalog/staging.tests/1/promotion/"
    assert client_of(pia).get(address).status_code == 405
    assert [client_of(one).post(address, {"to": "production"}).status_code for one in (dan, ada)] == [404, 403]
    assert client_of(pia).post(address, {"to": "moon"}).status_code == 409
    assert PriceBook.objects.count() == 1


RULES = [
    {
        "key": "large-teams",
        "when": "quantity.seats > 100",
        "requires": ["onboarding"],
        "message": "Large teams start together.",
    }
]


@pytest.mark.parametrize(("expect", "result"), [(["large-teams"], "Passes"), ([], "Fails")])
def test_rules_and_their_tests_stand_as_sentences(pia, client_of, expect, result):

    content = small()
    content["books"][0]["rules"] = RULES
    content["books"][0]["rule_tests"] = [{"name": "120 seats", "selection": {"seats": "120"}, "expect": expect}]
    apply_catalog(read_mapping(content), by=pia, at=AT)
    page = client_of(pia).get(BOOK).content.decode()
    assert "If the number of Seats is more than 100: Onboarding is needed too." in page
    assert f"</svg>{result}</span>" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_a_product_is_shown_with_its_prices_and_packages(pia, client_of, django_assert_num_queries, rows):
    book = make_book()
    if rows == 3:
        content = documents.Catalog(books=[documents.book_part(book)]).form()["books"][0]

        for code in ("second", "third"):
            apply_catalog(
                documents.validated({"meters": [], "products": [], "books": [{**content, "code": code}]}), by=pia, at=AT
            )
    browser = client_of(pia)
    with django_assert_num_queries(6):
        page = browser.get("/catalog/products/seats/")
    assert [row.packages for row in page.context["prices"]] == [[("hybrid", "Hybrid")]] * rows


def test_a_product_without_a_price_and_none_at_all(ada, dan, client_of):
    make_book()
    PriceBook.objects.update(status="retired")
    assert "Not sold yet" in client_of(ada).get("/catalog/products/seats/").content.decode()
    assert client_of(ada).get("/catalog/products/other/").status_code == 404
    assert client_of(dan).get("/catalog/products/seats/").status_code == 404
