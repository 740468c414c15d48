"""The quote pages in a real browser: no accessibility violation in either theme, no page wider than the screen, a
quiet console; and what only a browser shows of the builder: focus, saving states, a lost race, a failing server."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import chromium, page_of
from tests.factories import make_customer, make_draft_quote, make_sent_quote, make_submitted_quote

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

VIEWS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def session_of(client_of):
    return lambda user: client_of(user).cookies["sessionid"].value


def check(page: Page, path: str, width: int) -> None:
    page.goto(path, wait_until="networkidle")
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['target']}" for one in found] == [], path
    assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.said == [], path


def test_every_page_in_both_themes_and_widths(ada, ben, browser, live_server, session_of):
    customer = make_customer()
    draft = make_draft_quote(customer=customer)
    waiting = make_submitted_quote(customer=customer)
    sent = make_sent_quote(customer=customer).version
    number = draft.quote.number
    pages = {
        ada: [
            "/",
            "/quotes/",
            "/quotes/?search=zzz",
            "/quotes/new/?customer=acme",
            f"/quotes/{number}/",
            f"/quotes/{number}/prices/",
            f"/quotes/{number}/v1/lines/tokens/explanation/",
            f"/quotes/{sent.quote.number}/",
        ],
        ben: ["/approvals/", f"/quotes/{waiting.quote.number}/", f"/quotes/{number}/"],
    }
    for user, paths in pages.items():
        for width, theme in VIEWS:
            with page_of(browser, live_server.url, session_of(user), width=width, theme=theme) as page:
                for path in paths:
                    check(page, path, width)


def test_the_dialog_of_an_amount_has_no_violation(ada, browser, live_server, session_of):
    number = make_draft_quote().quote.number
    for theme in ("light", "dark"):
        with page_of(browser, live_server.url, session_of(ada), theme=theme) as page:
            page.goto(f"/quotes/{number}/")
            page.locator("#explain-tokens").click()
            expect(page.locator("dialog[open]")).to_contain_text("To pay")
            found = Axe().run(page).response["violations"]
            assert [f"{one['id']}: {one['nodes'][0]['target']}" for one in found] == []
            page.keyboard.press("Escape")
            expect(page.locator("#explain-tokens")).to_be_focused()


def test_focus_stays_and_typing_is_kept_while_saving(ada, browser, live_server, session_of):
    number = make_draft_quote().quote.number
    with page_of(browser, live_server.url, session_of(ada)) as page:
        page.goto(f"/quotes/{number}/")
        page.get_by_label("Quantity of Seats").fill("50")
        page.keyboard.press("Tab")
        page.keyboard.type("12")
        expect(page.locator("#term-seats")).to_contain_text("17,400.00")
        discount = page.get_by_label("Discount on Seats")
        expect(discount).to_be_focused()
        expect(discount).to_have_value("12")
        page.keyboard.press("Enter")
        expect(page.locator("#term-seats")).to_contain_text("15,312.00")
        expect(page.locator("td:has(#cell-discount-seats)")).to_be_focused()
        page.locator("#down-platform").click()
        expect(page.locator("#lines tbody tr[id]").nth(1)).to_have_id("line-platform")
        expect(page.locator("#down-platform")).to_be_focused()


def test_wrong_input_and_a_failing_server_are_told_and_kept(ada, browser, live_server, session_of):
    number = make_draft_quote().quote.number
    with page_of(browser, live_server.url, session_of(ada)) as page:
        page.goto(f"/quotes/{number}/")
        page.get_by_role("textbox", name="Term").fill("500")
        page.keyboard.press("Tab")
        expect(page.locator("#fact-months")).to_contain_text("Term must be from 1 to 120 months.")
        expect(page.get_by_role("textbox", name="Term")).to_have_value("500")
        expect(page.locator("#save-state")).to_contain_text("Not saved")
        page.get_by_role("textbox", name="Term").fill("18")
        page.route("**/facts/", lambda route: route.abort())
        page.keyboard.press("Tab")
        expect(page.locator("#save-state")).to_contain_text("Not saved: the server does not answer.")
        expect(page.get_by_role("textbox", name="Term")).to_have_value("18")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.unroute("**/facts/")
        expect(page.locator("#save-state")).to_contain_text("Saved at", timeout=20_000)
        expect(page.locator("#totals")).to_contain_text("over 18 months")


def test_two_tabs_meet_in_the_conflict_panel(ada, browser, live_server, session_of):
    number = make_draft_quote().quote.number
    with page_of(browser, live_server.url, session_of(ada)) as page:
        page.goto(f"/quotes/{number}/")
        other = page.context.new_page()
        other.goto(f"/quotes/{number}/")
        other.get_by_label("Title").fill("Theirs")
        other.keyboard.press("Tab")
        expect(other.locator("#quote-title")).to_have_text("Theirs")
        page.get_by_label("Title").fill("Mine")
        page.keyboard.press("Tab")
        expect(page.locator("#conflict")).to_contain_text("There now")
        page.get_by_role("button", name="Use mine").click()
        expect(page.locator("#quote-title")).to_have_text("Mine")
        expect(page.locator("#conflict")).not_to_contain_text("There now")
