from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

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


def test_the_database_refuses_to_empty_the_log_of_a_house(ada):
    """Only a test database may be emptied; the trigger is asked as if this one had another name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('audit_is_append_only'::regproc)")
        [body] = cursor.fetchone()
        cursor.execute(body.replace("current_database()", "'quantile'"))
    audit.record(ada, "created", "quote:Q-1", at=AT)
    with (
        pytest.raises(IntegrityError, match="append-only: TRUNCATE"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE core_auditentry")
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE core_auditentry SET verb = 'deleted' WHERE position = 2", "entry 2 was changed after it was written"),
        ("UPDATE core_auditentry SET at = at + interval '1 s' WHERE position = 1", "entry 1 was changed"),
        ("DELETE FROM core_auditentry WHERE position = 2", "entry 2 is missing before entry 3"),
        (
            'UPDATE core_auditentry SET data = \'{"total": "12.31"}\' WHERE position = 1',
            "entry 1 was changed after it was written",
        ),
        (
            "UPDATE core_auditentry SET position = 9 WHERE position = 2;"
            "UPDATE core_auditentry SET position = 2 WHERE position = 3;"
            "UPDATE core_auditentry SET position = 3 WHERE position = 9",
            "entry 2 does not follow from entry 1",
        ),
        ("UPDATE core_auditentry SET previous = repeat('0', 64) WHERE position = 3", "entry 3 does not follow"),
    ],
)
def test_verify_names_the_first_broken_link(ada, statement, sentence):
    for verb in ("created", "submitted", "approved"):
        audit.record(ada, verb, "quote:Q-1", at=AT)
    by_force(statement)
    with pytest.raises(CommandError, match=f"quote:Q-1: {sentence}"):
        call_command("audit", "verify")


def by_force(statement: str) -> None:
    """As somebody would who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM core_auditentry WHERE position = 3",
        "DELETE FROM core_auditentry WHERE subject = 'quote:Q-2'",
        "TRUNCATE core_auditentry",
    ],
)
def test_a_log_cut_at_its_end_is_found_by_the_head_kept_elsewhere(ada, tmp_path, statement):
    for subject in ("quote:Q-1", "quote:Q-1", "quote:Q-1", "quote:Q-2"):
        audit.record(ada, "created", subject, at=AT)
    heads = tmp_path / "heads"
    call_command("audit", "head", heads=heads)
    audit.record(ada, "created", "quote:Q-3", at=AT)
    call_command("audit", "verify", heads=heads)
    by_force(statement)
    call_command("audit", "verify")  # the chains alone do not tell
    with pytest.raises(CommandError, match="The audit log is not what it was"):
        call_command("audit", "verify", heads=heads)


def test_the_head_is_one_line_a_day(ada, tmp_path, capsys):
    audit.record(ada, "created", "quote:Q-1", at=AT)
    heads = tmp_path / "heads"
    for _ in range(2):
        call_command("audit", "head", heads=heads)
    call_command("audit", "head")
    [line] = heads.read_text().splitlines()
    assert line == capsys.readouterr().out.strip()
    assert audit.parse_head(line) == audit.head(now())


def test_a_file_that_holds_no_heads_is_said(db, tmp_path):
    (tmp_path / "heads").write_text("nothing of the kind\n")
    with pytest.raises(CommandError, match="cannot be read as lines of `audit head`"):
        call_command("audit", "verify", heads=tmp_path / "heads")


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
