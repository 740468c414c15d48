"""A part of a page that comes by its own address: on its way, failed, tried again, not open."""

import pytest
from playwright.sync_api import expect

from quotes.models import QuoteVersion
from tests.browser import chromium, page_of
from tests.core.test_looks import violations
from tests.quotes.views.deals import a_draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

HIDE = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  window.missed = new Promise((done) => document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (elt.dataset.part === "#forecast") done(true);
  }));
}"""
SHOW = """() => {
  delete document.hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def page(ada, client_of, live_server):
    a_draft(ada)
    session = client_of(ada).cookies["sessionid"].value
    with chromium() as browser, page_of(browser, live_server.url, session) as page:
        yield page


def test_a_part_that_fails_says_so_and_comes_on_the_second_try(page):
    answers = iter([500])
    held = []

    def answer(route):
        status = next(answers, None)
        route.fulfill(status=status, body="") if status else held.append(route)

    page.route("**/quotes/home/", answer)
    page.goto("/")
    part = page.locator("#home-1")
    expect(part.get_by_role("alert")).to_contain_text("This part could not be loaded")
    assert violations(page) == []
    part.get_by_role("button", name="Try again").click()
    expect(part).to_have_attribute("aria-busy", "true")
    held.pop().continue_()
    expect(part.get_by_role("heading", name="My drafts")).to_be_visible()
    expect(part).not_to_have_attribute("aria-busy", "true")


def test_a_part_that_is_not_open_says_that(page):
    page.route("**/customers/acme/quotes/", lambda route: route.fulfill(status=404, body=""))
    page.goto("/customers/acme/")
    expect(page.locator("#quotes-panel")).to_contain_text("This part is not open to you")
    expect(page.locator("#toasts [data-toast]")).to_have_count(0)


def test_the_forecast_that_follows_an_edit_says_when_it_could_not(page):
    page.goto(f"/quotes/{QuoteVersion.objects.get().quote.number}/")
    panel, discount = page.locator("#forecast"), page.locator("[name=discount_percent]").first
    page.route("**/bands/", lambda route: route.fulfill(status=500, body=""))
    discount.fill("25")
    discount.press("Tab")
    expect(panel.get_by_role("alert")).to_contain_text("This part could not be loaded")
    expect(page.locator("#toasts [data-toast]")).to_have_count(0)
    page.unroute("**/bands/")
    with page.expect_response("**/bands/") as answer:
        panel.get_by_role("button", name="Try again").click()
    assert answer.value.status == 200
    expect(panel.get_by_role("alert")).to_have_count(0)
    expect(panel.get_by_role("heading", name="Forecast")).to_be_visible()


def test_what_a_hidden_tab_missed_comes_when_it_is_seen_again(page):
    page.goto(f"/quotes/{QuoteVersion.objects.get().quote.number}/")
    discount = page.locator("[name=discount_percent]").first
    page.evaluate(HIDE)
    discount.fill("25")
    discount.press("Tab")
    assert page.evaluate("window.missed")
    with page.expect_response("**/bands/") as answer:
        page.evaluate(SHOW)
    assert answer.value.status == 200
