"""Lines are read alone where their book is kept, and say what is so now."""

import pytest

from catalog.models import Product
from quotes.queries.lines import read_lines
from tests.factories import make_draft_quote

pytestmark = pytest.mark.django_db


def told(lines) -> list[tuple]:
    return [(line.key, line.price.key, line.price.product.name, line.part and line.part.package.code) for line in lines]


def joined(version) -> list[tuple]:
    return told(version.lines.select_related("price__product", "part__package").order_by("position"))


def test_they_are_what_a_join_says(django_assert_num_queries):
    draft = make_draft_quote()
    assert told(read_lines(draft)) == joined(draft)
    with django_assert_num_queries(1):
        assert told(read_lines(draft))


def test_a_product_that_was_renamed_has_its_new_name():
    draft = make_draft_quote()
    read_lines(draft)
    Product.objects.update(name="Another name")
    assert {line.price.product.name for line in read_lines(draft)} == {"Another name"}


def test_what_is_kept_is_nobodys_to_change():
    draft = make_draft_quote()
    for line in read_lines(draft):
        line.price.key = "other"
        if line.part:
            line.part.required = None
    assert told(read_lines(draft)) == joined(draft)
    assert {line.part.required for line in read_lines(draft) if line.part} <= {True, False}


def test_of_a_book_that_may_still_change_nothing_is_kept(monkeypatch):
    draft = make_draft_quote()
    draft.price_book.sha256 = ""
    monkeypatch.setattr("quotes.queries.lines.kept_contents", None)
    assert told(read_lines(draft)) == joined(draft)
