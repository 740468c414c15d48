"""Taking turns: of two transactions that want the same turn, the second waits until the first has ended.

It then reads what the first one wrote, and answers as if they had come one after the other: what is looked up after
the turn was taken (a code that is free, a default, the last version) still holds when it is written.
"""

from django.db import connection


def take_turn(name: str) -> None:
    """Until the transaction ends. To be taken before any row is locked, so that no two wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
