"""Rows in and out of the builder in a real browser: selecting, pasting, and a connection that breaks."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from quotes.actions.lines import edit_line
from tests.factories import AT
from tests.quotes.configured import contents, line_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def cell(page: Page, key: str, column: int = 1) -> None:
    page.locator(f"#line-{key} > *").nth(column).focus()


def test_lines_are_selected_by_keys_changed_together_and_taken_back_in_one_step(page, version):
    cell(page, "seats")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#bulk-count")).to_have_text("2 lines selected")
    page.get_by_label("Quantity", exact=True).fill("60")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 lines changed.")
    assert contents(version) == {"platform": "1", "seats": "60", "onboarding": "60"}
    expect(page.locator("#bulk-count")).to_have_text("2 lines selected")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#line-seats")).to_have_count(0)
    cell(page, "platform")
    page.keyboard.press("Control+z")
    expect(page.locator("#line-seats")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator("#quantity-seats")).to_have_value("25")
    assert contents(version) == {"platform": "1", "seats": "25", "onboarding": "1"}


def test_many_lines_are_given_more_by_keys_after_a_look(page, version):
    cell(page, "seats")
    page.keyboard.press("Space")
    page.get_by_role("button", name="More", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#several")).to_be_visible()
    page.locator("#several-discount").fill("95")
    page.keyboard.press("Tab")
    expect(page.locator("#several-effect")).to_contain_text("Seats: The discount is 90 % at most")
    page.locator("#several-discount").fill("5")
    page.keyboard.press("Tab")
    expect(page.locator("#several-effect")).to_contain_text("Discount of Seats 0 % → 5 %")
    expect(page.locator("#save-state")).not_to_contain_text("Saving")
    page.locator("#several-set").press("Enter")
    expect(page.locator("#several")).to_be_hidden()
    expect(page.locator("#discount-seats")).to_have_value("5")
    expect(page.locator("#bulk-more")).to_be_focused()


def paste(page: Page, text: str) -> None:
    """What Ctrl+V does with these cells on the clipboard."""
    page.evaluate(
        "(text) => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true,"
        " cancelable: true })); }",
        text,
    )


def test_rows_are_pasted_mended_in_place_applied_and_taken_back_in_one_step(page, version):
    cell(page, "seats")
    paste(page, "Product\tQty\tDiscount\nSeats\t1,200.50\t15 %\nOnbording\t2\t\nPlatform\tmany\t\n")
    expect(page.get_by_role("heading", name="Paste rows")).to_be_visible()
    expect(page.locator("#row-2")).to_contain_text("Quantity 25 → 1,200.5 · Discount 0 → 15")
    expect(page.locator("#row-3")).to_contain_text("Did you mean “Onboarding”?")
    expect(page.locator("#paste-apply")).to_have_attribute("aria-disabled", "true")
    page.get_by_label("Row 3, column 1").fill("Onboardng")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Row 3, column 2")).to_be_focused()
    page.get_by_role("button", name="Take Onboarding").click()
    expect(page.locator("#row-3")).to_contain_text("Quantity 1 → 2")
    expect(page.get_by_label("Row 3, column 1")).to_be_focused()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_label("Take out row 4").check()
    page.get_by_role("button", name="Apply 2 rows").click()
    expect(page.locator("#toasts")).to_contain_text("0 lines added, 2 changed.")
    assert contents(version) == {"platform": "1", "seats": "1200.5", "onboarding": "2"}
    expect(page.locator(".lines-table[role=grid]")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator("#quantity-seats")).to_have_value("25")
    assert contents(version) == {"platform": "1", "seats": "25", "onboarding": "1"}


def test_a_column_of_numbers_fills_the_lines_from_the_cell_on_down(page, version):
    cell(page, "seats")
    paste(page, "30\t5 %\r\n2\t\r\n")
    expect(page.locator("#row-2")).to_contain_text("Quantity 25 → 30 · Discount 0 → 5")
    expect(page.locator("#row-3")).to_contain_text("Quantity 1 → 2")
    page.get_by_role("button", name="Apply 2 rows").click()
    expect(page.locator("#quantity-onboarding")).to_have_value("2")
    cell(page, "seats")
    paste(page, "44")
    expect(page.locator(".lines-table[role=grid]")).to_be_visible()


def test_edits_made_offline_wait_and_are_sent_in_order_when_the_connection_is_back(page, version):
    state = page.locator("#save-state")
    page.context.set_offline(True)
    cell(page, "seats")
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    expect(state).to_contain_text("Not saved: you are offline. It is sent when the connection is back.")
    expect(page.locator("#offline")).to_be_visible()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator("[data-waiting]")).to_have_count(2)
    page.locator("#remove-onboarding").click()
    expect(page.locator("#quantity-seats")).to_have_value("30")
    assert contents(version) == {"platform": "1", "seats": "25", "onboarding": "1"}
    page.context.set_offline(False)
    expect(page.locator("#line-onboarding")).to_have_count(0, timeout=15_000)
    expect(state).to_contain_text("Saved at")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    expect(page.locator("#discount-seats")).to_have_value("5")
    assert contents(version) == {"platform": "1", "seats": "30"}
    assert version.lines.get(key="seats").discount_percent == 5
    for step in ("removing Onboarding", "discount of Seats 0 % → 5 %", "quantity of Seats 25 → 30"):
        page.locator("#undo").click()
        expect(page.locator("#redo")).to_have_attribute("aria-label", f"Redo: {step}")
    expect(page.locator("#quantity-seats")).to_have_value("25")


def test_an_edit_that_meets_anothers_while_offline_is_shown_beside_it_and_nothing_is_lost(page, version, ada):
    page.context.set_offline(True)
    page.get_by_label("Quantity of Seats").fill("30")
    page.keyboard.press("Enter")
    expect(page.locator("[data-waiting]")).to_have_count(1)
    edit_line(line_of(version, "seats"), by=ada, at=AT, quantity=Decimal(40))
    page.context.set_offline(False)
    expect(page.locator("#conflict")).to_contain_text("Not saved: this draft was changed elsewhere", timeout=15_000)
    assert contents(version)["seats"] == "40"
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.get_by_role("button", name="Use mine")).to_be_in_viewport()
    page.get_by_role("button", name="Use mine").click()
    expect(page.locator("#save-state")).to_contain_text("Saved at")
    assert contents(version)["seats"] == "30"
