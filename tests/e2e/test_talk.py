"""Comments on rows in a real browser: the mark in the row, the dialog, and an edit that leaves both alone."""

import pytest
from playwright.sync_api import expect

from core.models import User
from quotes.actions.comments import add_comment
from tests.factories import AT

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_line_is_spoken_of_beside_its_edits(page, version):
    add_comment(version.quote, text="Why 25?", line="seats", by=User.objects.get(username="ada"), at=AT)
    page.reload()
    mark = page.locator("#line-seats .talk-mark")
    expect(mark).to_have_attribute("data-open", "1")
    page.locator("#quantity-seats").fill("40")
    page.locator("#quantity-seats").press("Enter")
    expect(page.locator("#save-state")).to_contain_text("Saved")
    expect(mark).to_have_attribute("data-open", "1")
    mark.click()
    talk = page.locator("#talk")
    expect(talk).to_contain_text("Why 25?")
    page.locator("#line-comment-text").fill("They grow.")
    talk.locator("form:has(#line-comment-text) > button").click()
    expect(talk).to_contain_text("They grow.")
    expect(mark).to_have_attribute("data-open", "2")
    talk.get_by_role("button", name="Resolve", exact=True).first.click()
    expect(mark).to_have_attribute("data-open", "1")
    page.keyboard.press("Escape")
    expect(talk).to_be_hidden()
    expect(page.locator("#timeline")).to_contain_text("They grow.")


def test_the_row_panel_leads_to_the_comments_of_a_line_without_any(page, version):
    expect(page.locator("#timeline")).to_be_visible()
    expect(page.locator(".lines-table .talk-mark")).to_have_count(0)
    page.locator("#more-seats").click()
    page.locator("#row").get_by_role("link", name="Comments on this line").click()
    expect(page.locator("#talk")).to_contain_text("Nobody has said anything about this line yet.")


def test_a_section_is_spoken_of_from_its_row(page, version):
    page.locator("#new-text").fill("People")
    page.locator("#add-section").click()
    mark = page.locator("#talk-section")
    mark.click()
    talk = page.locator("#talk")
    expect(talk).to_contain_text("Nobody has said anything about this section yet.")
    page.locator("#line-comment-text").fill("Whose heading is this?")
    talk.locator("form:has(#line-comment-text) > button").click()
    expect(mark).to_have_attribute("data-open", "1")
    talk.get_by_role("button", name="Resolve", exact=True).click()
    expect(mark).not_to_have_attribute("data-open", "1")
    expect(mark).to_be_attached()
