"""The forecast explorer in the builder, amounts opened by keyboard, a promise from the advisor, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from quotes.models import QuoteVersion
from tests.browser import chromium, page_of
from tests.factories import make_draft_quote

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def version(ada) -> QuoteVersion:
    return make_draft_quote()


@pytest.fixture
def page(ada, version, live_server, client_of):
    session = client_of(ada).cookies["sessionid"].value
    with chromium() as browser, page_of(browser, live_server.url, session) as one:
        yield one


def slide(page: Page, name: str, value: str) -> None:
    page.locator(f"[data-slides='explorer-{name}']").fill(value)


def test_sliders_amounts_and_the_advisor(page, version):
    """Ada moves growth, uses it, takes it back; opens the margin with Enter; then takes what the advisor proposes."""
    page.goto(f"/quotes/{version.quote.number}/")
    result = page.locator("#explorer-result")
    expect(result).to_contain_text("9 in 10 futures cost less than")
    slide(page, "growth", "50")
    expect(page.locator("#explorer-growth")).to_have_value("50")
    expect(result).to_contain_text("Growth +50 %")
    page.locator("#explorer-growth").fill("40")
    expect(result).to_contain_text("Growth +40 %")
    expect(page.locator("[data-slides='explorer-growth']")).to_have_value("40")
    page.locator("label", has_text="Whole term").click()
    expect(result.locator(".chart--histogram")).to_be_visible()

    page.locator("#explorer-use-button").click()
    expect(page.locator("#explorer-title")).to_contain_text("Growth +40 %")
    expect(page.locator("#explorer-growth")).to_have_value("0")
    page.locator("#undo").click()
    expect(page.locator("#explorer-title")).not_to_contain_text("Growth +40 %")

    page.locator("#margin a.amount").first.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#explain")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("1 in 10 futures leave less than")
    dialog.get_by_role("link", name="P90").click()
    expect(dialog).to_contain_text("9 in 10 futures leave less than")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]}).response["violations"]
    assert [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]] == []

    page.goto(f"/quotes/{version.quote.number}/v1/advisor/")
    page.locator("#advisor-size").fill("7500")
    expect(page.locator("#advisor-result h3")).to_contain_text("USD 7,500.00")
    page.locator("#advisor-use").click()
    expect(page.locator("#quantity-prepaid")).to_have_value("7,500")


def test_months_come_when_they_are_opened_and_follow_an_edit(page, version):
    page.goto(f"/quotes/{version.quote.number}/")
    bands = page.locator("#month-bands")
    expect(bands.locator("td")).to_have_count(0)
    page.locator("#bands-months > summary").click()
    expect(bands.locator("tbody tr")).to_have_count(12)
    before = bands.locator("tbody td").first.inner_text()
    line = version.lines.order_by("position").first()
    page.locator(f"#discount-{line.key}").fill("9")
    page.keyboard.press("Tab")
    expect(page.locator("#edit-number")).to_have_value(str(version.edit_number + 1))
    expect(bands.locator("tbody tr")).to_have_count(12)
    expect(bands.locator("tbody td").first).not_to_have_text(before)
