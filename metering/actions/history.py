"""Bringing history: a file of any size, worked on in steps, each with its own transaction and checkpoint.

A worker that dies leaves the file as its last step left it; the next one goes on there at once. Since the checkpoint
moves in the transaction that records the step, no row is lost or counted twice.
"""

import csv
import io
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from core import audit
from core.errors import Conflict, Invalid, refuse
from core.models import User
from core.spreadsheets import safe_cell
from customers.models import Customer
from metering.actions.alone import alone
from metering.actions.bulk import Step, publish, take_step
from metering.actions.ingest import record_rows
from metering.models import UsageImport
from metering.queries.files import Look, look
from metering.rules.files import Reading, Row, Unreadable
from metering.rules.imports import why_not_discard, why_not_start
from metering.rules.mapping import ColumnMap, Unmapped
from metering.rules.reports import Report
from metering.sources.files import Place, UsageFile, open_file
from metering.storage.base import Days
from metering.storage.duckdb import HistoryStorage

State, Way = UsageImport.State, UsageImport.Way
WAITING = (State.QUEUED, State.RUNNING)
SLICE = 20_000
KEPT_ROWS, KEPT_TEXT, KEPT_NAMES = 1_000, 500, 1_000
# A step takes minutes: what is older than this and counts nothing is the rest of one that was killed.
LEFT_BEHIND = timedelta(days=1)
FRESH: dict[str, Any] = {
    "done": 0, "lines": 0, "seconds": 0, "accepted": 0, "duplicates": 0, "rejected": [], "rejections": 0,
    "rejections_size": 0, "unknown": {}, "first_day": None, "last_day": None, "notes": [],
}  # fmt: skip


def receive_file(
    *, name: str, format: str, chunks: Iterable[bytes], customer: Customer | None, by: User, at: datetime
) -> UsageImport:
    """Keep an uploaded file of any size on disk, ready to be looked at and started."""
    folder = settings.HISTORY_DIR / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
    with path.open("wb") as target:
        for chunk in chunks:
            target.write(chunk)
    try:
        return take_file(path, name=name, format=format, customer=customer, by=by, at=at)
    except Exception:
        path.unlink()
        raise


def take_file(
    path: Path, *, format: str, customer: Customer | None, by: User | None, at: datetime, name: str = ""
) -> UsageImport:
    """Begin the import of a file that lies where this machine can read it; its mapping is guessed."""
    try:
        file = open_file(path, format)
        total, heading = file.total(), file.heading()
    except (Unreadable, OSError) as problem:
        raise Invalid({"file": str(problem)}) from None
    upload = UsageImport(
        customer=customer, name=(name or path.name)[:200], format=format, state=State.PREVIEWED, path=str(path),
        total=total, created_at=at, created_by=by,
    )  # fmt: skip
    likely = look(file, None, reading_of(upload), heading=heading, at=at).mapping
    upload.mapping = likely.to_json() if likely else {}
    with transaction.atomic():
        upload.save()
        audit.record(by, "brought", subject(upload), at=at, data={"name": upload.name, "size": total})
    return upload


def look_into(upload: UsageImport, *, at: datetime, mapping: Mapping[str, Any] | None = None) -> Look:
    """The file's first rows as events, or why they are none; with another mapping if one is given."""
    chosen = parsed(upload.mapping if mapping is None else mapping)
    return look(open_file(Path(upload.path), upload.format), chosen, reading_of(upload), at=at)


def start_import(
    upload: UsageImport, *, mapping: Mapping[str, Any] | None = None, way: str = Way.EVENTS, dry_run: bool = False,
    by: User | None, at: datetime,
) -> UsageImport:  # fmt: skip
    """Hand the file to the workers. After a failure they go on where it stopped, unless the mapping is another one."""
    refuse(why_not_start(upload.state))
    chosen = parsed(upload.mapping if mapping is None else mapping)
    heading = open_file(Path(upload.path), upload.format).heading()
    if chosen and (problems := chosen.problems(heading, subject=slug_of(upload))):
        raise Invalid({"mapping": " ".join(problems)})
    kept = {"mapping": chosen.to_json() if chosen else {}, "way": way, "dry_run": dry_run}
    goes_on = upload.state == State.FAILED and kept == {name: getattr(upload, name) for name in kept}
    values = {**({} if goes_on else FRESH), **kept, "error": ""}
    with transaction.atomic():
        move(upload, (State.PREVIEWED, State.FAILED), state=State.QUEUED, **values)
        data = {"name": upload.name, "way": way, "dry_run": dry_run, "from": upload.done}
        audit.record(by, "started", subject(upload), at=at, data=data)
    return upload


