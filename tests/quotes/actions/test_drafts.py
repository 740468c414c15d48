from datetime import date
from decimal import Decimal

import pytest

from catalog.actions.books import start_version
from core.audit import history
from core.errors import Conflict, Forbidden, Invalid, Refused
from quotes.actions.drafts import create_quote, edit_version, first_of_next_month
from quotes.models import Quote, QuoteVersion
from tests.conftest import make_person
from tests.factories import AT, make_book, make_customer, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db


def test_a_new_quote_has_a_number_an_owner_and_a_first_draft(ada):
    customer = make_customer(payment_days=45)
    version = create_quote(customer=customer, by=ada, at=AT)
    quote = version.quote
    assert (quote.number, quote.owner, quote.contact.name) == ("Q-2026-0001", ada, "Cleo Hartmann")
    assert (version.number, version.status, version.title) == (1, "draft", "Offer for Acme")
    assert (version.start, version.valid_until, version.payment_days) == (date(2026, 12, 1), date(2026, 12, 24), 45)
    assert version.expires_at.isoformat() == "2026-12-25T08:00:00+00:00"
    assert version.price_book == make_book()
    assert [entry.verb for entry in history("quote:Q-2026-0001")] == ["create_quote"]


def test_numbers_have_no_gap(ada):
    customer = make_customer()
    with pytest.raises(Invalid):
        create_quote(customer=customer, by=ada, at=AT, months=0)
    numbers = [create_quote(customer=customer, by=ada, at=AT).quote.number for _ in range(2)]
    assert numbers == ["Q-2026-0001", "Q-2026-0002"]


def test_without_a_price_book_in_the_currency_there_is_no_quote(ada):
    customer = make_customer(currency="EUR")
    with pytest.raises(Invalid) as caught:
        create_quote(customer=customer, by=ada, at=AT)
    assert caught.value.errors == {
        "book": "No price book in EUR is published for 2026-11-24; pricing must publish one."
    }
    assert not Quote.objects.exists()


def test_quotes_are_made_from_published_books(ada, pia):
    customer, draft = make_customer(), start_version(make_book(), by=make_person("pia"), at=AT)
    with pytest.raises(Invalid) as caught:
        create_quote(customer=customer, by=ada, at=AT, book=draft)
    assert caught.value.errors == {"book": "tests v2 is draft; quotes are made from published price books."}


def test_a_long_name_still_makes_a_title(ada):
    version = create_quote(customer=make_customer(name="N" * 120), by=ada, at=AT)
    assert version.title == f"Offer for {'N' * 110}"


@pytest.mark.parametrize("person", ["ben", "fay", "pia", "ivo", "dan"])
def test_only_sellers_start_quotes(person, request):
    with pytest.raises(Forbidden):
        create_quote(customer=make_customer(), by=request.getfixturevalue(person), at=AT)
    assert not Quote.objects.exists()


@pytest.mark.parametrize(
    ("day", "first"), [(date(2026, 11, 24), date(2026, 12, 1)), (date(2026, 12, 31), date(2027, 1, 1))]
)
def test_first_of_next_month(day, first):
    assert first_of_next_month(day) == first


def test_edits_change_only_what_they_name(ada):
    draft = make_draft_quote()
    done = edit_version(draft, by=ada, at=AT, months=24, discount_percent=Decimal("12.5"))
    fresh = QuoteVersion.objects.get(pk=draft.pk)
    assert (fresh.months, fresh.discount_percent, fresh.title) == (24, Decimal("12.5"), "Agent platform")
    assert (fresh.edit_number, done.edit_number) == (draft.edit_number + 1, draft.edit_number + 1)
    assert fresh.forecast_run.months == 24
    assert fresh.committed_total == Decimal("86_860.00")  # (2500 + 40 x 29) x 24 x 0.875, and 10,000 for credits
    entry = history(f"quote:{draft.quote.number}").last()
    assert entry.data == {
        "version": 1,
        "changes": {"months": [12, 24], "discount_percent": ["0.0000", "12.5"]},
    }


def test_all_wrong_fields_are_named_at_once_and_nothing_changes(ada):
    draft = make_draft_quote()
    with pytest.raises(Invalid) as caught:
        edit_version(draft, by=ada, at=AT, months=0, discount_percent=Decimal(101), title="New")
    assert sorted(caught.value.errors) == ["discount_percent", "months"]
    fresh = QuoteVersion.objects.get(pk=draft.pk)
    assert (fresh.title, fresh.edit_number) == (draft.title, draft.edit_number)


def test_a_stale_edit_overwrites_nothing(ada):
    draft = make_draft_quote()
    edit_version(draft, by=ada, at=AT, title="First")
    with pytest.raises(Conflict) as caught:
        edit_version(draft, by=ada, at=AT, title="Second")
    assert caught.value.sentence == (
        "Somebody else edited this draft meanwhile. Nothing was overwritten; look at it again, then repeat your change."
    )
    assert QuoteVersion.objects.get(pk=draft.pk).title == "First"


def test_the_edit_number_that_was_looked_at_counts(ada):
    draft = make_draft_quote()
    with pytest.raises(Conflict):
        edit_version(draft, by=ada, at=AT, edit_number=draft.edit_number + 1, title="No such page")
    done = edit_version(draft, by=ada, at=AT, edit_number=draft.edit_number, title="New page")
    assert done.title == "New page"


def test_only_drafts_are_edited(ada):
    version = make_submitted_quote()
    with pytest.raises(Refused) as caught:
        edit_version(version, by=ada, at=AT, title="Late")
    assert caught.value.sentence == "This version is submitted; only a draft can be edited. Revise it instead."


@pytest.mark.parametrize("person", ["ben", "fay", "pia", "ivo", "dan", "eve"])
def test_only_the_seller_edits(person, request):
    draft = make_draft_quote()
    with pytest.raises(Refused):
        edit_version(draft, by=request.getfixturevalue(person), at=AT, title="Mine")
    assert QuoteVersion.objects.get(pk=draft.pk).title == draft.title


def test_an_assumption_stands_in_for_missing_history(ada):
    draft = make_draft_quote(customer=make_customer("newcomer", history=False))
    assert draft.forecast_run.gaps != []
    levels = {"low": "100000000", "base": "200000000", "high": "400000000"}
    named = {"tokens|direction=input": levels, "tokens|direction=output": levels}
    done = edit_version(draft, by=ada, at=AT, assumptions=named)
    assert (done.forecast_run.gaps, done.forecast_run.basis) == ([], "assumption")
