from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core import audit
from core.models import AuditEntry

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_entries_of_a_subject_form_a_chain(ada):
    first = audit.record(
        ada, "created", "quote:Q-1", at=AT, data={"total": Decimal("12.30"), "start": date(2027, 1, 1)}
    )
    second = audit.record(None, "expired", "quote:Q-1", at=AT)
    other = audit.record("Cleo <cleo@example.com>", "accepted", "quote:Q-2", at=AT)
    assert (first.position, first.previous, first.by) == (1, "", "ada")
    assert (second.position, second.previous, second.by) == (2, first.sha256, "system")
    assert (other.position, other.previous, other.by) == (1, "", "Cleo <cleo@example.com>")
    assert first.data == {"total": "12.30", "start": "2027-01-01"}
    assert list(audit.history("quote:Q-1")) == [first, second]
    assert list(audit.broken_links()) == []


@pytest.mark.parametrize("statement", ["UPDATE core_auditentry SET verb = 'x'", "DELETE FROM core_auditentry"])
def test_the_database_refuses_to_change_or_remove_an_entry(ada, statement):
    audit.record(ada, "created", "quote:Q-1", at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE core_auditentry SET verb = 'deleted' WHERE position = 2", "entry 2 was changed after it was written"),
        ("UPDATE core_auditentry SET at = at + interval '1 s' WHERE position = 1", "entry 1 was changed"),
        ("DELETE FROM core_auditentry WHERE position = 2", "entry 2 is missing before entry 3"),
        ("UPDATE core_auditentry SET previous = repeat('0', 64) WHERE position = 3", "entry 3 does not follow"),
    ],
)
def test_verify_names_the_first_broken_link(ada, statement, sentence):
    for verb in ("created", "submitted", "approved"):
        audit.record(ada, verb, "quote:Q-1", at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER audit_no_change")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER audit_no_change")
    with pytest.raises(CommandError, match=f"quote:Q-1: {sentence}"):
        call_command("audit", "verify")


def test_verify_says_that_all_holds(ada, capsys):
    audit.record(ada, "created", "quote:Q-1", at=AT)
    call_command("audit", "verify")
    assert capsys.readouterr().out == "1 entries, every chain holds.\n"


def test_eight_writers_at_once_leave_an_unbroken_chain(transactional_db):
    start = Barrier(8)

    def work() -> None:
        start.wait()
        for _ in range(5):
            audit.record("writer", "touched", "quote:Q-1", at=AT)
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.position for entry in audit.history("quote:Q-1")] == list(range(1, 41))
    assert list(audit.broken_links()) == []
