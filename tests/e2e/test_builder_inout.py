"""Rows in and out of the builder in a real browser: selecting, pasting, and a connection that breaks."""

import pytest
from playwright.sync_api import Page, expect

from quotes.models import QuoteVersion
from tests.browser import chromium, page_of
from tests.quotes.configured import contents
from tests.quotes.views.deals import a_draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def version(ada) -> QuoteVersion:
    return a_draft(ada, keys=("platform", "seats", "onboarding"))


@pytest.fixture
def page(ada, version, browser, live_server, client_of):
    session = client_of(ada).cookies["sessionid"].value
    with page_of(browser, live_server.url, session) as one:
        one.goto(f"/quotes/{version.quote.number}/")
        expect(one.locator(".lines-table[role=grid]")).to_be_visible()
        yield one


def cell(page: Page, key: str, column: int = 1) -> None:
    page.locator(f"#line-{key} > *").nth(column).focus()


def test_lines_are_selected_by_keys_changed_together_and_taken_back_in_one_step(page, version):
    cell(page, "seats")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#bulk-count")).to_have_text("2 lines selected")
    page.get_by_label("Quantity", exact=True).fill("60")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 lines changed.")
    assert contents(version) == {"platform": "1", "seats": "60", "onboarding": "60"}
    expect(page.locator("#bulk-count")).to_have_text("2 lines selected")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#line-seats")).to_have_count(0)
    cell(page, "platform")
    page.keyboard.press("Control+z")
    expect(page.locator("#line-seats")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator("#quantity-seats")).to_have_value("25")
    assert contents(version) == {"platform": "1", "seats": "25", "onboarding": "1"}
