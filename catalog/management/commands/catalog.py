from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from catalog import documents
from catalog.actions.books import promote_book
from catalog.actions.code import apply_catalog, diff_catalog
from catalog.models import PriceBook
from catalog.rules.books import ENVIRONMENTS, book_address
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
        promote = verbs.add_parser("promote", help="copy a published version to the next environment, as a draft")
        promote.add_argument("book", help="such as standard@3, of the environment before")
        promote.add_argument("--to", required=True, choices=ENVIRONMENTS[1:])
        promote.add_argument("--by", required=True, help="user name of the author, who cannot publish it there")
        export = verbs.add_parser("export", help="write meters, products and price books as YAML")
        export.add_argument("books", nargs="*", help="such as standard or staging.standard@1; all if none is named")

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
        author = author_named(options["by"])
        self.tell(apply_catalog(read(options["files"]), by=author, at=now()).changes, "changed")

    def promote(self, options: dict[str, Any]) -> None:
        author = author_named(options["by"])
        before = ENVIRONMENTS[ENVIRONMENTS.index(options["to"]) - 1]
        [book, *others] = chosen([book_address(before, options["book"].rpartition(".")[2])])
        if others:
            raise CommandError(f"Say which version of {options['book']}: {options['book']}@{others[-1].version}.")
        draft = promote_book(book, to=options["to"], by=author, at=now())
        self.stdout.write(f"+ book {draft}, a draft with the content of {book}. Somebody else publishes it.")

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


def author_named(username: str) -> User:
    author = User.objects.filter(username=username).first()
    if author is None or not may(author, Permission.EDIT_CATALOG):
        raise CommandError(f"{username} may not edit the catalog; that takes the role pricing operations.")
    return author


def chosen(names: list[str]) -> list[PriceBook]:
    books = list(PriceBook.objects.order_by("environment", "code", "version"))
    if not names:
        return books
    found = [book for book in books if book.address in names or f"{book.address}@{book.version}" in names]
    known = {book.address for book in found} | {f"{book.address}@{book.version}" for book in found}
    if missing := [name for name in names if name not in known]:
        raise CommandError(f"There is no price book {missing[0]}.")
    return found
