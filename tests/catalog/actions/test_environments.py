"""Environments hold their own books; a reviewed version goes from one to the next."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from catalog import queries
from catalog.actions.books import promote_book, publish_book, start_version
from catalog.actions.code import apply_catalog
from catalog.models import PriceBook
from core.errors import Refused
from tests.catalog.books import read_mapping, small
from tests.factories import AT, make_book


def draft_in(environment, by, **facts) -> PriceBook:
    content = small()
    content["books"][0] |= {"environment": environment, **facts}
    [book] = apply_catalog(read_mapping(content), by=by, at=AT).books
    return book


def test_each_environment_has_its_own_versions_and_draft(pia):
    book = make_book()
    draft = draft_in("development", pia)
    assert (str(draft), draft.address) == ("tests v1 (development)", "development.tests")
    assert str(start_version(book, by=pia, at=AT)) == "tests v2"
    assert PriceBook.objects.filter(status="draft").count() == 2


def test_a_published_version_is_promoted_step_by_step_with_the_same_hash(pia, fay):
    book = publish_book(draft_in("development", pia), by=fay, at=AT)
    staged = promote_book(book, to="staging", by=pia, at=AT)
    assert (staged.environment, staged.version, staged.status) == ("staging", 1, "draft")
    with pytest.raises(Refused, match="a second person publishes it"):
        publish_book(staged, by=pia, at=AT)
    staged = publish_book(staged, by=fay, at=AT)
    sold = publish_book(promote_book(staged, to="production", by=pia, at=AT), by=fay, at=AT)
    assert sold.sha256 == staged.sha256 == book.sha256
    assert queries.published_book("USD", date(2026, 11, 24)) == sold


@pytest.mark.parametrize(
    ("environment", "published", "to", "said"),
    [
        ("development", True, "production", "is in development and goes to staging next"),
        ("production", True, "staging", "is in production and is where it ends up"),
        ("development", False, "staging", "is draft; a published version, reviewed by a second person, is promoted"),
    ],
)
def test_what_is_not_reviewed_or_skips_a_step_stays(pia, fay, environment, published, to, said):
    book = draft_in(environment, pia)
    if published:
        publish_book(book, by=fay, at=AT)
        book.refresh_from_db()
    with pytest.raises(Refused, match=said):
        promote_book(book, to=to, by=pia, at=AT)
    assert PriceBook.objects.count() == 1


def test_a_version_is_promoted_once_and_not_beside_a_draft(pia, fay):
    book = publish_book(draft_in("development", pia), by=fay, at=AT)
    promote_book(book, to="staging", by=pia, at=AT)
    with pytest.raises(Refused, match=r"already in staging \(draft\)"):
        promote_book(book, to="staging", by=pia, at=AT)
    second = publish_book(start_version(book, by=pia, at=AT), by=fay, at=AT)
    with pytest.raises(Refused, match=r"tests v1 \(staging\) is already open as a draft"):
        promote_book(second, to="staging", by=pia, at=AT)


def test_promotion_by_command(pia, fay, capsys):
    publish_book(draft_in("development", pia), by=fay, at=AT)
    call_command("catalog", "promote", "tests@1", "--to", "staging", "--by", "pia")
    assert capsys.readouterr().out == (
        "+ book tests v1 (staging), a draft with the content of tests v1 (development). Somebody else publishes it.\n"
    )
    call_command("catalog", "export", "staging.tests@1")
    assert "environment: staging" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is draft; a published version"):
        call_command("catalog", "promote", "tests@1", "--to", "production", "--by", "pia")
    with pytest.raises(CommandError, match="may not edit the catalog"):
        call_command("catalog", "promote", "tests@1", "--to", "staging", "--by", "fay")


def test_the_settings_say_where_is_sold_from(pia, fay, settings):
    book = make_book()
    staged = publish_book(draft_in("staging", pia), by=fay, at=AT)
    day = date(2026, 11, 24)
    assert queries.published_book("USD", day) == book
    settings.PRICE_ENVIRONMENT = "staging"
    assert queries.published_book("USD", day) == staged


def test_a_book_is_in_force_to_its_last_day(pia, fay):
    book = publish_book(draft_in("production", pia, effective_to=date(2026, 6, 30)), by=fay, at=AT)
    assert queries.published_book("USD", date(2026, 6, 30)) == book
    assert queries.published_book("USD", date(2026, 7, 1)) is None


def test_the_database_keeps_days_in_order_and_environments_apart(pia):
    book = draft_in("production", pia)
    with pytest.raises(IntegrityError, match="book_effective_days_in_order"), transaction.atomic():
        PriceBook.objects.filter(pk=book.pk).update(effective_to=date(2020, 1, 1))
    with pytest.raises(IntegrityError, match="book_one_draft_per_code"), transaction.atomic():
        PriceBook.objects.create(code="tests", version=2, name="x", currency="USD", effective_from=date(2026, 1, 1))
