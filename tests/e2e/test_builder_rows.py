"""Sections, notes, options and years of the builder, and rows that are dragged, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from quotes.actions.outline import add_text, move_row
from quotes.models import QuoteVersion
from quotes.rules.outline import ordered
from tests.factories import AT
from tests.quotes.views.deals import a_draft

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def version(ada) -> QuoteVersion:
    return a_draft(ada, keys=("platform", "seats", "onboarding"), months=24)


def order(version: QuoteVersion) -> str:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    return " ".join(ordered(dict(fresh.lines.values_list("key", "position")), fresh.texts))


def undo_says(page: Page, words: str) -> None:
    expect(page.locator("#undo")).to_have_attribute("aria-label", f"Undo: {words}")


def test_a_section_is_made_named_and_filled_by_keyboard(page, version):
    page.get_by_label("Name of a section, or a note for the customer").fill("People")
    page.evaluate("document.querySelector('.lines-table').dataset.same = 'yes'")
    page.get_by_role("button", name="Section", exact=True).press("Enter")
    expect(page.locator("#line-section")).to_be_visible()
    expect(page.locator("#new-text")).to_have_value("")
    page.locator("#line-section > *").first.focus()
    page.keyboard.press("Alt+ArrowUp")
    undo_says(page, "the order of the lines")
    expect(page.locator("#line-section > th")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text-section")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Services")
    page.keyboard.press("Enter")
    undo_says(page, "section People → Services")
    expect(page.locator("#subtotal-term-section")).to_have_text("12,000.00")
    assert order(version) == "platform seats section onboarding"
    assert page.evaluate("document.querySelector('.lines-table').dataset.same") == "yes"
    rows = page.locator(".lines-table tbody > tr[id^='line-']")
    assert rows.evaluate_all("all => all.map((row) => row.id)") == [
        *("line-platform", "line-seats", "line-section", "line-onboarding")
    ]
    page.locator("#remove-section").click()
    expect(page.locator("#line-section")).to_have_count(0)
    expect(page.locator("#down-onboarding")).to_have_attribute("aria-disabled", "true")
    page.locator("#line-platform > th").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#up-seats")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#line-platform > th")).to_be_focused()
    assert page.evaluate("document.querySelector('.lines-table').dataset.same") == "yes"
    page.keyboard.press("Control+z")
    expect(page.locator("#up-platform")).to_have_attribute("aria-disabled", "true")
    assert Axe().run(page).response["violations"] == []


def test_a_row_is_dragged_to_its_place_and_escape_lets_go(page, version):
    def drag(key: str, onto: str, *, let_go: bool = False) -> None:
        page.locator(f"#line-{key} .row-handle").hover()
        page.mouse.down()
        box = page.locator(f"#line-{onto}").bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + box["height"] * 0.25, steps=4)
        expect(page.locator(f"#line-{onto}.drop-before")).to_have_count(1)
        if let_go:
            page.keyboard.press("Escape")
        page.mouse.up()

    drag("onboarding", "platform", let_go=True)
    expect(page.locator(".drop-before")).to_have_count(0)
    drag("onboarding", "seats")
    undo_says(page, "the order of the lines")
    assert order(version) == "platform onboarding seats"
    expect(page.locator("#line-onboarding > th")).to_be_focused()


def test_the_page_scrolls_while_a_dragged_row_rests_at_its_edge(page, version):
    page.set_viewport_size({"width": 1440, "height": 300})
    page.locator("#line-onboarding").scroll_into_view_if_needed()
    page.locator("#line-onboarding .row-handle").hover()
    before = page.evaluate("scrollY")
    page.mouse.down()
    page.mouse.move(700, 20)
    page.wait_for_function("(before) => scrollY < before - 100", arg=before)
    expect(page.locator(".drop-before")).to_have_count(1)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert order(version) == "platform seats onboarding"


def test_an_error_of_a_quantity_covers_no_other_cell(page):
    page.locator("#quantity-seats").fill("-12.5")
    page.keyboard.press("Enter")
    error = page.locator("#quantity-seats-error")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        cell, words = (one.bounding_box() for one in (page.locator("td:has(#quantity-seats)"), error))
        assert cell["x"] <= words["x"]
        assert words["x"] + words["width"] <= cell["x"] + cell["width"]


def test_a_section_is_moved_with_its_lines_by_keyboard_and_by_its_handle(page, ada, version):
    for key, words, place in (("section", "Platform", 1), ("section-2", "People", 3)):
        add_text(QuoteVersion.objects.get(pk=version.pk), kind="section", text=words, by=ada, at=AT)
        move_row(QuoteVersion.objects.get(pk=version.pk), key=key, to=place, by=ada, at=AT)
    page.reload()
    page.locator("#line-section > *").first.focus()
    page.keyboard.press("Alt+Shift+ArrowDown")
    undo_says(page, "the order of the lines")
    rows = page.locator(".lines-table tbody > tr[id^='line-']")
    expect(rows.first).to_have_id("line-section-2")
    expect(page.locator("#line-section > th")).to_be_focused()
    assert order(version) == "section-2 seats onboarding section platform"
    page.locator("#line-section .row-handle").hover()
    page.mouse.down()
    box = page.locator("#line-section-2").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] * 0.25, steps=4)
    expect(page.locator("#line-platform.dragged")).to_have_count(1)
    expect(page.locator("#line-section-2.drop-before")).to_have_count(1)
    page.mouse.up()
    expect(rows.first).to_have_id("line-section")
    assert order(version) == "section platform section-2 seats onboarding"


def test_an_option_and_a_year_are_set_in_the_panel_of_the_line(page, version):
    page.get_by_role("link", name="More of Seats").click()
    panel = page.get_by_role("dialog", name="More of this row")
    panel.get_by_label("Quantity in year 2").fill("40")
    panel.get_by_label("Quantity in year 2").press("Tab")
    undo_says(page, "quantity of Seats in year 2 – → 40")
    expect(panel.get_by_text("+15 (+60 %)")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    panel.get_by_role("button", name="Make it optional").click()
    expect(panel.get_by_role("button", name="Make it part of the deal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#line-seats")).to_contain_text("Optional")
    expect(page.locator("#totals")).to_contain_text("Optional, in no total")
    assert version.lines.get(key="seats").years == {"2": {"quantity": "40"}}


def test_a_line_begins_later_by_keyboard_and_a_shorter_term_is_mended_by_a_click(page, version):
    page.locator("#more-seats").focus()
    page.keyboard.press("Enter")
    page.locator("#row-from_month").fill("4")
    page.keyboard.press("Tab")
    expect(page.locator("#line-seats")).to_contain_text("from month 4")
    expect(page.locator("#row-to_month")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#row")).to_be_hidden()
    page.get_by_label("Term", exact=True).fill("3")
    page.keyboard.press("Tab")
    expect(page.locator("#problems")).to_contain_text("Seats: it begins in month 4, but the term has 3 months")
    page.get_by_role("button", name="Begin with the term").click()
    expect(page.locator("#problems")).to_be_hidden()
    expect(page.locator("#line-seats")).not_to_contain_text("month 4")
    page.keyboard.press("Control+z")
    expect(page.locator("#line-seats")).to_contain_text("from month 4")
