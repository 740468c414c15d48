"""The page of a hand-off looks again by itself, but not while somebody types, and what is open stays open."""

import pytest
from playwright.sync_api import expect

from billing.actions import delivering
from billing.models import Delivery
from billing.rules import State
from tests.browser import chromium, page_of
from tests.cpq.test_looks import session_of
from tests.quotes.frozen import LATER, make_contract

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LOOK = "() => htmx.ajax('GET', location.pathname, {source: '#delivery', target: '#delivery', swap: 'outerHTML'})"
MAY_LOOK = """() => {
  const elt = document.querySelector("#delivery");
  const detail = {elt, requestConfig: {verb: "get"}};
  return document.dispatchEvent(new CustomEvent("htmx:beforeRequest", {cancelable: true, detail}));
}"""


def test_what_is_open_stays_open_and_what_is_typed_is_kept(live_server, ada, fay):
    contract = make_contract(ada)
    delivering.deliver(contract.number, at=LATER)
    Delivery.objects.update(state=State.WAITING, done_at=None, reason="No answer (HTTP 500)")
    session = session_of("fay")
    with chromium() as browser, page_of(browser, live_server.url, session) as page:
        page.goto(f"/contracts/{contract.number}/")
        step, note = page.locator("#step-1"), page.locator("#id-note")
        step.locator("> summary").click()
        page.locator("#solving > summary").click()
        assert page.evaluate(MAY_LOOK) is True
        page.evaluate(LOOK)
        expect(step).to_have_attribute("open", "")
        expect(note).to_be_visible()
        note.fill("Done by hand")
        assert page.evaluate(MAY_LOOK) is False
        note.fill("")
        page.locator("h1").click()
        assert page.evaluate(MAY_LOOK) is True
