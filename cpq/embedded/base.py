"""Django's PostgreSQL engine, with the server started before the first connection."""

from typing import Any

from django.db.backends.postgresql import base

from cpq.embedded.holders import hold
from cpq.embedded.server import USER


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "host": str(hold().socket), "user": USER}
