import json
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timezone import now

from core.errors import Invalid
from customers.models import Customer
from metering.actions.history import WAITING, look_into, rejections_path, start_import, take_file, work_on
from metering.models import UsageImport
from metering.queries.files import Look
from metering.rules.imports import progress

FORMATS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}
SHOWN = 20
BAR = 30


class Command(BaseCommand):
    help = (
        "Record usage from a CSV, NDJSON or Parquet file of any size. Events that are already there count once; "
        "a run that was stopped goes on where it was when the same file is given again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a path, or - for standard input")
        parser.add_argument("--customer", default="", help="whose usage it is, where a row does not say")
        parser.add_argument(
            "--format", choices=sorted(set(FORMATS.values())), help="by default what the name ends with"
        )
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=COLUMN", help="read a field from it"
        )
        parser.add_argument(
            "--constant", action="append", default=[], metavar="FIELD=TEXT", help="the same in all rows"
        )
        parser.add_argument("--zone", default="", help="of times that name none, such as Europe/Berlin")
        parser.add_argument("--preview", action="store_true", help="show the first rows as events; record nothing")
        parser.add_argument("--dry-run", action="store_true", help="read all of it and report; record nothing")
        parser.add_argument("--bulk", action="store_true", help="add up in bulk: for millions of rows")
        parser.add_argument("--rejected", type=Path, help="write the rejected rows to this CSV file")

    def handle(self, *args: object, **options: Any) -> None:
        path = self.path_of(options["file"])
        try:
            upload = self.begin(path, options)
            if options["preview"]:
                self.show(look_into(upload, at=now()))
                return
            if upload.state not in WAITING:
                start_import(upload, way=way_of(options), dry_run=options["dry_run"], by=None, at=now())
            done = self.work(upload)
        except Invalid as problem:
            raise CommandError(f"{options['file']}: {problem.sentence}") from None
        self.tell(done, options["rejected"])

    def path_of(self, name: str) -> Path:
        """The file; what comes from standard input is kept first, so that it can be read from any place on."""
        if name != "-":
            return Path(name).resolve()
        with NamedTemporaryFile(prefix="usage-", delete=False) as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
        return Path(target.name)

    def begin(self, path: Path, options: dict[str, Any]) -> UsageImport:
        """The import of this file that was stopped before its end, or a new one."""
        customer, format = customer_of(options["customer"]), options["format"] or by_name(path)
        stopped = UsageImport.objects.filter(
            path=str(path), customer=customer, way=way_of(options), dry_run=options["dry_run"],
            state__in=[*WAITING, UsageImport.State.FAILED],
        ).order_by("-pk")  # fmt: skip
        if (upload := stopped.first()) and path.exists() and not options["preview"]:
            self.stdout.write(f"Going on after line {upload.lines:,}.")
            return upload
        upload = take_file(path, format=format, customer=customer, by=None, at=now())
        upload.mapping = changed(upload.mapping, options)
        return upload

    def work(self, upload: UsageImport) -> UsageImport:
        done = work_on(upload.pk, seconds=float("inf"), tell=self.progress)
        if done is None:
            raise CommandError("A worker has this file: the page Usage shows how far it is.")
        if sys.stderr.isatty():
            sys.stderr.write("\n")
        if done.state == UsageImport.State.FAILED:
            raise CommandError(f"{done.name}: {done.error}")
        return done

    def progress(self, upload: UsageImport) -> None:
        """A line that is written over again and again; nothing where nobody watches."""
        if not sys.stderr.isatty():
            return
        at = progress(done=upload.done, total=upload.total, rows=upload.lines, seconds=upload.seconds)
        bar = "█" * round(BAR * at.share)
        speed = f"{at.rate or 0:,.0f}/s  {at.remaining or 0:,.0f} s left"
        sys.stderr.write(f"\r{bar:·<{BAR}} {at.share:4.0%}  {at.rows:,} rows  {speed}  ")
        sys.stderr.flush()

    def show(self, look: Look) -> None:
        self.stdout.write(f"Columns: {', '.join(look.heading)}")
        self.stdout.write(f"Mapping: {json.dumps(look.mapping.to_json()) if look.mapping else 'CloudEvents'}")
        for problem in look.problems:
            self.stdout.write(f"! {problem}")
        for row in look.rows[:SHOWN]:
            event = json.dumps(row.event, cls=DjangoJSONEncoder) if row.event else row.reason
            self.stdout.write(f"line {row.line}: {event}")
        self.stdout.write(f"{look.rejected:,} of the first {len(look.rows):,} rows would be rejected; "
                          f"about {look.rows_guessed:,} rows in all.")  # fmt: skip

    def tell(self, done: UsageImport, target: Path | None) -> None:
        repeated = f"{done.duplicates:,} duplicate{'' if done.duplicates == 1 else 's'}"
        would = "would be " if done.dry_run else ""
        self.stdout.write(f"{done.accepted:,} {would}recorded, {repeated}, {done.rejections:,} rejected")
        for note in done.notes:
            self.stdout.write(note)
        if target and done.rejections_size:
            shutil.copyfile(rejections_path(done), target)
        elif done.rejections:
            for line, id, reason, _ in done.rejected[:SHOWN]:
                self.stdout.write(f"line {line} ({id or 'no id'}): {reason}")
            if done.rejections > SHOWN:
                self.stdout.write(f"... and {done.rejections - SHOWN:,} more; --rejected FILE writes them all")


def by_name(path: Path) -> str:
    if format := FORMATS.get(path.suffix):
        return format
    raise CommandError("The file's name does not say what it is; add --format csv, ndjson or parquet.")


def way_of(options: dict[str, Any]) -> str:
    return UsageImport.Way.BULK if options["bulk"] else UsageImport.Way.EVENTS


def changed(mapping: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """The guessed mapping with what the command line says instead."""
    columns, constants = (dict(pair(text) for text in options[name]) for name in ("column", "constant"))
    if not (columns or constants or options["zone"]):
        return mapping
    kept = {name: column for name, column in mapping.get("columns", {}).items() if name not in constants}
    fixed = {name: text for name, text in mapping.get("constants", {}).items() if name not in columns}
    return {"columns": {**kept, **columns}, "constants": {**fixed, **constants}, "zone": options["zone"]}


def pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise CommandError(f'"{text}" is not of the form FIELD=COLUMN.')
    return name, value


def customer_of(slug: str) -> Customer | None:
    if not slug:
        return None
    if customer := Customer.objects.filter(slug=slug).first():
        return customer
    raise CommandError(f'There is no customer "{slug}".')
