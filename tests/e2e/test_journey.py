"""The main job in a real browser: Ada builds and sends, Ben approves, Cleo accepts, billing gets its contract."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect

from core import outbox
from quotes.actions.signing import digits
from quotes.models import Contract, SigningCode
from tests.browser import chromium, page_of
from tests.factories import make_customer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

MONEY = re.compile(r"USD\s[\d,]+\.\d\d")


def test_from_first_line_to_contract(ada, ben, live_server):
    """Ada signs in, opens a customer and its usage, starts a quote and adds a package. She takes 60 seats and gives
    25 %: totals and bands follow in place, and deal desk will be asked. She submits; she is not offered to decide.
    Ben finds the quote in his inbox with the reason and approves. Ada sends it and copies the link. Cleo, who has no
    account, opens it, sees the same committed total and nothing of cost or margin, and signs with the code from her
    mail. One contract exists; the ledger has it; Ada sees so."""
    make_customer("acme")
    with chromium() as browser:
        with signed_in(browser, live_server.url, "ada") as page:
            committed = build(page)
            submit(page)
        with signed_in(browser, live_server.url, "ben") as page:
            approve(page)
        with signed_in(browser, live_server.url, "ada") as page:
            link = send(page)
        with page_of(browser, live_server.url) as page:
            accept(page, link, committed)
    contract = Contract.objects.get()
    outbox.sweep(at=now())
    with chromium() as browser, signed_in(browser, live_server.url, "ada") as page:
        see_contract(page, contract.number)


@contextmanager
def signed_in(browser: Browser, server: str, who: str) -> Iterator[Page]:
    with page_of(browser, server) as page:
        page.goto("/login/")
        page.get_by_label("User name").fill(who)
        page.get_by_label("Password").fill("secret")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{server}/")
        yield page


def build(page: Page) -> str:
    """A draft with a package, 60 seats and 25 % off; returns the committed total as it is shown."""
    page.goto("/customers/acme/")
    expect(page.locator("#usage-panel svg.chart-svg:visible").first).to_be_visible()
    page.get_by_role("link", name="New quote").first.click()
    page.get_by_label("Title").fill("Agent platform")
    page.get_by_role("button", name="Start the quote").click()
    page.get_by_role("button", name="Add the package Hybrid").click()
    expect(page.locator("#line-seats")).to_be_visible()
    before = page.locator(".total-figure").inner_text()
    page.get_by_label("Quantity of Seats").fill("60")
    page.get_by_label("Quantity of Seats").press("Tab")
    expect(page.get_by_label("Discount on Seats")).to_be_focused()
    expect(page.locator(".total-figure")).not_to_have_text(before)
    discount = page.get_by_role("textbox", name="Quote discount")
    discount.fill("25")
    discount.press("Enter")
    expect(page.locator("#needs")).to_contain_text("Deal desk decides")
    expect(page.locator("#save-state")).to_contain_text("Saved at")
    expect(page.locator("#explorer svg.chart-svg:visible").first).to_be_visible()
    expect(page.locator("#margin")).to_contain_text("P10")
    expect(discount).to_be_focused()
    assert page.evaluate("localStorage.length") == 0
    return page.locator(".total-figure").inner_text()


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit for approval").click()
    page.wait_for_url("**/v1/")
    expect(page.locator("#status-line")).to_contain_text("Waiting for approval")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def approve(page: Page) -> None:
    page.get_by_role("link", name="Approvals", exact=True).first.click()
    expect(page.locator("#inbox")).to_contain_text("The discount of 25 % is over the limit of 20 %.")
    page.get_by_role("link", name="Review and decide").click()
    page.get_by_label("Comment", exact=True).fill("Good usage history; go.")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#approvals")).to_contain_text("Good usage history; go.")
    expect(page.locator("#status-line")).to_contain_text("Approved")


def send(page: Page) -> str:
    page.goto("/quotes/")
    page.get_by_role("link", name="Agent platform").click()
    page.get_by_role("button", name="Send the quote").click()
    link = page.locator("#new-link").inner_text()
    expect(page.locator("#status-line")).to_contain_text("Sent")
    page.reload()
    expect(page.locator("#new-link")).to_have_count(0)
    return link


def accept(page: Page, link: str, committed: str) -> None:
    page.goto(link)
    text = page.locator("body").inner_text()
    assert MONEY.search(committed.replace("\u00a0", " ")).group() in text.replace("\u00a0", " ")
    assert not re.search(r"\b(margin|cost of)\b", text, re.IGNORECASE)
    page.get_by_role("button", name="Send me the code").click()
    expect(page.get_by_label("Code from your mail")).to_be_visible()
    page.get_by_label("Code from your mail").fill(digits(SigningCode.objects.get().pk))
    page.get_by_label("I accept quote").check()
    page.get_by_role("button", name="Sign the quote").click()
    expect(page.get_by_text("This quote has been accepted").first).to_be_visible()


def see_contract(page: Page, number: str) -> None:
    page.goto("/quotes/?status=contracted")
    page.get_by_role("link", name="Agent platform").click()
    page.get_by_role("link", name=number).click()
    expect(page.locator("#delivery")).to_contain_text("Created")
