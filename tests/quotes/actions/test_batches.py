"""Several lines at once: one value for all, all off, one step to take back."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict, Invalid, Refused
from quotes.actions.batches import Bulk, edit_lines, remove_lines
from quotes.actions.drafts import edit_version
from quotes.actions.lines import edit_line
from quotes.actions.outline import add_text
from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from quotes.queries.steps import content_of
from tests.factories import AT, make_draft_quote
from tests.quotes.configured import contents, line_of, make_ruled_quote, set_seats
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db


def now_of(version: QuoteVersion) -> tuple:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    return content_of(fresh), fresh.committed_total, fresh.edit_number


def test_the_same_fields_change_on_all_chosen_lines_in_one_step(ada):
    version = a_draft(ada, keys=("platform", "seats", "seats", "onboarding"))
    before = content_of(version)
    done = edit_lines(
        version, keys=["seats", "seats-2"], by=ada, at=AT, quantity=Decimal(60), discount_percent=Decimal("12.5")
    )
    assert done == Bulk(2, ())
    assert [(line_of(version, key).discount_percent) for key in ("platform", "seats", "seats-2")] == [
        0,
        Decimal("12.5"),
        Decimal("12.5"),
    ]
    assert contents(version) == {"platform": "1", "seats": "60", "seats-2": "60", "onboarding": "1"}
    fresh = QuoteVersion.objects.get(pk=version.pk)
    assert undo(fresh, by=ada, at=AT).said == "quantity of Seats 25 → 60 and 3 more"
    assert content_of(QuoteVersion.objects.get(pk=version.pk)) == before


def test_a_line_without_the_field_stays_and_is_named(ada):
    version = make_draft_quote()
    done = edit_lines(version, keys=["seats", "tokens", "prepaid"], by=ada, at=AT, discount_percent=Decimal(10))
    assert done == Bulk(2, ("Prepaid credits",))
    done = edit_lines(version_of(version), keys=["seats", "tokens"], by=ada, at=AT, quantity=Decimal(50))
    assert done == Bulk(1, ("Model tokens",))


def version_of(version: QuoteVersion) -> QuoteVersion:
    return QuoteVersion.objects.get(pk=version.pk)


def test_who_is_strict_hears_of_lines_without_the_field_and_nothing_changes(ada):
    version = make_draft_quote()
    before = now_of(version)
    with pytest.raises(Invalid) as caught:
        edit_lines(version, keys=["seats", "tokens"], by=ada, at=AT, strict=True, quantity=Decimal(50))
    assert caught.value.errors == {"lines.tokens": "Model tokens: it has nothing of the kind; leave it out."}
    assert now_of(version) == before


def test_quantity_and_discount_hold_from_a_later_year_and_credits_stay(ada):
    version = make_draft_quote()
    edit_version(version, by=ada, at=AT, months=36)
    before = content_of(version_of(version))
    done = edit_lines(
        version_of(version), keys=["platform", "seats", "prepaid"], by=ada, at=AT, year=2, discount_percent=Decimal(5)
    )
    assert (done, line_of(version, "seats").years) == (Bulk(2, ("Prepaid credits",)), {"2": {"discount_percent": "5"}})
    assert line_of(version, "seats").discount_percent == 0
    undo(version_of(version), by=ada, at=AT)
    assert content_of(version_of(version)) == before
    with pytest.raises(Invalid) as caught:
        edit_lines(version_of(version), keys=["seats"], by=ada, at=AT, year=4, quantity=Decimal(5))
    sentence = "The term is 36 months, so it has no year 4; make it longer than 36 months, or leave that year empty."
    assert caught.value.errors == {"lines.seats": f"Seats: {sentence}"}


def test_months_of_the_discount_and_the_section_go_with_all_in_their_order(ada):
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    version = add_text(version, kind="section", text="Core", by=ada, at=AT)
    edit_lines(
        version,
        keys=["seats", "platform"],
        by=ada,
        at=AT,
        section="section",
        discount_percent=Decimal(5),
        discount_to=6,
    )
    assert contents_of(version) == ["onboarding", "platform", "seats"]
    assert [line.discount_to for line in version.lines.order_by("position")] == [None, 6, 6]
    before = now_of(version)
    for changes in ({"section": "gone"}, {"discount_from": 7, "discount_to": 6}):
        with pytest.raises(Invalid):
            edit_lines(version_of(version), keys=["seats"], by=ada, at=AT, **changes)
    assert now_of(version) == before


def test_lines_are_made_optional_together_with_what_applies_to_them(ada):
    version = make_draft_quote()
    before = now_of(version)
    with pytest.raises(Invalid) as caught:
        edit_lines(version, keys=["seats", "tokens"], by=ada, at=AT, optional=True)
    assert caught.value.errors == {
        "lines.tokens": "Model tokens: “Prepaid credits” applies to this line; remove that first."
    }
    assert now_of(version) == before
    assert edit_lines(version, keys=["tokens", "prepaid"], by=ada, at=AT, optional=True) == Bulk(2, ())
    with pytest.raises(Invalid) as caught:
        edit_lines(version_of(version), keys=["prepaid"], by=ada, at=AT, optional=False)
    assert list(caught.value.errors) == ["lines.prepaid"]


def test_a_value_that_one_line_does_not_take_changes_none(ada):
    version = make_ruled_quote()
    before = now_of(version)
    with pytest.raises(Invalid) as caught:
        edit_lines(version, keys=["seats", "basic"], by=ada, at=AT, discount_percent=Decimal(50))
    assert caught.value.errors == {
        "lines.seats": "Seats: The discount is 40 % at most; this makes 50 %."
        " The price is USD 20.00 at least; this makes USD 15.00."
    }
    for keys in ([], ["seats", "gone"]):
        with pytest.raises(Invalid):
            edit_lines(version, keys=keys, by=ada, at=AT, discount_percent=Decimal(5))
    assert now_of(version) == before


def test_a_quantity_that_a_rule_sets_is_not_changed(ada):
    version = set_seats(make_ruled_quote(), 120)
    with pytest.raises(Invalid) as caught:
        edit_lines(version, keys=["seats", "audit"], by=ada, at=AT, quantity=Decimal(100))
    assert caught.value.errors == {
        "lines.audit": "Audit log: A rule sets this quantity: Teams over 50 seats are audited."
    }
    assert contents(version)["seats"] == "120"


def test_lines_go_together_and_come_back_in_one_step(ada):
    version = make_draft_quote()
    before = content_of(version)
    assert remove_lines(version, keys=["tokens", "prepaid"], by=ada, at=AT) == Bulk(2, ())
    assert list(contents_of(version)) == ["platform", "seats"]
    undo(version_of(version), by=ada, at=AT)
    assert content_of(version_of(version)) == before


def contents_of(version: QuoteVersion) -> list[str]:
    return list(version.lines.order_by("position").values_list("key", flat=True))


def test_what_another_line_needs_does_not_go(ada):
    version = make_draft_quote()
    with pytest.raises(Refused) as caught:
        remove_lines(version, keys=["seats", "tokens"], by=ada, at=AT)
    assert caught.value.sentence == "“Prepaid credits” applies to this line; remove that first."
    assert contents_of(version) == ["platform", "seats", "tokens", "prepaid"]


def test_edits_of_other_fields_go_through_beside_and_of_the_same_do_not(ada):
    version = a_draft(ada, keys=("platform", "seats"))
    old = version.edit_number
    edit_line(line_of(version, "seats"), by=ada, at=AT, edit_number=old, quantity=Decimal(9))
    edit_lines(version, keys=["platform", "seats"], by=ada, at=AT, edit_number=old, discount_percent=Decimal(5))
    before = now_of(version)
    for write in (
        lambda: edit_lines(version, keys=["platform", "seats"], by=ada, at=AT, edit_number=old, quantity=Decimal(7)),
        lambda: remove_lines(version, keys=["seats"], by=ada, at=AT, edit_number=old),
    ):
        with pytest.raises(Conflict):
            write()
    assert now_of(version) == before


@pytest.mark.parametrize("person", ["ben", "eve"])
def test_nobody_else_does_it(person, request, ada):
    version = a_draft(ada)
    someone = request.getfixturevalue(person)
    before = now_of(version)
    for write in (
        lambda: edit_lines(version, keys=["seats"], by=someone, at=AT, quantity=Decimal(7)),
        lambda: remove_lines(version, keys=["seats"], by=someone, at=AT),
    ):
        with pytest.raises(Refused):
            write()
    assert now_of(version) == before


def test_a_rule_would_bring_its_line_back(ada):
    version = set_seats(make_ruled_quote(), 60)
    with pytest.raises(Refused) as caught:
        remove_lines(version, keys=["basic", "audit"], by=ada, at=AT)
    assert caught.value.sentence == "A rule of the price book adds this line: Teams over 50 seats are audited."
    assert contents_of(version) == ["seats", "basic", "audit"]


def test_many_lines_take_no_more_queries(ada):
    counts = []
    for copies in (2, 6):
        version = a_draft(ada, keys=("seats",) * copies)
        keys = contents_of(version)
        with CaptureQueriesContext(connection) as queries:
            edit_lines(version, keys=keys, by=ada, at=AT, quantity=Decimal(7), optional=False, discount_to=6)
        counts.append(len(queries))
    assert counts[0] == counts[1]
