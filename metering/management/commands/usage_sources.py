from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from metering.actions.sources import check, read_source
from metering.models import UsageSource
from metering.sources.base import Source
from metering.sources.config import Misconfigured, configured_sources


class Command(BaseCommand):
    help = "The configured sources of usage and how far they were read; with --read, read one now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--read", metavar="NAME", help="read this source now, whatever its schedule")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            sources = {source.name: source for source in configured_sources()}
            if name := options["read"]:
                if name not in sources:
                    raise CommandError(f'There is no source "{name}"; there are: {", ".join(sources) or "none"}.')
                self.read(sources[name])
                return
            for source in sources.values():
                check(source)
                self.tell(source, UsageSource.objects.filter(name=source.name).first())
        except Misconfigured as problem:
            raise CommandError(str(problem)) from None

    def read(self, source: Source) -> None:
        state = read_source(source)
        if state.error:
            raise CommandError(state.error)
        self.tell(source, state)

    def tell(self, source: Source, state: UsageSource | None) -> None:
        if state is None or state.watermark is None:
            known = "never read"
        else:
            known = (
                f"read up to {state.watermark:%Y-%m-%d %H:%M} UTC, {state.accepted:,} events, {state.revised:,} revised"
            )
        rejected = f", {state.rejections:,} rejected" if state and state.rejections else ""
        self.stdout.write(f"{source.name} ({source.kind}, every {source.every_minutes} min): {known}{rejected}")
        for key, reason in (state.rejected if state else [])[:5]:
            self.stdout.write(f"  {key}: {reason}")
        if state and state.error:
            self.stdout.write(f"  ! {state.error}")
