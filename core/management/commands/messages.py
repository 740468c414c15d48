from typing import Any

from django.core.management.base import BaseCommand

from core import catalogs


class Command(BaseCommand):
    help = "Bring the catalogs in locale/ in step with the strings marked in pages and code."

    def handle(self, *args: Any, **options: Any) -> None:
        for language in catalogs.languages():
            entries, waiting = catalogs.update(language)
            where = catalogs.source_of(language).relative_to(catalogs.SOURCES.parent)
            self.stdout.write(f"{where}: {entries} entries, {waiting} without words")
