import csv
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from customers.models import Customer
from metering.actions.imports import import_rows
from metering.models import UsageImport
from metering.rules.files import Unreadable, read_rows, safe_cell


class Command(BaseCommand):
    help = "Record usage events from a CSV or NDJSON file of any size. Events that are already there count once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a path, or - for standard input")
        parser.add_argument("--customer", default="", help="whose usage it is, where a row does not say")
        parser.add_argument("--format", choices=["csv", "ndjson"], help="by default what the file's name ends with")
        parser.add_argument("--rejected", type=Path, help="write the rejected rows to this CSV file")

    def handle(self, *args: object, **options: Any) -> None:
        name, format = options["file"], options["format"] or by_name(options["file"])
        customer = customer_of(options["customer"])
        try:
            rows = read_rows(lines(name), format, subject=customer.slug if customer else "")
            done = import_rows(rows, name=Path(name).name, format=format, customer=customer, by=None, at=now())
        except (Unreadable, OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"{name}: {problem}") from None
        self.tell(done, options["rejected"])

    def tell(self, done: UsageImport, target: Path | None) -> None:
        rejected = len(done.rejected)
        repeated = f"{done.duplicates:,} duplicate{'' if done.duplicates == 1 else 's'}"
        self.stdout.write(f"{done.accepted:,} recorded, {repeated}, {rejected:,} rejected")
        for note in done.notes:
            self.stdout.write(note)
        if target:
            write_rejected(done, target)
        elif rejected:
            for line, id, reason, _ in done.rejected[:20]:
                self.stdout.write(f"line {line} ({id or 'no id'}): {reason}")
            if rejected > 20:
                self.stdout.write(f"... and {rejected - 20:,} more; --rejected FILE writes them all")


def by_name(name: str) -> str:
    if name.endswith(".csv"):
        return "csv"
    if name.endswith((".ndjson", ".jsonl")):
        return "ndjson"
    raise CommandError("The file's name does not say what it is; add --format csv or --format ndjson.")


def customer_of(slug: str) -> Customer | None:
    if not slug:
        return None
    if customer := Customer.objects.filter(slug=slug).first():
        return customer
    raise CommandError(f'There is no customer "{slug}".')


def lines(name: str) -> Iterator[str]:
    if name == "-":
        yield from sys.stdin
        return
    with open(name, encoding="utf-8-sig", newline="") as file:
        yield from file


def write_rejected(done: UsageImport, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "id", "reason", "row"])
        writer.writerows([line, *map(safe_cell, (id, reason, text))] for line, id, reason, text in done.rejected)
