from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from quotes.rules.manual import filled

MANUAL = Path("docs/QUOTES.md")


class Command(BaseCommand):
    help = "Draw life cycle, approval rules and facts into docs/QUOTES.md from their tables (or check them)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when the manual is out of date")

    def handle(self, *args: object, check: bool = False, **options: object) -> None:
        path = settings.BASE_DIR / MANUAL
        before = path.read_text()
        after = filled(before)
        if before == after:
            self.stdout.write(f"{MANUAL} says what the tables say.")
        elif check:
            raise SystemExit(f"{MANUAL} is out of date; run manage.py lifecycle.")
        else:
            path.write_text(after)
            self.stdout.write(f"{MANUAL} is written anew.")
