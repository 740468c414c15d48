"""What an edit did, in words of whoever reads it."""

import pytest
from django.utils import translation

from quotes.rules.edit_words import words
from quotes.rules.steps import Content, difference, reverse
from tests.quotes.rules.test_steps import FACTS, content, line

pytestmark = pytest.mark.django_db

NAMES = {"seats": "Seats", "b": "Seats"}


def said(before: Content, after: Content, texts: dict | None = None) -> str:
    return words(difference(before, after), NAMES, texts or {})


def test_an_edit_is_said_in_words():
    before = content("seats", "b")
    assert said(before, content("seats", "b", seats=line("7"))) == "quantity of Seats 5 → 7"
    assert said(before, content("seats", "b", seats=line(discount="12.5"))) == "discount of Seats 0 % → 12.5 %"
    assert said(before, content("seats")) == "removing Seats"
    assert said(before, content("b", "seats")) == "the order of the lines"
    assert said(before, content("seats", "b", facts={**FACTS, "months": 24})) == "term 12 → 24"
    assert said(content(), content("a", "b", "c")) == "adding Seats and 2 more"


def test_texts_are_called_what_they_were():
    there = {"section": {"kind": "section", "text": "Core"}, "note": {"kind": "note", "text": "Words."}}
    before = Content(FACTS, {}, ["section", "note"], there)
    after = Content(FACTS, {}, ["section", "note"], {**there, "section": {"kind": "section", "text": "Care"}})
    assert said(before, after, dict(after.texts)) == "section Core → Care"
    gone = Content(FACTS, {}, ["section"], {"section": there["section"]})
    assert said(before, gone, dict(gone.texts)) == "removing a note"
    assert words(reverse(difference(before, gone)), {}, there) == "adding a note"


@pytest.mark.parametrize(
    ("facts", "quantity", "text"),
    [
        ({"start": "2026-01-31"}, "5", "Beginn – → 31.01.2026"),
        ({"title": "2.5"}, "5", "Titel – → 2.5"),
        ({}, "1200.5", "Menge von Seats 5 → 1.200,5"),
        ({"selling_entity_id": 7}, "5", "verkaufende Gesellschaft"),
    ],
)
def test_numbers_and_days_are_written_as_the_reader_writes_them(facts, quantity, text):
    with translation.override("de"):
        assert said(content("seats"), content("seats", facts={**FACTS, **facts}, seats=line(quantity))) == text
