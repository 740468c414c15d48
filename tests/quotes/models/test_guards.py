"""What the database itself refuses, whoever writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from quotes.models import Acceptance, Approval, Contract, QuoteLine, QuoteVersion, VersionMargin
from quotes.rules.transitions import Status, pairs
from tests.factories import AT, make_accepted_quote, make_draft_quote, make_sent_quote, make_submitted_quote

pytestmark = pytest.mark.django_db


@contextmanager
def refused(*words: str) -> Iterator[None]:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert [word for word in words if word not in str(caught.value)] == []


def test_the_trigger_allows_what_the_table_allows():
    """Every pair of statuses, with the other constraints out of the way."""
    version = make_submitted_quote()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'quotes_quoteversion'::regclass AND contype = 'c'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE quotes_quoteversion DROP CONSTRAINT "{name}"')
    allowed = set()
    for old in Status:
        force(version, old)
        for new in set(Status) - {old}:
            if moves(version, new):
                allowed.add((old.value, new.value))
                force(version, old)
    assert allowed == pairs()


def force(version: QuoteVersion, status: Status) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE quotes_quoteversion DISABLE TRIGGER quotes_version_guard")
        cursor.execute("UPDATE quotes_quoteversion SET status = %s WHERE id = %s", [status, version.pk])
        cursor.execute("ALTER TABLE quotes_quoteversion ENABLE TRIGGER quotes_version_guard")


def moves(version: QuoteVersion, status: Status) -> bool:
    try:
        with transaction.atomic():
            return QuoteVersion.objects.filter(pk=version.pk).update(status=status) == 1
    except DatabaseError as error:
        if "A version cannot go from" not in str(error):
            raise
        return False


FROZEN = {
    "title": "Other",
    "months": 13,
    "discount_percent": Decimal(99),
    "terms": "{}",
    "snapshot": "{}",
    "sha256": "0" * 64,
    "payment_days": 1,
    "expires_at": AT,
    "editor_ids": [],
    "committed_total": Decimal(1),
    "edit_number": 99,
}


@pytest.mark.parametrize("field", FROZEN)
def test_a_submitted_version_is_frozen(field):
    version = make_submitted_quote()
    with refused("A submitted version is frozen."):
        QuoteVersion.objects.filter(pk=version.pk).update(**{field: FROZEN[field]})


def test_a_submitted_version_and_its_lines_stay():
    version = make_submitted_quote()
    line = version.lines.order_by("position")[0]
    with refused("The lines of a submitted version are frozen."):
        QuoteLine.objects.filter(pk=line.pk).update(discount_percent=Decimal(50))
    with refused("The lines of a submitted version are frozen."):
        QuoteLine.objects.filter(pk=line.pk).delete()
    with refused("The lines of a submitted version are frozen."):
        line.pk, line.key, line.position = None, "more", 99
        line.save(force_insert=True)
    with refused(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM quotes_quoteversion WHERE id = %s", [version.pk])


def test_lines_do_not_move_to_another_version():
    submitted = make_submitted_quote()
    draft = make_draft_quote(customer=submitted.quote.customer)
    with refused("frozen"):
        QuoteLine.objects.filter(version=draft).update(version=submitted)


def test_nobody_decides_on_their_own_version_even_in_sql(ada, ben):
    version = make_submitted_quote()
    approval = Approval.objects.filter(version=version)
    decided = {"decision": "approve", "decided_at": AT}
    with refused("Nobody decides on a version that they created, edited or submitted."):
        approval.update(decided_by=ada, **decided)
    assert approval.update(decided_by=ben, **decided) == 1
    with refused("A decision is final."):
        approval.update(decision="reject", comment="No.")
    with refused("An approval cannot be deleted."), connection.cursor() as cursor:
        cursor.execute("DELETE FROM quotes_approval")


def test_an_approval_carries_the_hash_of_its_version():
    version = make_submitted_quote()
    with refused("An approval is bound to the hash of its version."):
        Approval.objects.create(version=version, rule="other", reason="x", role="finance", sha256="0" * 64, asked_at=AT)


def test_a_decision_needs_a_submitted_version(ben):
    version = make_sent_quote().version
    with refused("Only a submitted version can be decided on."):
        Approval.objects.create(
            version=version,
            rule="late",
            reason="x",
            role="deal_desk",
            sha256=version.sha256,
            asked_at=AT,
            decision="approve",
            decided_by=ben,
            decided_at=AT,
        )


def test_acceptance_contract_and_margin_are_never_changed():
    make_accepted_quote()
    for model, change in ((Acceptance, {"name": "X"}), (Contract, {"terms": "{}"}), (VersionMargin, {"priced": {}})):
        with refused("is a promise: it is never changed or deleted."):
            model.objects.update(**change)
        with refused(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def test_a_contract_carries_the_hash_of_its_version():
    version = make_sent_quote().version
    with refused("carries another hash than its version"):
        Contract.objects.create(
            number="C-1",
            version=version,
            customer=version.quote.customer,
            terms="{}",
            terms_sha256="0" * 64,
            sha256="0" * 64,
            created_at=AT,
        )


def test_one_contract_per_version():
    contract = make_accepted_quote()
    contract.pk, contract.number = None, "C-2"
    with pytest.raises(IntegrityError), transaction.atomic():
        contract.save(force_insert=True)


def copy(version: QuoteVersion, **fields: object) -> QuoteVersion:
    """A raw second version of the same quote."""
    values = {field.attname: getattr(version, field.attname) for field in QuoteVersion._meta.concrete_fields}
    return QuoteVersion(**{**values, "id": None, "number": 2, **fields})


def test_one_draft_and_one_live_version_per_quote():
    draft = make_draft_quote()
    with pytest.raises(IntegrityError, match="version_one_draft"), transaction.atomic():
        copy(draft).save(force_insert=True)
    live = make_submitted_quote(customer=draft.quote.customer)
    with pytest.raises(IntegrityError, match="version_one_live"), transaction.atomic():
        copy(live).save(force_insert=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "draft"}, "version_status_fits_submitted"),
        ({"sha256": "", "snapshot": "", "terms": ""}, "version_submitted_whole_or_not"),
        ({"submitted_by_id": None}, "version_submitted_whole_or_not"),
        ({"status": "approved"}, "version_status_fits_approved"),
        ({"approved_at": AT}, "version_status_fits_approved"),
        ({"sent_at": AT}, "version_"),
        ({"status": "expired"}, "version_status_fits_closed"),
        ({"closed_at": AT, "closed_by": "x"}, "version_status_fits_closed"),
        ({"accepted_at": AT}, "version_status_fits_accepted"),
        ({"months": 0}, "version_months_1_to_120"),
        ({"discount_percent": Decimal(101)}, "version_discount_is_a_percentage"),
    ],
)
def test_what_belongs_together_is_checked_together(fields, constraint):
    version = make_submitted_quote()
    QuoteVersion.objects.filter(pk=version.pk).update(status="withdrawn", closed_at=AT, closed_by="ada")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        copy(version, **fields).save(force_insert=True)
