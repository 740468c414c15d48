from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from core import audit
from core.models import AuditEntry


class Command(BaseCommand):
    help = (
        "`audit verify` checks the hash chains of the audit log, and with --heads what was kept of them elsewhere; "
        "`audit head` prints the day's line to keep, or adds it to the file --heads, once a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "head"])
        parser.add_argument("--heads", type=Path, help="the file with one line per day, kept on another machine")

    def handle(self, *args: Any, what: str, heads: Path | None, **options: Any) -> None:
        if what == "head":
            self.head(heads)
        else:
            self.verify(heads)

    def head(self, heads: Path | None) -> None:
        line = str(audit.head(now()))
        if heads is None:
            self.stdout.write(line)
            return
        kept = lines_of(heads) if heads.exists() else []
        if not any(old.split()[:1] == line.split()[:1] for old in kept):
            with heads.open("a") as file:
                file.write(f"{line}\n")

    def verify(self, heads: Path | None) -> None:
        broken = next(audit.broken_links(), None)
        if broken:
            raise CommandError(f"The audit log is broken. First broken link: {broken}")
        try:
            stale = next(audit.broken_heads(lines_of(heads)), None) if heads else None
        except (OSError, ValueError) as error:
            raise CommandError(f"{heads} cannot be read as lines of `audit head`: {error}") from None
        if stale:
            raise CommandError(f"The audit log is not what it was. {stale}")
        self.stdout.write(f"{AuditEntry.objects.count():,} entries, every chain holds.")


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()
