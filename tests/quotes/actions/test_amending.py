"""Changes of a contract: new quotes at its own prices that take its place once, and what they do to the money."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.actions import delivering
from billing.models import LedgerContract
from billing.queries import handoff
from catalog.models import Package
from core.errors import Forbidden, Invalid, Refused
from pricing import Terms
from quotes.actions.amending import start_change
from quotes.actions.drafts import edit_version
from quotes.actions.lines import add_package, edit_line
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.models import Contract, Quote
from quotes.queries.amending import changes_of, difference, kept_of, owed, successor_of
from quotes.queries.priced import priced
from quotes.rules.amending import truncated
from tests.factories import AT, approved, make_accepted_quote, make_seller, make_submitted_quote, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(ada) -> Contract:
    """Twelve months from 1 December 2026: platform 2,500 and 40 seats at 29 a month, 25 % off; 10,000 of credits."""
    return make_accepted_quote()


def accepted(version, by) -> Contract:
    """Through approval, sending and signature."""
    version = approved(submit(version, by=by, at=AT))
    return sign(send(version, by=by, at=AT))


def with_seats(version, seats: int, by):
    line = version.lines.get(key="seats")
    return edit_line(line, by=by, at=AT, quantity=Decimal(seats))


def amendment(contract: Contract, by):
    """60 seats from the fifth month on."""
    return with_seats(start_change(contract, kind="amendment", month=4, by=by, at=AT).version, 60, by)


def test_an_amendment_begins_with_a_month_and_keeps_the_contracts_prices(contract, ada):
    change = start_change(contract, kind="amendment", month=4, by=ada, at=AT)
    version = change.version
    assert (version.start, version.months, version.discount_percent) == (date(2027, 4, 1), 8, Decimal(25))
    assert (version.quote.changes, version.quote.change) == (contract, "amendment")
    assert [line.key for line in version.lines.order_by("position")] == ["platform", "seats", "tokens"]
    assert change.left_out == ("Prepaid credits",)
    assert priced(version, at=AT).problems == ()


def test_what_an_amendment_changes_in_money(contract, ada):
    version = amendment(contract, ada)
    found = difference(version)
    per_month = (2500 + 40 * 29) * Decimal("0.75")
    assert found.before == 12 * per_month + 10000
    assert found.kept == 4 * per_month + 10000
    assert found.after == 8 * (2500 + 60 * 29) * Decimal("0.75")
    assert found.change == 8 * 20 * 29 * Decimal("0.75")
    assert found.credited == Decimal("0.00")


def test_what_was_billed_ahead_is_credited_by_day(ada):
    charge = {
        "kind": "charge",
        "key": "platform",
        "price": {"model": "flat", "fee": "36500"},
        "quantity": {"source": "fixed", "value": "1"},
        "interval": "year",
        "timing": "advance",
    }
    terms = Terms.parse({"currency": "USD", "start": "2026-01-01", "months": 12, "charges": [charge]})
    assert kept(terms, months=3) == (Decimal("9000.00"), Decimal("27500.00"))


def kept(terms, *, months):
    return kept_of(terms, "amendment", truncated(terms, months).end, owed(terms))


def test_it_takes_the_place_of_the_contract_in_one_transaction(contract, ada):
    amended = accepted(
        with_seats(start_change(contract, kind="amendment", month=4, by=ada, at=AT).version, 60, ada), ada
    )
    assert (amended.previous, amended.kind) == (contract, "amendment")
    assert successor_of(contract) == amended
    assert [(row.kind, row.contract) for row in changes_of(contract)] == [("amendment", amended.number)]
    with pytest.raises(Refused, match=f"{amended.number} has taken the place of this contract"):
        start_change(contract, kind="renewal", by=ada, at=AT)


def test_of_two_amendments_one_takes_its_place(contract, ada):
    first = start_change(contract, kind="amendment", month=4, by=ada, at=AT).version
    second = start_change(contract, kind="early_end", month=6, by=ada, at=AT).version
    sent = send(approved(submit(with_seats(second, 41, ada), by=ada, at=AT)), by=ada, at=AT)
    accepted(with_seats(first, 60, ada), ada)
    with pytest.raises(Refused, match="has taken the place of"):
        sign(sent)
    assert Contract.objects.filter(previous=contract).count() == 1
    sent.version.refresh_from_db()
    assert sent.version.status == "sent"


def test_the_database_says_so_too(contract, ada):
    amended = accepted(
        with_seats(start_change(contract, kind="amendment", month=4, by=ada, at=AT).version, 60, ada), ada
    )
    other = make_accepted_quote(customer=contract.customer)
    row = {name: getattr(other, name) for name in ("customer", "terms", "terms_sha256", "sha256", "created_at")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(number="C-X", version_id=amended.version_id, previous=contract, kind="renewal", **row)


def test_a_renewal_begins_where_the_contract_ends(contract, ada):
    version = start_change(contract, kind="renewal", by=ada, at=AT).version
    assert (version.start, version.months) == (date(2027, 12, 1), 12)
    assert "prepaid" in {line.key for line in version.lines.all()}
    assert difference(version).change == difference(version).after
    moved = edit_version(version, by=ada, at=AT, start=date(2028, 1, 1))
    assert [problem.sentence for problem in priced(moved, at=AT).problems] == [
        "A renewal begins where the contract ends, on 2027-12-01."
    ]


def test_an_early_end_has_fewer_months(contract, ada):
    version = start_change(contract, kind="early_end", month=6, by=ada, at=AT).version
    assert (version.start, version.months) == (date(2026, 12, 1), 6)
    assert difference(version).change == -6 * (2500 + 40 * 29) * Decimal("0.75")


def test_an_addition_stands_beside_the_contract_and_ends_with_it(contract, ada):
    version = start_change(contract, kind="addition", month=4, by=ada, at=AT).version
    assert version.lines.count() == 0
    package = Package.objects.get(book=version.price_book, code="requests")
    version = add_package(version, package=package, by=ada, at=AT)
    longer = edit_version(version, by=ada, at=AT, months=9)
    assert "An addition ends with the contract, on 2027-12-01." in [
        problem.sentence for problem in priced(longer, at=AT).problems
    ]
    version = edit_version(longer, by=ada, at=AT, months=8)
    version = edit_version(version, by=ada, at=AT, assumptions={"requests": {"low": "1", "base": "2", "high": "3"}})
    added = accepted(version, ada)
    assert (added.previous, added.kind, successor_of(contract)) == (contract, "addition", None)


def test_billing_hears_of_what_is_replaced_after_it_has_it(contract, ada):
    amended = accepted(
        with_seats(start_change(contract, kind="amendment", month=4, by=ada, at=AT).version, 60, ada), ada
    )
    assert delivering.deliver(amended.number, at=AT).state == "queued"
    delivering.deliver(contract.number, at=AT)
    delivering.deliver(amended.number, at=AT)
    assert list(LedgerContract.objects.order_by("pk").values_list("contract", "replaces")) == [
        (contract.number, ""),
        (amended.number, contract.number),
    ]
    replaces = handoff.order_of(handoff.whole_contract(amended.number)).replaces
    assert (replaces.reference, replaces.on, replaces.kind) == ("L-2026-0001", date(2027, 4, 1), "amendment")


def test_months_and_people_that_cannot(contract, ada, ben):
    for month in (0, 12, 40):
        with pytest.raises(Invalid, match="after 1 to 11 months"):
            start_change(contract, kind="amendment", month=month, by=ada, at=AT)
    with pytest.raises(Forbidden):
        start_change(contract, kind="renewal", by=ben, at=AT)
    assert Quote.objects.filter(changes=contract).count() == 0


def test_the_contract_is_made_at_approval_where_the_seller_wants_it_so(ada):
    make_seller(contract_at="approval")
    version = approved(make_submitted_quote())
    contract = Contract.objects.get(version=version)
    assert contract.terms == version.terms
    with pytest.raises(Refused, match="has not accepted this contract yet"):
        start_change(contract, kind="renewal", by=ada, at=AT)
    signed = sign(send(version, by=ada, at=AT))
    assert signed == contract
    assert delivering.deliver(contract.number, at=AT).state == "created"
