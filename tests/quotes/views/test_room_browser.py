"""The room in a real browser: accepting works under its strict headers, with and without script."""

import pytest
from playwright.sync_api import expect

from catalog.models import Price
from pricing import Terms
from quotes.actions.lines import add_price, edit_line
from quotes.actions.sending import send
from quotes.actions.signing import digits
from quotes.actions.versions import submit
from quotes.models import Contract, Signature, SigningCode
from tests.browser import chromium, page_of
from tests.core.test_looks import violations
from tests.factories import AT, make_draft_quote
from tests.quotes.frozen import TOKEN, make_link, make_sent_version

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False])
def test_cleo_reads_and_accepts(ada, live_server, script):
    """She opens her link, opens the prices of a line, types her code and signs. The form must carry its origin."""
    version = make_sent_version(ada)
    make_link(version)
    with chromium() as browser:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=script)
        page = context.new_page()
        page.goto(f"/room/{TOKEN}/")
        assert page.url == f"{live_server.url}/room/"
        page.get_by_text("Prices of Model tokens").click()
        assert page.get_by_text("USD 0.0000075").is_visible()
        page.get_by_role("button", name="Send me the code").click()
        page.get_by_label("Code from your mail").fill(digits(SigningCode.objects.get().pk))
        page.get_by_label("I accept quote").check()
        page.get_by_role("button", name="Sign the quote").click()
        page.get_by_text("This quote has been accepted").wait_for()
        context.close()
    assert Contract.objects.get().version_id == version.pk


@pytest.mark.parametrize("width", [1440, 390])
def test_it_fits_the_screen_and_the_console_is_quiet(ada, live_server, width):
    make_link(make_sent_version(ada))
    with chromium() as browser, page_of(browser, live_server.url, width=width, theme="dark") as page:
        page.goto(f"/room/{TOKEN}/")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
        assert page.evaluate("localStorage.length") == 0
        assert page.said == []


def test_cleo_moves_her_usage_picks_opens_a_price_and_draws_her_name(ada, live_server):
    """On a phone of 360 pixels: totals follow at once, nothing is wider than the screen, axe finds nothing."""
    sent = make_metered_offer(ada)
    with chromium() as browser:
        context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(f"/room/{sent.token}/")
        before = page.locator(".room-yours .room-amount").inner_text()
        page.get_by_role("slider").first.press("End")
        expect(page.locator(".room-yours .room-amount")).not_to_have_text(before)
        page.locator("[name=pick]").first.check()
        expect(page.locator("#selection-totals")).to_contain_text("With Onboarding")
        page.get_by_text("Prices of Platform").click()
        expect(page.locator(".room-steps").first).to_contain_text("To pay")
        page.get_by_role("button", name="Take into the quote").click()
        expect(page.locator(".room-eyebrow")).to_contain_text("version 2")
        page.get_by_role("button", name="Send me the code").click()
        page.get_by_role("button", name="Draw it instead").click()
        pad = page.locator("[data-pad]")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + 40)
        page.mouse.down()
        for n in range(20):
            page.mouse.move(box["x"] + 20 + 10 * n, box["y"] + 40 + 20 * (n % 2))
        page.mouse.up()
        page.get_by_label("Code from your mail").fill(digits(SigningCode.objects.latest("pk").pk))
        page.get_by_label("I accept quote").check()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []
        page.get_by_role("button", name="Sign the quote").click()
        expect(page.get_by_role("img", name="Signature of Cleo Hartmann")).to_be_visible()
        context.close()
    assert Signature.objects.get().method == "drawn"
    assert [charge.key for charge in Terms.parse(Contract.objects.get().terms).charges].count("onboarding") == 1


def make_metered_offer(ada):
    """The hybrid package, and onboarding to be picked."""
    version = make_draft_quote(by=ada)
    price = Price.objects.get(book=version.price_book, key="onboarding")
    version = add_price(version, price=price, by=ada, at=AT)
    line = version.lines.select_related("version").get(key="onboarding")
    version = edit_line(line, optional=True, by=ada, at=AT)
    return send(submit(version, by=ada, at=AT), by=ada, at=AT)
