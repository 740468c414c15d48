"""The time of the database: one clock, however many servers ask and however wrong their own are."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The present moment, also inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
