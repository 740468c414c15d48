"""What was read from a row holds as long as the row is the same: PostgreSQL says so without reading it again."""

from typing import Any

from django.db.models import CharField, F, Func


class RowState(Func):
    """The state of the row that holds this column: another one after each change, and never one that was before.

    A change writes a row anew, in another place (ctid) or by another transaction (xmin), and no two states share both.
    So what was worked out from a row may be kept under its state: nobody has to remember to throw it away.
    """

    output_field = CharField()

    def __init__(self, column: str) -> None:
        super().__init__(F(column))

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        [column] = self.get_source_expressions()
        return state_of_row(connection.ops.quote_name(column.alias)), []


def state_of_row(table: str) -> str:
    """The same as SQL."""
    return f"({table}.ctid, {table}.xmin)::text"
