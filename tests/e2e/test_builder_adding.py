"""Adding from a price book whose rules say what goes with what: the lists stay, and so does the focus."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from quotes.actions.drafts import create_quote
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.configured import contents, make_ruled_quote

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def version(ada) -> QuoteVersion:
    return make_ruled_quote()


def test_prices_are_found_and_added_one_after_another_by_keyboard(page, version):
    page.locator("#add > summary").press("Enter")
    page.locator("#single-prices > summary").press("Enter")
    page.locator("#price-search").fill("a")
    for key in ("ai", "audit"):
        button = page.locator(f"#add-price-{key}")
        with page.expect_response(lambda answer: answer.request.method == "GET" and "/prices/" in answer.url):
            button.press("Enter")
        expect(page.locator(f"#line-{key}")).to_be_visible()
        expect(button).to_be_focused()
    expect(page.locator("#price-search")).to_have_value("a")
    assert contents(version) == {"seats": "10", "basic": "1", "ai": "10", "audit": "1"}
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []


def test_a_package_is_added_and_the_others_stay(page, version):
    page.locator("#add > summary").press("Enter")
    button = page.locator("#add-team")
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/packages/" in answer.url):
        button.press("Enter")
    expect(page.locator("#line-seats-2")).to_be_visible()
    expect(button).to_be_focused()
    expect(page.locator("#packages > li")).to_have_count(1)


def test_the_console_is_quiet_while_an_empty_quote_is_filled_and_its_explorer_comes(page, version, ada):
    empty = create_quote(customer=version.quote.customer, by=ada, at=AT, book=version.price_book, title="Empty")
    page.goto(f"/quotes/{empty.quote.number}/", wait_until="networkidle")
    page.locator("#single-prices > summary").press("Enter")
    page.locator("#add-price-seats").press("Enter")
    expect(page.locator("#line-seats")).to_be_visible()
    expect(page.locator("#explorer-form")).to_be_visible()
    page.locator("#quantity-seats").fill("3")
    page.keyboard.press("Tab")
    expect(page.locator("#save-state")).to_contain_text("Saved at")
    assert page.said == []


def test_what_follows_an_edit_ends_before_it_follows_the_next_and_the_console_stays_quiet(page):
    held = []
    page.route("**/explorer/**", lambda route: route.continue_() if held else held.append(route))
    for seats in ("20", "30"):
        page.locator("#quantity-seats").fill(seats)
        page.keyboard.press("Tab")
        expect(page.locator("#undo")).to_have_attribute("aria-label", re.compile(f"→ {seats}$"))
        page.wait_for_timeout(600)
    [first] = held
    with page.expect_request_finished(lambda request: "/explorer/" in request.url and request != first.request):
        first.continue_()
    expect(page.locator("#explorer-form")).to_be_visible()
    assert page.said == []
