"""Search, commands and help by the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import chromium, page_of
from tests.core.test_looks import violations
from tests.quotes.views.deals import a_draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(ada, client_of, live_server):
    version = a_draft(ada)
    session = client_of(ada).cookies["sessionid"].value
    with chromium() as browser, page_of(browser, live_server.url, session) as page:
        page.number = version.quote.number
        page.goto("/customers/")
        yield page


def test_a_quote_is_found_and_opened(page):
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and go to")
    expect(palette).to_be_visible()
    page.keyboard.type(page.number)
    expect(palette.get_by_role("option")).to_have_count(2)
    expect(palette.locator("[aria-selected='true']")).to_contain_text("Agent platform")
    chosen = palette.locator("[aria-selected='true']").get_attribute("id")
    expect(palette.get_by_role("combobox")).to_have_attribute("aria-activedescendant", chosen)
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(palette.locator("[aria-selected='true']")).to_contain_text("All results")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/quotes/{page.number}/$"))


def test_what_the_page_offers_is_a_command_too(page):
    page.keyboard.press("/")
    palette = page.get_by_role("dialog", name="Search and go to")
    offered = palette.get_by_role("group", name="On this page").get_by_role("option")
    expect(offered).to_have_text(["From a table", "New customer"])
    page.keyboard.press("ArrowDown")
    expect(palette.locator("[aria-selected='true']")).to_contain_text("New customer")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/new/$"))


def test_the_open_quote_is_acted_on_too(page):
    page.goto(f"/quotes/{page.number}/")
    page.keyboard.press("Control+k")
    offered = page.get_by_role("dialog", name="Search and go to").get_by_role("group", name="On this page")
    expect(offered.get_by_role("option", name="Paste rows")).to_be_visible()
    expect(offered.get_by_role("option", name="Undo")).to_contain_text("Ctrl Z")
    page.keyboard.type("add a pack")
    expect(offered.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#add > summary")).to_be_focused()
    expect(page.locator("#packages").first).to_be_visible()


def test_the_rows_of_a_list_are_walked_and_opened_by_keys(page, ada):
    second = a_draft(ada)
    page.goto("/quotes/")
    links = page.locator("main tbody .head a")
    for key, at in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/quotes/{second.quote.number}/$"))


def test_a_question_mark_shows_the_keys_unless_turned_off(page):
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    assert violations(page) == []
    keys.get_by_label("Keys of one character").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    page.keyboard.press("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search and go to")).to_be_visible()
    expect(keys).to_be_hidden()
