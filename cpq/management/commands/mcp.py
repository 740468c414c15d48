import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from core.api_keys import KeyRefused, find_key


class Command(BaseCommand):
    help = "Serve the application's tools to an assistant over stdin and stdout; the key is in QUANTILE_API_KEY."

    def handle(self, *args: object, **options: Any) -> None:
        key = os.environ.get("QUANTILE_API_KEY", "")
        try:
            found = find_key(key, at=now())
        except KeyRefused as problem:
            raise CommandError(f"QUANTILE_API_KEY: {problem.sentence}") from None
        if not found.agent:
            self.stderr.write("This key may do what a person decides; give assistants an agent's key.")
        # The SDK is loaded by who serves it alone.
        from cpq.assistants import server  # noqa: PLC0415

        server(key).run("stdio")