def discard_file(upload: UsageImport, *, by: User, at: datetime) -> UsageImport:
    """Give the file up; what was recorded of it stays recorded, and so does the report."""
    refuse(why_not_discard(upload.state))
    with transaction.atomic():
        move(upload, (State.PREVIEWED, State.FAILED), state=State.DISCARDED)
        if upload.way == Way.BULK and upload.accepted and not upload.dry_run:
            show_days(upload, HistoryStorage(), at=at)
        audit.record(by, "discarded", subject(upload), at=at, data={"name": upload.name})
        transaction.on_commit(lambda: remove_upload(upload))
    return upload


def work_on(
    upload_id: int, *, seconds: float, clock: Callable[[], datetime] = now, tell: Callable[[UsageImport], object] = str
) -> UsageImport | None:
    """Do steps for so long; `tell` hears of each. None if the file waits for nobody or another worker has it."""
    with alone(f"import:{upload_id}") as mine:
        taken = mine and UsageImport.objects.filter(pk=upload_id, state__in=WAITING).update(state=State.RUNNING)
        if not taken:
            return None
        upload = UsageImport.objects.select_related("customer").get(pk=upload_id)
        until = monotonic() + seconds
        try:
            file = open_file(Path(upload.path), upload.format)
            while STEPS[upload.way](upload, file, clock()):
                tell(upload)
                if monotonic() > until:
                    return upload
            finish(upload, at=clock())
        except (Unreadable, OSError) as problem:
            move(upload, (State.RUNNING,), state=State.FAILED, error=str(problem)[:500])
        return upload


def waiting_imports() -> list[int]:
    """The files that want a worker, oldest first; some may have one."""
    return list(UsageImport.objects.filter(state__in=WAITING).order_by("created_at", "pk").values_list("pk", flat=True))


def record_slice(upload: UsageImport, file: UsageFile, at: datetime) -> bool:
    """Record the next rows event by event; False at the end of the file."""
    began = monotonic()
    rows, end = file.slice(Place(upload.done, upload.lines), SLICE, reading_of(upload))
    if not rows:
        return False
    with transaction.atomic():
        report = (tried if upload.dry_run else recorded)(rows, by=upload.created_by, at=at)
        checkpoint(upload, report, end, seconds=monotonic() - began)
    return True


def recorded(rows: list[Row], *, by: User | None, at: datetime) -> Report:
    return record_rows(rows, by=by, at=at)[0]


def record_part(upload: UsageImport, file: UsageFile, at: datetime) -> bool:
    """Record the next part in bulk; at the end of the file its days appear, and the answer is False."""
    began, storage = monotonic(), HistoryStorage()
    with transaction.atomic():
        step = (tried_part if upload.dry_run else take_step)(upload, file, reading_of(upload), storage=storage, at=at)
        if step:
            checkpoint(upload, step.report, step.end, seconds=monotonic() - began)
        elif not upload.dry_run:
            show_days(upload, storage, at=at)
    return step is not None


def tried_part(
    upload: UsageImport, file: UsageFile, how: Reading, *, storage: HistoryStorage, at: datetime
) -> Step | None:
    """What taking the next part would do: done for real and taken back."""
    with transaction.atomic():
        step = take_step(upload, file, how, storage=storage, at=at)
        transaction.set_rollback(True)
    storage.forget()
    return step


def show_days(upload: UsageImport, storage: HistoryStorage, *, at: datetime) -> None:
    """Add up the days that the file's parts are of; they are there with the commit."""
    began = monotonic()
    unknown = publish(Days(upload.first_day, upload.last_day), storage=storage, at=at)
    move(
        upload,
        (upload.state,),
        unknown=dict(unknown.most_common(KEPT_NAMES)),
        seconds=upload.seconds + monotonic() - began,
    )


def tried(rows: list[Row], *, by: User | None, at: datetime) -> Report:
    """What recording these rows would do: done for real and taken back."""
    with transaction.atomic():
        report = recorded(rows, by=by, at=at)
        transaction.set_rollback(True)
    return report


