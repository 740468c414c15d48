"""Files of usage: looked at without effect, then recorded or discarded; the report is kept either way."""

import io
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from core.errors import Conflict, Invalid, refuse
from core.models import User
from customers.models import Customer
from metering.actions.ingest import record_file
from metering.models import UsageImport
from metering.rules.files import Row, Unreadable, read_rows
from metering.rules.imports import LARGEST_UPLOAD, why_not_discard, why_not_record
from metering.rules.reports import Report

State = UsageImport.State
KEPT_TEXT = 500


def preview_import(
    *, name: str, format: str, content: bytes, customer: Customer | None, by: User, at: datetime
) -> UsageImport:
    """Keep the file and say what recording it would do."""
    rows = rows_of(content, format, customer)
    upload = UsageImport(
        customer=customer, name=name[:200], format=format, state=State.PREVIEWED, created_at=at, created_by=by
    )
    with transaction.atomic():
        # Recording for real and taking it back answers exactly, duplicates within the file included.
        report = record_file(rows, by=by, at=at)
        transaction.set_rollback(True)
    write_report(upload, report)
    with transaction.atomic():
        upload.content = content
        upload.save()
        audit.record(by, "previewed", subject(upload), at=at, data={"name": upload.name, **report.counts()})
    return upload


def record_import(upload: UsageImport, *, by: User, at: datetime) -> UsageImport:
    """Record the previewed file's events, all in one transaction."""
    refuse(why_not_record(upload.state, upload.accepted))
    rows = rows_of(bytes(upload.content or b""), upload.format, upload.customer)
    with transaction.atomic():
        claim(upload, State.RECORDED, recorded_at=at)
        report = record_file(rows, by=by, at=at)
        write_report(upload, report)
        upload.save()
        audit.record(by, "recorded", subject(upload), at=at, data=report.counts())
    return upload


def discard_import(upload: UsageImport, *, by: User, at: datetime) -> UsageImport:
    """Throw the previewed file away; its report stays."""
    refuse(why_not_discard(upload.state))
    with transaction.atomic():
        claim(upload, State.DISCARDED)
        audit.record(by, "discarded", subject(upload), at=at, data={"name": upload.name})
    return upload


def import_rows(
    rows: Iterable[Row], *, name: str, format: str, customer: Customer | None, by: User | None, at: datetime
) -> UsageImport:
    """Record rows of any number as they stream by; safe to run again after a break, because ids count once."""
    upload = UsageImport(
        customer=customer, name=name[:200], format=format, state=State.RECORDED, created_at=at, created_by=by
    )
    report = record_file(rows, by=by, at=at)
    write_report(upload, report)
    with transaction.atomic():
        upload.recorded_at = at
        upload.save()
        audit.record(by, "recorded", subject(upload), at=at, data={"name": upload.name, **report.counts()})
    return upload


def rows_of(content: bytes, format: str, customer: Customer | None) -> list[Row]:
    """The rows of an uploaded file, or what is wrong with the file as a whole."""
    if len(content) > LARGEST_UPLOAD:
        limit = LARGEST_UPLOAD // 1024**2
        raise Invalid({"file": f"At most {limit} MB here; larger files go through `manage.py import_usage`."})
    try:
        lines = io.StringIO(content.decode("utf-8-sig"), newline="")
        return list(read_rows(lines, format, subject=customer.slug if customer else ""))
    except UnicodeDecodeError:
        raise Invalid({"file": "This is not a text file in UTF-8; save it as CSV (UTF-8) or NDJSON."}) from None
    except Unreadable as problem:
        raise Invalid({"file": str(problem)}) from None


def claim(upload: UsageImport, state: str, **values: object) -> None:
    """Move the import out of preview; only one of two clicks does."""
    changed = UsageImport.objects.filter(pk=upload.pk, state=State.PREVIEWED).update(
        state=state, content=None, **values
    )
    if changed != 1:
        raise Conflict("Someone was faster: this file is no longer waiting.")
    upload.state, upload.content = state, None
    for name, value in values.items():
        setattr(upload, name, value)


def write_report(upload: UsageImport, report: Report) -> None:
    upload.accepted, upload.duplicates = report.accepted, report.duplicates
    upload.rejected = [[row.line, row.id, row.reason, row.text[:KEPT_TEXT]] for row in report.rejected]
    upload.notes = report.notes()


def subject(upload: UsageImport) -> str:
    return f"import:{upload.pk}"
