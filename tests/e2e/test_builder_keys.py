"""The builder by keyboard, undo, and a session that ends while somebody writes, in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from core.models import BrowserSession
from quotes.models import QuoteVersion

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def focus(page: Page) -> str:
    """The row and column in focus, or the id of what is in focus within a cell."""
    return page.evaluate(
        "() => { const a = document.activeElement; const cell = a.closest('.lines-table tbody :is(td, th)');"
        " return a === cell ? `${a.parentElement.id} ${a.cellIndex}` : a.id; }"
    )


def quantity(version: QuoteVersion) -> str:
    return version.lines.get(key="seats").component["quantity"]["value"]


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Saved at")
    expect(page.locator("#builder[class*=htmx-request]")).to_have_count(0)


def test_the_grid_is_one_tab_stop_and_the_arrows_move(page):
    assert page.locator(".lines-table tbody [tabindex='0']").count() == 1
    page.locator(".lines-table tbody [tabindex='0']").focus()
    page.locator("#line-platform > *").nth(1).focus()
    page.keyboard.press("ArrowDown")
    assert focus(page) == "line-seats 1"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert focus(page) == "line-onboarding 2"
    page.keyboard.press("Home")
    assert focus(page) == "line-onboarding 0"
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.lines-table tbody'))") is False
    assert Axe().run(page).response["violations"] == []


def test_enter_edits_escape_cancels_tab_moves_on(page, version):
    page.locator("#line-seats > *").nth(1).focus()
    page.keyboard.press("Enter")
    assert focus(page) == "quantity-seats"
    page.keyboard.type("77")
    page.keyboard.press("Escape")
    assert focus(page) == "line-seats 1"
    assert page.locator("#quantity-seats").input_value() == "25"
    assert quantity(version) == "25"
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    assert focus(page) == "discount-seats"
    expect(page.locator("#history #undo")).to_have_attribute("aria-label", "Undo: quantity of Seats 25 → 30")
    assert focus(page) == "discount-seats"
    assert quantity(version) == "30"
    page.keyboard.press("F2")
    assert focus(page) == "line-seats 2"


def test_what_is_typed_as_it_stood_is_no_edit(page, version):
    state = page.locator("#save-state")
    before = state.inner_html()
    page.locator("#line-seats > *").nth(1).focus()
    page.keyboard.type("25")
    expect(state).to_have_text("Editing …")
    page.keyboard.press("Enter")
    assert (state.get_attribute("data-state"), state.inner_html()) == ("saved", before)
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    assert (state.get_attribute("data-state"), state.inner_html()) == ("saved", before)
    assert (quantity(version), page.get_by_label("Quantity of Seats").input_value()) == ("25", "25")


def held_back(page: Page, address: str) -> list[Route]:
    """The first request to the address waits here; those after it do not."""
    held: list[Route] = []
    page.route(address, lambda route: route.continue_() if held else held.append(route))
    return held


def test_what_is_typed_before_the_answer_to_an_earlier_edit_of_the_field_is_saved_after_it(page, version):
    for leaves_at_once in (True, False):
        held = held_back(page, "**/lines/seats/")
        page.locator("#line-seats > *").nth(1).focus()
        with page.expect_request("**/lines/seats/"):
            page.keyboard.type("30")
            page.keyboard.press("Enter")
        page.keyboard.type("31")
        if leaves_at_once:
            page.keyboard.press("Enter")
        held[0].continue_()
        if not leaves_at_once:
            expect(page.locator("#undo")).to_have_attribute("aria-label", "Undo: quantity of Seats 25 → 30")
            expect(page.locator("#quantity-seats")).to_be_focused()
            page.keyboard.press("Enter")
        expect(page.locator("#undo")).to_have_attribute("aria-label", "Undo: quantity of Seats 30 → 31")
        expect(page.locator("#quantity-seats")).to_have_value("31")
        assert quantity(version) == "31"
        page.unroute("**/lines/seats/")
        for before in ("30", "25"):
            page.keyboard.press("Control+z")
            expect(page.locator("#quantity-seats")).to_have_value(before)


def test_steps_are_taken_back_as_often_as_it_is_asked_for(page, version):
    for count in ("30", "31", "32"):
        page.locator("#quantity-seats").fill(count)
        page.keyboard.press("Enter")
        expect(page.locator("#undo")).to_have_attribute("aria-label", re.compile(f"→ {count}$"))
    held = held_back(page, "**/undo/")
    with page.expect_request("**/undo/"):
        page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    held[0].continue_()
    expect(page.locator("#quantity-seats")).to_have_value("25")
    assert quantity(version) == "25"


def test_lines_move_and_go_by_keys_and_ctrl_z_brings_them_back(page, version):
    def keys() -> list[str]:
        return list(version.lines.order_by("position").values_list("key", flat=True))

    page.locator("#line-seats > *").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#undo")).to_have_attribute("aria-label", "Undo: the order of the lines")
    expect(page.locator("#line-seats > *").nth(1)).to_be_focused()
    assert keys() == ["seats", "platform", "onboarding"]
    page.keyboard.press("Delete")
    expect(page.locator("#line-seats")).to_have_count(0)
    expect(page.locator("#line-platform > *").nth(1)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#line-seats")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Undone: removing Seats.")
    page.keyboard.press("Control+z")
    expect(page.locator("#redo")).to_have_attribute("aria-label", "Redo: the order of the lines")
    assert keys() == ["platform", "seats", "onboarding"]
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#redo")).to_have_attribute("aria-label", "Redo: removing Seats")
    assert keys() == ["seats", "platform", "onboarding"]


def test_the_keys_are_shown_on_a_question_mark(page):
    page.locator("#line-seats > *").nth(1).focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def test_a_session_that_ends_keeps_what_was_typed(page, version, ada, client_of, live_server):
    BrowserSession.objects.all().delete()
    page.get_by_label("Quantity of Seats").fill("44")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="You were signed out")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in again")).to_be_focused()
    expect(page.locator("#save-state")).to_contain_text("Not saved: you were signed out.")
    assert (quantity(version), page.get_by_label("Quantity of Seats").input_value()) == ("25", "44")
    session = client_of(ada).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.get_by_role("button", name="Send again").click()
    saved(page)
    expect(page.locator("#undo")).to_have_attribute("aria-label", "Undo: quantity of Seats 25 → 44")
    assert quantity(version) == "44"


UNDER_THE_BAR = """([before, next]) => {
  scrollBy(0, document.getElementById(next).getBoundingClientRect().bottom - innerHeight + 4);
  document.getElementById(before).focus({ preventScroll: true });
}"""
CLEAR = """() => document.activeElement.getBoundingClientRect().bottom
  <= document.getElementById("totals-bar").getBoundingClientRect().top"""


def test_on_a_phone_the_bar_of_totals_never_covers_what_has_the_focus(page):
    page.set_viewport_size({"width": 390, "height": 600})
    expect(page.locator("#totals-bar")).to_be_visible()
    for before, following in (("quantity-seats", "discount-seats"), ("quantity-onboarding", "discount-onboarding")):
        page.evaluate(UNDER_THE_BAR, [before, following])
        page.keyboard.press("Tab")
        assert focus(page) == following
        assert page.evaluate(CLEAR)
