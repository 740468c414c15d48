"""Editing one part of a draft: as `catalog apply` of the whole would."""

from datetime import date
from decimal import Decimal

import pytest

from catalog import documents
from catalog.actions.books import publish_book, start_version
from catalog.actions.drafts import drop_part, edit_book, put_part
from catalog.documents import PackagePart, PricePart
from catalog.models import PriceBook
from catalog.rules.configuration import Rule, RuleTest
from core import audit
from core.errors import Conflict, Invalid, Refused
from tests.catalog.books import make_draft
from tests.conftest import make_person
from tests.factories import AT, make_book


def price_of(book, key) -> PricePart:
    return next(price for price in documents.book_part(book).prices if price.component.key == key)


def said(applied):
    return [str(change) for change in applied.changes]


def test_a_price_is_changed_in_its_place(pia):
    book = make_draft(pia)
    dearer = price_of(book, "seats").model_copy(
        update={"limits": {"sales": Decimal(10)}, "floors": {"unit": Decimal(20)}}
    )
    assert said(put_part(book, "prices", dearer, by=pia, at=AT)) == [
        "~ tests v1 price seats: limits.sales none -> 10; floors.unit none -> 20"
    ]
    assert [price.key for price in book.prices.order_by("position")][1] == "seats"
    assert price_of(book, "seats") == dearer
    assert audit.history("book:tests-v1").last().data["changes"] == [
        "~ tests v1 price seats: limits.sales none -> 10; floors.unit none -> 20"
    ]
    assert said(put_part(book, "prices", dearer, by=pia, at=AT)) == []


def test_a_part_is_added_renamed_and_dropped(pia):
    book = make_draft(pia)
    part = PackagePart.model_validate({"code": "lean", "name": "Lean", "components": [{"price": "requests"}]})
    assert said(put_part(book, "packages", part, by=pia, at=AT)) == ["+ tests v1 package lean"]
    renamed = part.model_copy(update={"code": "light"})
    put_part(book, "packages", renamed, name="lean", by=pia, at=AT)
    assert [package.code for package in book.packages.order_by("position")] == ["hybrid", "requests", "light"]
    assert said(drop_part(book, "packages", "light", by=pia, at=AT)) == ["- tests v1 package light"]
    with pytest.raises(Invalid, match="tests v1 has no light"):
        drop_part(book, "packages", "light", by=pia, at=AT)
    with pytest.raises(Invalid, match="tests v1 has no light"):
        put_part(book, "packages", renamed, name="light", by=pia, at=AT)


def test_what_others_need_is_not_dropped(pia):
    book = make_draft(pia)
    before = documents.sha256(book)
    with pytest.raises(Invalid, match='package hybrid: there is no price "seats" in this book'):
        drop_part(book, "prices", "seats", by=pia, at=AT)
    assert documents.sha256(book) == before


def test_facts_of_the_book_change(pia):
    book = make_draft(pia)
    changes = edit_book(book, by=pia, at=AT, name="Winter", effective_to=date(2027, 3, 31))
    assert said(changes) == ["~ book tests v1: name Prices of the tests -> Winter; effective_to none -> 2027-03-31"]
    with pytest.raises(Invalid, match="its last day 2025-12-31 is before its first, 2026-01-01"):
        edit_book(book, by=pia, at=AT, effective_to=date(2025, 12, 31))


def test_an_edit_of_what_changed_meanwhile_is_a_conflict(pia):
    book = make_draft(pia)
    seen = documents.sha256(book)
    edit_book(book, by=pia, at=AT, seen=seen, name="First")
    with pytest.raises(Conflict, match="was edited since you opened it"):
        edit_book(book, by=pia, at=AT, seen=seen, name="Second")
    assert PriceBook.objects.get().name == "First"


def test_a_published_book_is_refused_and_whoever_edits_becomes_an_author(pia, fay):
    book = make_book()
    with pytest.raises(Refused, match="never changes"):
        edit_book(book, by=pia, at=AT, name="Other")
    draft = start_version(book, by=pia, at=AT)
    edit_book(draft, by=fay, at=AT, name="Other")
    with pytest.raises(Refused, match="a second person publishes it"):
        publish_book(draft, by=fay, at=AT)


SEATS_FIRST = Rule.model_validate(
    {
        "key": "seats-first",
        "when": '"tokens" in selected',
        "requires": ["seats"],
        "message": "People use tokens.",
    }
)


def test_a_failing_rule_test_keeps_the_book_from_publication(pia, fay):
    book = make_draft(pia)
    put_part(book, "rules", SEATS_FIRST, by=pia, at=AT)
    wrong = RuleTest.model_validate({"name": "Tokens alone", "selection": {"tokens": "1"}})
    put_part(book, "rule_tests", wrong, by=pia, at=AT)
    with pytest.raises(Refused, match='Rule test "Tokens alone": expected problems of none, found seats-first'):
        publish_book(book, by=make_person("fay"), at=AT)
    book.refresh_from_db()
    assert (book.status, book.sha256) == ("draft", "")
    put_part(book, "rule_tests", wrong.model_copy(update={"expect": ["seats-first"]}), by=pia, at=AT)
    assert publish_book(book, by=fay, at=AT).status == "published"
