"""What is sold has one text that is agreed, and a place for what it is in other languages."""

import pytest
from django.utils import translation

from catalog import documents
from catalog.actions.books import publish_book
from catalog.actions.code import apply_catalog, diff_catalog
from catalog.models import Wordbook
from catalog.rules.wordbooks import texts
from core.data_words import read_once, told, told_parts
from core.errors import Invalid
from tests.catalog.books import demo, read, read_mapping, small
from tests.factories import AT

GERMAN = {"language": "de", "words": {"Seats": "Plätze", "seats": "Plätze", "seat": "Platz"}}


def with_words(*books):
    return {**small(), "wordbooks": list(books)}


def test_a_file_without_words_loads_and_says_nothing_of_them(pia):
    apply_catalog(read_mapping(small()), by=pia, at=AT)
    assert not Wordbook.objects.exists()
    assert "wordbooks" not in documents.stored([]).form()


def test_words_are_planned_written_and_come_out_again(pia):
    books = apply_catalog(read_mapping(with_words(GERMAN)), by=pia, at=AT).books
    text = documents.write(documents.stored(books))
    assert documents.write(read(text)) == text
    assert diff_catalog(read(text)) == []
    assert Wordbook.objects.get(language="de").words == GERMAN["words"]


def test_what_a_file_leaves_out_stays_and_a_change_names_both_words(pia):
    apply_catalog(read_mapping(with_words(GERMAN)), by=pia, at=AT)
    more = with_words({"language": "de", "words": {"Seats": "Sitze", "Support": "Betreuung"}})
    [change] = apply_catalog(read_mapping(more), by=pia, at=AT).changes
    assert str(change) == "~ wordbook de: words.Seats Plätze -> Sitze; words.Support none -> Betreuung"
    assert Wordbook.objects.get().words == {**GERMAN["words"], "Seats": "Sitze", "Support": "Betreuung"}


def test_the_words_of_a_published_book_may_be_written_later_and_its_hash_stays(pia, fay):
    [book] = apply_catalog(read_mapping(small()), by=pia, at=AT).books
    publish_book(book, by=fay, at=AT)
    book.refresh_from_db()
    apply_catalog(read_mapping(with_words(GERMAN)), by=pia, at=AT)
    assert documents.sha256(book) == book.sha256


@pytest.mark.parametrize(
    "wrong",
    [
        [GERMAN, GERMAN],
        [{"language": "German", "words": {}}],
        [{"language": "de", "words": {"Seats": ""}}],
    ],
)
def test_what_is_no_wordbook_is_refused_and_changes_nothing(pia, wrong):
    with pytest.raises(Invalid):
        apply_catalog(read_mapping(with_words(*wrong)), by=pia, at=AT)
    assert not Wordbook.objects.exists()


def test_words_are_told_in_their_language_and_read_once(pia, django_assert_num_queries):
    apply_catalog(read_mapping(with_words(GERMAN)), by=pia, at=AT)
    with django_assert_num_queries(0):
        assert told("Seats") == "Seats"
    with translation.override("de"), read_once(), django_assert_num_queries(1):
        assert [told("Seats"), told("Never heard of"), told("")] == ["Plätze", "Never heard of", ""]
        assert told_parts("Seats · eu") == "Plätze · eu"


def test_the_demo_catalog_is_whole_in_german():
    catalog = demo()
    known = catalog.wordbooks[0].words
    assert [text for text in texts(catalog.form()) if text not in known] == []
    assert known.keys() - set(texts(catalog.form())) == set()
