"""Pages in a real browser: reachable for everyone, quiet, and never wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import chromium, page_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

VIEWS = [(width, theme) for width in (1440, 390) for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def session(ada, client_of):
    return client_of(ada).cookies["sessionid"].value


def violations(page) -> list[str]:
    return [f"{found['id']}: {found['nodes'][0]['target']}" for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("path", ["/", "/styleguide/"])
@pytest.mark.parametrize(("width", "theme"), VIEWS)
def test_a_page_of_the_shell(browser, live_server, session, path, width, theme):
    with page_of(browser, live_server.url, session, width=width, theme=theme) as page:
        page.goto(path, wait_until="networkidle")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.said == []


@pytest.mark.parametrize(("width", "theme"), VIEWS)
def test_login_and_error_pages(browser, live_server, width, theme):
    with page_of(browser, live_server.url, width=width, theme=theme) as page:
        for path in ("/login/", "/no/such/page/"):
            page.goto(path, wait_until="networkidle")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_theme_changes_in_place_and_stays(browser, live_server, session):
    with page_of(browser, live_server.url, session) as page:
        page.goto("/")
        with page.expect_response("**/theme/"):
            page.click(".sidebar [name=theme][value=dark]")
        assert page.get_attribute("html", "data-theme") == "dark"
        page.reload()
        assert page.get_attribute("html", "data-theme") == "dark"


def test_a_refusing_button_shows_why_on_focus_and_sends_nothing(browser, live_server, session):
    with page_of(browser, live_server.url, session) as page:
        page.goto("/styleguide/")
        button = page.get_by_role("button", name="Submit for approval")
        button.focus()
        assert page.locator("#submit-why").is_visible()
        button.press("Enter")
        assert page.url.endswith("/styleguide/")


def test_a_chart_is_read_with_the_arrow_keys(browser, live_server, session):
    with page_of(browser, live_server.url, session) as page:
        page.goto("/styleguide/")
        page.locator("svg.chart-svg:visible").first.focus()
        page.keyboard.press("End")
        tip = page.locator(".chart-tip").first
        assert tip.locator("b").inner_text() == "Dec 2028"
        assert tip.locator("dt").all_inner_texts() == ["P10", "P50", "P90", "Committed"]
        page.keyboard.press("Escape")
        assert tip.is_hidden()


def test_the_menu_of_a_phone_opens_without_script(browser, live_server, session):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    page.click(".topbar summary")
    page.click(".topbar nav >> text=Home")
    assert page.url == f"{live_server.url}/"
    context.close()


def test_nothing_moves_for_who_asked_for_less_motion(browser, live_server, session):
    with page_of(browser, live_server.url, session) as page:
        page.emulate_media(reduced_motion="reduce")
        page.goto("/styleguide/")
        moving = """[...document.querySelectorAll("*")].map((one) => getComputedStyle(one)).filter((style) =>
            parseFloat(style.animationDuration) > 0.001 || parseFloat(style.transitionDuration) > 0.001).length"""
        assert page.evaluate(moving) == 0


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_can_be_pressed_is_large_enough_and_shows_its_focus(browser, live_server, session, language):
    """WCAG 2.2: targets of 24 by 24 pixels, a visible focus."""
    with page_of(browser, live_server.url, session) as page:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page.goto("/styleguide/")
        small = """[...document.querySelectorAll(".sidebar button, .sidebar a, main button")].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width && (box.width < 24 || box.height < 24) && getComputedStyle(one).display !== "inline";
        }).map((one) => one.outerHTML.slice(0, 80))"""
        assert page.evaluate(small) == []
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
