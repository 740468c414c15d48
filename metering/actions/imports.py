"""Rows that stream by, recorded at once; their report is kept as an import. The demo brings its usage so."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from core.models import User
from customers.models import Customer
from metering.actions.ingest import record_file
from metering.models import UsageImport
from metering.rules.files import Row
from metering.rules.reports import Report

State = UsageImport.State
KEPT_TEXT = 500


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


def write_report(upload: UsageImport, report: Report) -> None:
    upload.accepted, upload.duplicates = report.accepted, report.duplicates
    upload.rejected = [[row.line, row.id, row.reason, row.text[:KEPT_TEXT]] for row in report.rejected]
    upload.notes = report.notes()


def subject(upload: UsageImport) -> str:
    return f"import:{upload.pk}"
