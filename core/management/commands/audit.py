from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit
from core.models import AuditEntry


class Command(BaseCommand):
    help = "Check the hash chains of the audit log: `manage.py audit verify`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        broken = next(audit.broken_links(), None)
        if broken:
            raise CommandError(f"The audit log is broken. First broken link: {broken}")
        self.stdout.write(f"{AuditEntry.objects.count():,} entries, every chain holds.")
