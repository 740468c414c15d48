from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from catalog import documents
from catalog.actions.code import apply_catalog, diff_catalog
from catalog.models import PriceBook
from catalog.rules.plan import Change
from core.errors import Invalid, Problem
from core.models import User
from core.roles import Permission, may


class Command(BaseCommand):
    help = "The catalog as code: what YAML files would change, making it so, and writing the catalog out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, what in (("diff", "say what the files would change"), ("apply", "make the catalog what they say")):
            files = verbs.add_parser(verb, help=what)
            files.add_argument("files", nargs="+", type=Path)
            if verb == "apply":
                files.add_argument("--by", required=True, help="user name of the author, who cannot publish it")
        export = verbs.add_parser("export", help="write meters, products and price books as YAML")
        export.add_argument("books", nargs="*", help="such as standard or standard@1; all of them if none is named")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            getattr(self, options["verb"])(options)
        except Invalid as problem:
            raise CommandError("\n".join(problem.errors.values())) from None
        except Problem as problem:
            raise CommandError(problem.sentence) from None

    def diff(self, options: dict[str, Any]) -> None:
        self.tell(diff_catalog(read(options["files"])), "would change")

    def apply(self, options: dict[str, Any]) -> None:
        author = User.objects.filter(username=options["by"]).first()
        if author is None or not may(author, Permission.EDIT_CATALOG):
            raise CommandError(f"{options['by']} may not edit the catalog; that takes the role pricing operations.")
        self.tell(apply_catalog(read(options["files"]), by=author, at=now()).changes, "changed")

    def export(self, options: dict[str, Any]) -> None:
        self.stdout.write(documents.write(documents.stored(chosen(options["books"]))), ending="")

    def tell(self, changes: list[Change], verb: str) -> None:
        for change in changes:
            self.stdout.write(str(change))
        count = len(changes)
        self.stdout.write(
            f"{count} {'entry' if count == 1 else 'entries'} {verb}." if changes else "Nothing to change."
        )


def read(paths: list[Path]) -> documents.Catalog:
    try:
        return documents.read([(path.name, path.read_text(encoding="utf-8")) for path in paths])
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(str(problem)) from None


def chosen(names: list[str]) -> list[PriceBook]:
    books = list(PriceBook.objects.order_by("code", "version"))
    if not names:
        return books
    found = [book for book in books if book.code in names or f"{book.code}@{book.version}" in names]
    known = {book.code for book in found} | {f"{book.code}@{book.version}" for book in found}
    if missing := [name for name in names if name not in known]:
        raise CommandError(f"There is no price book {missing[0]}.")
    return found
