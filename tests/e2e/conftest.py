"""The builder of a draft of Ada's, open in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from quotes.models import QuoteVersion
from tests.browser import chromium, page_of
from tests.quotes.views.deals import a_draft


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def version(ada) -> QuoteVersion:
    return a_draft(ada, keys=("platform", "seats", "onboarding"))


@pytest.fixture
def page(ada, version, browser, live_server, client_of) -> Iterator[Page]:
    session = client_of(ada).cookies["sessionid"].value
    with page_of(browser, live_server.url, session) as one:
        one.goto(f"/quotes/{version.quote.number}/", wait_until="networkidle")
        expect(one.locator(".lines-table[role=grid]")).to_be_visible()
        yield one
