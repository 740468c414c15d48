from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from metering.actions.rollup import copy_live_events, rebuild
from metering.sources.base import SourceFailed
from metering.storage import LIVE, totals_hash
from metering.storage.clickhouse import ClickHouseStorage


class Command(BaseCommand):
    help = (
        "Add up the daily totals again from the events (--rebuild), or copy the live events to the ClickHouse that "
        "CLICKHOUSE_URL names (--copy). Both say by SHA-256 whether the daily totals are the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--rebuild", action="store_true", help="add up all days of the live storage again")
        what.add_argument("--copy", action="store_true", help="copy the live events, as often as one likes")

    def handle(self, *args: object, **options: Any) -> None:
        if options["rebuild"]:
            self.rebuild()
            return
        try:
            self.copy()
        except SourceFailed as problem:
            raise CommandError(str(problem)) from None

    def rebuild(self) -> None:
        before = totals_hash(LIVE.daily_totals())
        count = rebuild(by=None, at=now())
        self.tell(before, totals_hash(LIVE.daily_totals()), f"{count:,} totals added up again from the events")

    def copy(self) -> None:
        if not settings.CLICKHOUSE_URL:
            raise CommandError("CLICKHOUSE_URL: name the ClickHouse to copy to, https://user:key@host:8443/database.")
        storage = ClickHouseStorage()
        storage.prepare()
        copied = sum(copy_live_events(storage, by=None, at=now()))
        here, there = (totals_hash(one.daily_totals()) for one in (LIVE, storage))
        self.tell(here, there, f"{copied:,} events copied")

    def tell(self, before: str, after: str, done: str) -> None:
        if before != after:
            raise CommandError(f"{done}, and the daily totals differ: {before} and {after}.")
        self.stdout.write(f"{done}; the daily totals are the same, SHA-256 {after}")
