"""Taking edits back and making them again; edits of several people on one draft."""

from decimal import Decimal

import pytest

from catalog.models import Package, Price
from core.errors import Conflict, Invalid, Refused
from quotes.actions.drafts import edit_version
from quotes.actions.lines import add_package, add_price, edit_line, remove_line
from quotes.actions.outline import move_row
from quotes.actions.undoing import redo, undo
from quotes.models import QuoteVersion
from quotes.queries.steps import content_of
from tests.factories import AT
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db


def now_of(version: QuoteVersion) -> tuple:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    return content_of(fresh), fresh.expires_at, fresh.committed_total


def act(version: QuoteVersion, write, thing=None, **rest) -> None:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    write(thing or fresh, at=AT, edit_number=fresh.edit_number, **rest)


def line(version: QuoteVersion, key: str = "seats"):
    return version.lines.get(key=key)


def test_sixty_edits_are_taken_back_one_by_one_and_made_again(ada):
    version = a_draft(ada, keys=())
    book = version.price_book
    seen = [now_of(version)]

    def do(write, thing=None, **rest):
        act(version, write, thing, by=ada, **rest)
        seen.append(now_of(version))

    do(add_package, package=Package.objects.get(code="requests"))
    for key in ("seats", "onboarding", "platform"):
        do(add_price, price=Price.objects.get(book=book, key=key))
    for number in range(50):
        do(edit_line, line(version), quantity=Decimal(100 + number))
    do(edit_line, line(version), discount_percent=Decimal("12.5"), prices={"unit": Decimal(27)})
    do(edit_version, months=24, discount_percent=Decimal(3), title="Other")
    do(edit_version, valid_until=version.valid_until.replace(day=28))
    do(move_row, key="seats", to=1)
    do(remove_line, line(version))
    do(remove_line, line(version, "onboarding"))
    assert len(seen) == 61
    for before in reversed(seen[:-1]):
        act(version, undo, by=ada)
        assert now_of(version) == before
    with pytest.raises(Refused):
        act(version, undo, by=ada)
    for after in seen[1:]:
        act(version, redo, by=ada)
        assert now_of(version) == after
    with pytest.raises(Refused):
        act(version, redo, by=ada)


def test_a_new_edit_ends_what_could_be_made_again(ada):
    version = a_draft(ada)
    act(version, edit_version, by=ada, months=24)
    act(version, edit_version, by=ada, months=36)
    act(version, undo, by=ada)
    act(version, edit_version, by=ada, title="Other")
    with pytest.raises(Refused):
        act(version, redo, by=ada)
    act(version, undo, by=ada)
    act(version, undo, by=ada)
    fresh = QuoteVersion.objects.get(pk=version.pk)
    assert (fresh.title, fresh.months) == ("Agent platform", 12)


def test_an_undo_is_an_edit_in_the_open(ada):
    version = a_draft(ada)
    before = QuoteVersion.objects.get(pk=version.pk).edit_number
    act(version, edit_line, line(version), by=ada, quantity=Decimal(9))
    assert undo(version, by=ada, at=AT, edit_number=before + 1).said == "quantity of Seats 25 → 9"
    assert QuoteVersion.objects.get(pk=version.pk).edit_number == before + 2
    assert redo(version, by=ada, at=AT, edit_number=before + 2).said == "quantity of Seats 25 → 9"


def test_different_fields_of_one_line_merge(ada):
    version = a_draft(ada)
    old = version.edit_number
    mine, theirs = line(version), line(version)
    edit_line(theirs, by=ada, at=AT, edit_number=old, discount_percent=Decimal(5))
    edit_line(mine, by=ada, at=AT, edit_number=old, quantity=Decimal(9))
    edit_version(version, by=ada, at=AT, edit_number=old, months=24)
    add_price(
        version, price=Price.objects.get(book=version.price_book, key="onboarding"), by=ada, at=AT, edit_number=old
    )
    fresh = QuoteVersion.objects.get(pk=version.pk)
    seats = line(version)
    assert (seats.discount_percent, seats.component["quantity"]["value"], fresh.months) == (Decimal(5), "9", 24)
    assert fresh.edit_number == old + 4


def test_the_same_field_is_a_conflict_and_changes_nothing(ada):
    version = a_draft(ada)
    old = version.edit_number
    edit_line(line(version), by=ada, at=AT, edit_number=old, quantity=Decimal(9))
    before = now_of(version)
    for write in (
        lambda: edit_line(line(version), by=ada, at=AT, edit_number=old, quantity=Decimal(7)),
        lambda: remove_line(line(version), by=ada, at=AT, edit_number=old),
        lambda: undo(version, by=ada, at=AT, edit_number=old),
        lambda: edit_line(line(version), by=ada, at=AT, edit_number=old + 9, discount_percent=Decimal(7)),
    ):
        with pytest.raises(Conflict):
            write()
    assert now_of(version) == before


def test_what_an_undo_moved_is_a_conflict_too(ada):
    version = a_draft(ada)
    act(version, edit_line, line(version), by=ada, quantity=Decimal(9))
    old = QuoteVersion.objects.get(pk=version.pk).edit_number
    act(version, undo, by=ada)
    with pytest.raises(Conflict):
        edit_line(line(version), by=ada, at=AT, edit_number=old, quantity=Decimal(8))
    edit_line(line(version), by=ada, at=AT, edit_number=old, discount_percent=Decimal(8))
    assert line(version).discount_percent == Decimal(8)


def test_a_refused_edit_leaves_no_step(ada):
    version = a_draft(ada)
    steps = list(version.steps.values_list("edit_number", flat=True))
    with pytest.raises(Invalid):
        act(version, edit_line, line(version), by=ada, quantity=Decimal(-1))
    assert list(version.steps.values_list("edit_number", flat=True)) == steps