def checkpoint(upload: UsageImport, report: Report, end: Place, *, seconds: float) -> None:
    """Note, in the transaction of the step, what it did and how far the file is read."""
    size = append_rejections(upload, report)
    days = [day for day in (upload.first_day, upload.last_day, report.first_day, report.last_day) if day]
    before = upload.done
    values = {
        "done": end.done,
        "lines": end.line,
        "seconds": upload.seconds + seconds,
        "accepted": upload.accepted + report.accepted,
        "duplicates": upload.duplicates + report.duplicates,
        "rejections": upload.rejections + len(report.rejected),
        "rejections_size": size,
        "rejected": [*upload.rejected, *shown(report)][:KEPT_ROWS],
        "unknown": dict((Counter(upload.unknown) + report.unknown).most_common(KEPT_NAMES)),
        "first_day": min(days, default=None),
        "last_day": max(days, default=None),
    }
    # Should two workers have one file after all, the slower finds it further on than it knows: its step is undone.
    move(upload, (State.RUNNING,), where={"done": before}, **values)


def finish(upload: UsageImport, *, at: datetime) -> None:
    """The whole file is read: recorded, or after a dry run back where it was, with the full report."""
    state, when = (State.PREVIEWED, None) if upload.dry_run else (State.RECORDED, at)
    total = Report(
        accepted=upload.accepted, duplicates=upload.duplicates, unknown=Counter(upload.unknown),
        first_day=upload.first_day, last_day=upload.last_day,
    )  # fmt: skip
    with transaction.atomic():
        move(upload, (State.RUNNING,), state=state, recorded_at=when, notes=total.notes())
        counts = {**total.counts(), "rejected": upload.rejections, "dry_run": upload.dry_run}
        audit.record(upload.created_by, "recorded", subject(upload), at=at, data={"name": upload.name, **counts})
        if not upload.dry_run:
            transaction.on_commit(lambda: remove_upload(upload))
    if upload.way == Way.BULK:
        HistoryStorage().sweep(older_than=at - LEFT_BEHIND)


def move(upload: UsageImport, states: Iterable[str], *, where: Mapping[str, Any] | None = None, **values: Any) -> None:
    """Change the row if it still is as we know it; only one of two writers does."""
    known = UsageImport.objects.filter(pk=upload.pk, state__in=list(states), **(where or {}))
    if known.update(**values) != 1:
        raise Conflict("Someone was faster: this file has moved on.")
    for name, value in values.items():
        setattr(upload, name, value)


def append_rejections(upload: UsageImport, report: Report) -> int:
    """Add the rejected rows to their file; what a broken step left behind it is cut off first."""
    if not report.rejected and upload.rejections_size:
        return upload.rejections_size
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if not upload.rejections_size:
        writer.writerow(["line", "id", "reason", "row"])
    for row in report.rejected:
        writer.writerow([row.line, *map(safe_cell, (row.id, row.reason, row.text))])
    path = rejections_path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.truncate(upload.rejections_size)
        file.seek(upload.rejections_size)
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def rejections_path(upload: UsageImport) -> Path:
    """All rejected rows with their reasons, as CSV."""
    return Path(settings.HISTORY_DIR) / "rejected" / f"{upload.pk}.csv"


def shown(report: Report) -> list[list[Any]]:
    return [[row.line, row.id, row.reason, row.text[:KEPT_TEXT]] for row in report.rejected]


def remove_upload(upload: UsageImport) -> None:
    """Remove our own copy; a file that was only read where it lay stays."""
    path = Path(upload.path)
    if path.parent == Path(settings.HISTORY_DIR) / "uploads":
        path.unlink(missing_ok=True)


def reading_of(upload: UsageImport) -> Reading:
    return Reading(parsed(upload.mapping), slug_of(upload), upload.name)


def slug_of(upload: UsageImport) -> str:
    return upload.customer.slug if upload.customer else ""


def parsed(mapping: Mapping[str, Any]) -> ColumnMap | None:
    """The mapping from its JSON form; an empty one is none, for files in our own form."""
    try:
        return ColumnMap.parse(mapping) if mapping else None
    except Unmapped as problem:
        raise Invalid({"mapping": str(problem)}) from None


def subject(upload: UsageImport) -> str:
    return f"import:{upload.pk}"


STEPS: dict[str, Callable[[UsageImport, UsageFile, datetime], bool]] = {Way.EVENTS: record_slice, Way.BULK: record_part}
