"""Queries that are asked at every step of somebody's work: the ORM writes their SQL once, then it is filled in and run.

To write it takes the ORM many times as long as the database takes to answer: a row with all it points at has more than
a hundred columns.
"""

from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections, models
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

R = TypeVar("R")


class Gap(models.Value):
    """The place of a value that is known when the query is run, by its name: `filter(pk=Gap("pk"))`."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Prepared(Generic[R]):
    """A query with gaps. What it gives is new each time, as the query itself would give it."""

    def __init__(self, queryset: models.QuerySet[Any, R]) -> None:
        self.queryset = queryset.all()
        # Set as `query`, it would forget as what its rows are given.
        self.queryset._query = queryset.query.chain(klass=Filled)  # type: ignore[attr-defined]

    def all(self, **values: Any) -> list[R]:
        """The rows for these values, in the order of the query."""
        found = self.queryset.all()
        compiler = copy(self.written)
        compiler.connection, compiler.values = connections[found.db], values
        found.query.filled = compiler  # type: ignore[attr-defined]
        return list(found)

    def first(self, **values: Any) -> R | None:
        """The first row for these values, if there is one."""
        found = self.all(**values)
        return found[0] if found else None

    def get(self, **values: Any) -> R:
        """The row for these values; `ObjectDoesNotExist` if there is none."""
        found = self.first(**values)
        if found is None:
            raise ObjectDoesNotExist(f"No {self.queryset.model.__name__} for {values}.")
        return found

    @cached_property
    def written(self) -> "Written":
        query = self.queryset.query
        compiler = Written(query, connections[self.queryset.db], self.queryset.db)
        compiler.sql, compiler.params = SQLCompiler.as_sql(compiler)
        compiler.converters = SQLCompiler.get_converters(compiler, [column for column, *_ in compiler.select])
        return compiler


class Filled(Query):
    """A query that knows who runs it."""

    filled: "Written"

    def get_compiler(self, *_args: Any, **_named: Any) -> "Written":
        return self.filled


class Written(SQLCompiler):
    """A compiler whose work is done; copies of it run in any thread."""

    sql: str
    params: tuple[Any, ...]
    converters: dict[int, Any]
    values: dict[str, Any]

    def as_sql(self, *_args: Any, **_named: Any) -> tuple[str, tuple[Any, ...]]:
        if self.query.select_for_update and self.connection.get_autocommit():
            raise TransactionManagementError("A lock is held until the transaction ends, and there is none.")
        return self.sql, tuple(self.values[part.value] if isinstance(part, Gap) else part for part in self.params)

    def get_converters(self, *_args: Any, **_named: Any) -> dict[int, Any]:
        return self.converters
