"""Sections and notes of a draft: adding, moving, removing; undo, merging, and what is frozen."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from core.errors import Conflict, Invalid
from quotes.actions.lines import add_price, edit_line, remove_line
from quotes.actions.outline import add_text, edit_text, move_row, move_section, move_to_section, remove_text
from quotes.actions.undoing import redo, undo
from quotes.actions.versions import revise, submit, withdraw
from quotes.models import QuoteVersion
from quotes.queries.priced import priced
from quotes.queries.steps import content_of, history
from quotes.rules.outline import ordered
from tests.factories import AT, make_draft_quote
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db


def order(version: QuoteVersion) -> str:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    return " ".join(ordered(dict(fresh.lines.values_list("key", "position")), fresh.texts))


def sectioned(ada) -> QuoteVersion:
    """section (Platform): platform; section-2 (People): seats, note; at the end onboarding."""
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    version = add_text(version, kind="section", text=" Platform ", by=ada, at=AT)
    version = move_row(version, key="section", to=1, by=ada, at=AT)
    version = add_text(version, kind="section", text="People", by=ada, at=AT)
    version = move_to_section(version, key="seats", section="section-2", by=ada, at=AT)
    version = add_text(version, kind="note", text="Seats may be raised at any time.", by=ada, at=AT)
    return move_to_section(version, key="onboarding", section="section-2", by=ada, at=AT)


def test_a_section_has_the_sum_of_its_lines(ada):
    version = sectioned(ada)
    assert order(version) == "section platform section-2 seats note onboarding"
    platform, people, note = priced(version).texts
    assert (platform.text, platform.subtotal.per_period) == ("Platform", (("month", Decimal("2500.00")),))
    assert people.subtotal.per_period == (("month", Decimal("725.00")), ("once", Decimal("12000.00")))
    assert (people.subtotal.committed, people.subtotal.term.p90) == (Decimal("20700.00"), Decimal("20700.00"))
    assert (note.kind, note.subtotal) == ("note", None)
    assert sum(row.subtotal.committed for row in (platform, people)) == priced(version).totals.committed


def test_a_section_with_usage_has_the_band_of_its_sum_in_every_future(ada):
    version = make_draft_quote()
    version = add_text(version, kind="section", text="All", by=ada, at=AT)
    version = move_row(version, key="section", to=1, by=ada, at=AT)
    deal = priced(version)
    whole = deal.texts[0].subtotal
    fixed = sum(row.net_term.p50 for row in deal.lines if not row.metered)
    metered = next(row for row in deal.lines if row.metered)
    assert (whole.metered, whole.committed) == (True, fixed)
    assert whole.term.p90 == fixed + metered.net_term.p90
    assert whole.term.p10 < whole.term.p50 < whole.term.p90


def test_lines_stay_when_their_section_goes_and_every_step_is_undone_and_redone(ada):
    version = sectioned(ada)
    seen = [content_of(version)]
    for write, data in (
        (edit_text, {"key": "note", "text": "Other words."}),
        (move_row, {"key": "section-2", "to": 1}),
        (move_row, {"key": "note", "to": "up"}),
        (remove_text, {"key": "section"}),
        (remove_text, {"key": "note"}),
    ):
        version = write(version, by=ada, at=AT, **data)
        seen.append(content_of(QuoteVersion.objects.get(pk=version.pk)))
    assert order(version) == "section-2 platform seats onboarding"
    for step, contents in ((undo, seen[-2::-1]), (redo, seen[1:])):
        for content in contents:
            version = QuoteVersion.objects.get(pk=version.pk)
            step(version, by=ada, at=AT)
            assert content_of(QuoteVersion.objects.get(pk=version.pk)) == content


def test_undo_says_what_it_takes_back(ada):
    version = sectioned(ada)
    said: list[str] = []
    for write, data in (
        (edit_text, {"key": "section", "text": "Core"}),
        (move_row, {"key": "section-2", "to": 1}),
        (remove_text, {"key": "section"}),
        (add_text, {"kind": "note", "text": "Words."}),
    ):
        version = write(version, by=ada, at=AT, **data)
        said.append(history(version, {}).undo)
    assert said == ["section Platform → Core", "the order of the lines", "removing section Core", "adding a note"]


def test_edits_of_others_merge_where_they_touch_something_else(ada):
    version = sectioned(ada)
    seen = version.edit_number
    edit_line(version.lines.get(key="seats"), quantity=Decimal(7), by=ada, at=AT)
    edit_text(version, key="section", text="Core", by=ada, at=AT, edit_number=seen)
    edit_text(version, key="note", text="Other.", by=ada, at=AT, edit_number=seen)
    with pytest.raises(Conflict):
        edit_text(version, key="section", text="Base", by=ada, at=AT, edit_number=seen)
    with pytest.raises(Conflict):
        remove_text(version, key="note", by=ada, at=AT, edit_number=seen)
    fresh = QuoteVersion.objects.get(pk=version.pk)
    assert sorted(text["text"] for text in fresh.texts.values()) == ["Core", "Other.", "People"]


def test_what_cannot_be_taken_changes_nothing(ada):
    version = sectioned(ada)
    for write, data, field in (
        (add_text, {"kind": "section", "text": "  "}, "text"),
        (add_text, {"kind": "note", "text": "x" * 501}, "text"),
        (edit_text, {"key": "section", "text": ""}, "text"),
        (move_row, {"key": "seats", "to": 7}, "to"),
        (move_to_section, {"key": "seats", "section": "note"}, "section"),
    ):
        with pytest.raises(Invalid) as caught:
            write(version, by=ada, at=AT, **data)
        assert list(caught.value.errors) == [field]
    assert order(version) == "section platform section-2 seats note onboarding"
    assert QuoteVersion.objects.get(pk=version.pk).edit_number == version.edit_number


def test_a_key_is_never_shared_by_a_line_and_a_text(ada):
    version = sectioned(ada)
    version = remove_line(version.lines.get(key="onboarding"), by=ada, at=AT)
    price = version.price_book.prices.get(key="onboarding")
    version = add_price(version, price=price, by=ada, at=AT)
    version = add_text(version, kind="note", text="Words.", by=ada, at=AT)
    assert order(version) == "section platform section-2 seats note onboarding note-2"


def test_submitting_freezes_the_outline_and_a_revision_takes_it_along(ada):
    version = sectioned(ada)
    frozen = submit(version, by=ada, at=AT + timedelta(hours=1))
    outline = json.loads(frozen.snapshot)["outline"]
    assert [row.get("key") or row["text"] for row in outline] == [
        *("Platform", "platform", "People", "seats", "Seats may be raised at any time.", "onboarding")
    ]
    assert outline[2] == {
        "kind": "section",
        "text": "People",
        "per_period": [{"interval": "month", "amount": "725.00"}, {"interval": "once", "amount": "12000.00"}],
        "term": "20700.00",
        "metered": False,
    }
    withdraw(frozen, by=ada, at=AT + timedelta(hours=2))
    again = revise(frozen, by=ada, at=AT + timedelta(hours=3))
    assert (again.texts, order(again)) == (frozen.texts, order(frozen))


def test_other_words_make_another_hash(ada):
    version, other = sectioned(ada), sectioned(ada)
    other = edit_text(other, key="note", text="Seats may be lowered at any time.", by=ada, at=AT)
    one, two = (submit(each, by=ada, at=AT + timedelta(hours=1)) for each in (version, other))
    assert one.terms == two.terms
    assert one.sha256 != two.sha256


def test_a_section_goes_with_its_lines_in_one_step_that_can_be_undone(ada):
    version = sectioned(ada)
    version = move_section(version, key="section", to="down", by=ada, at=AT)
    assert order(version) == "section-2 seats note onboarding section platform"
    assert move_section(version, key="section", to="down", by=ada, at=AT).change == {}
    version = undo(QuoteVersion.objects.get(pk=version.pk), by=ada, at=AT)
    assert order(version) == "section platform section-2 seats note onboarding"
    version = redo(version, by=ada, at=AT)
    version = move_section(version, key="section", to=1, by=ada, at=AT)
    assert order(version) == "section platform section-2 seats note onboarding"


@pytest.mark.parametrize(
    ("key", "to", "why"),
    [
        ("section", 3, "The quote has the sections 1 to 2."),
        ("section", 0, "The quote has the sections 1 to 2."),
        ("note", 1, "This section is not on the quote any more."),
        ("seats", 1, "This section is not on the quote any more."),
    ],
)
def test_a_place_that_is_none_moves_nothing(ada, key, to, why):
    version = sectioned(ada)
    with pytest.raises(Invalid, match=why):
        move_section(version, key=key, to=to, by=ada, at=AT)
    assert order(version) == "section platform section-2 seats note onboarding"
