from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from catalog.actions.llm_prices import CODE, Imported, import_book, import_costs
from catalog.management.commands.catalog import author_named, chosen
from catalog.rules.books import ENVIRONMENTS
from core.errors import Invalid, Problem

SHOWN = 20  # changes told one by one


class Command(BaseCommand):
    help = (
        "Published prices of language models (the genai-prices package, no network) as a draft price book with unit"
        " costs, or with --costs-of as the unit costs of a draft of yours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", required=True, help="user name of the author, who cannot publish it")
        parser.add_argument("--on", type=date.fromisoformat, help="the day whose prices to take, UTC (today)")
        parser.add_argument("--provider", action="append", default=[], help="such as anthropic; all if none is named")
        parser.add_argument("--book", default=CODE, help=f"code of the book ({CODE})")
        parser.add_argument("--environment", choices=ENVIRONMENTS, default=ENVIRONMENTS[0])
        parser.add_argument(
            "--costs-of", metavar="BOOK", help="such as standard@3, a draft: change its unit costs only"
        )

    def handle(self, *args: object, **options: Any) -> None:
        shared = {
            "by": author_named(options["by"]),
            "at": now(),
            "on": options["on"] or now().date(),
            "chosen": options["provider"],
        }
        try:
            if options["costs_of"]:
                self.tell(import_costs(draft=chosen([options["costs_of"]])[-1], **shared))
            else:
                self.tell(import_book(code=options["book"], environment=options["environment"], **shared))
        except Invalid as problem:
            raise CommandError("\n".join(problem.errors.values())) from None
        except Problem as problem:
            raise CommandError(problem.sentence) from None

    def tell(self, done: Imported) -> None:
        for change in done.changes[:SHOWN]:
            self.stdout.write(str(change))
        if len(done.changes) > SHOWN:
            self.stdout.write(f"and {len(done.changes) - SHOWN} more changes")
        if not done.changes:
            self.stdout.write(f"Nothing to change: {done.book} says so already.")
        if done.left_out:
            self.stdout.write(f"{len(done.left_out)} models have no published price and were left out.")
        if done.rounded:
            self.stdout.write(f"{len(done.rounded)} prices have more than 12 decimals and were rounded.")
        if done.next_change:
            self.stdout.write(f"Some prices change on {done.next_change}; import again with --on {done.next_change}.")
