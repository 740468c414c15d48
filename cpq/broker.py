"""Celery's broker in the same PostgreSQL: pgmq, queues made of tables."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from pgmq.install import get_embedded_install_sql

from cpq.embedded.place import place_of
from cpq.embedded.server import USER

INSTALLING = 7231


def pgmq_options(database: Mapping[str, Any], *, time_limit: int) -> dict[str, Any]:
    """Kombu's transport options for queues in Django's `database`.

    A message is given out again when its worker is silent for the visibility timeout, so that is longer than any task.
    """
    return {
        "conn_string": address_of(database),
        "init_extension": False,
        "use_notify": True,
        "notify_throttle_interval_ms": 0,
        "visibility_timeout": time_limit + 60,
        "wait_time_seconds": 0,
        "polling_interval": 0.2,
        "pool_size": 2,
        "pool_timeout": 2,
    }


def address_of(database: Mapping[str, Any]) -> str:
    """The libpq form of Django's settings of a database."""
    if database["ENGINE"] == "cpq.embedded":
        database = {**database, "HOST": place_of().socket, "USER": USER}
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    values = {key: str(database[name]) for name, key in names.items() if database.get(name)}
    return " ".join(f"{key}='{escaped(value)}'" for key, value in values.items())


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def install_pgmq() -> None:
    """Make the queue functions in the database, once; processes that start together wait for each other."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INSTALLING])
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'pgmq'")
        if cursor.fetchone() is None:
            cursor.execute(get_embedded_install_sql())
