from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from cpq.demo import catalog, crm, customers, forecasts, people, quotes, sealing, sellers, tables, usage

# In order: each step stands on those before it.
ROOMS = (people, customers, catalog, sellers, sealing, usage, forecasts, quotes, crm)


class Command(BaseCommand):
    help = "Load the demo company: people, customers, catalog and usage. Safe to run again."

    def handle(self, *args: object, **options: object) -> None:
        if settings.PUBLIC:
            raise CommandError("The demo's passwords are printed in its manual: it is for 127.0.0.1 only.")
        tables.bring_up_to_date()
        at = now()
        with transaction.atomic():
            done = [room.load(at) for room in ROOMS]
        self.stdout.write(f"The demo company is there: {', '.join(done)}.")
