"""The room in a real browser: accepting works under its strict headers, with and without script."""

import pytest

from quotes.actions.signing import digits
from quotes.models import Contract, SigningCode
from tests.browser import chromium, page_of
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
