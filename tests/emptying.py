"""How tables are emptied after a test that committed: its few rows are deleted.

Django truncates, and for that makes anew the files of all tables and indexes, which takes longer than most tests.
"""

from functools import cache

from django.db import connection, transaction

KEPT = {"django_content_type", "auth_permission"}  # what migrations made, and no test changes
ROLE = "session_replication_role"


def empty_tables() -> bool:
    """No row is left in any table of a model, whoever still writes is waited for; False where this user of the
    database may not do it so."""
    if not may_leave_triggers_out():
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        # Rows of many tables point at each other, and some tables refuse a DELETE: no trigger runs.
        cursor.execute(f"SET LOCAL {ROLE} = replica")
        cursor.execute(f"LOCK TABLE {', '.join(tables())}")
        cursor.execute(";".join(f"DELETE FROM {name}" for name in tables()))
    return True


@cache
def may_leave_triggers_out() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege(%s, 'SET')", [ROLE])
        return bool(cursor.fetchone()[0])


@cache
def tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [connection.ops.quote_name(name) for name in sorted(set(names) - KEPT)]
