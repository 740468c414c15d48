"""A query of somebody's own in ClickHouse or PostgreSQL; its columns are named as our fields, others are dimensions.

Needed are id, time, meter, value and customer, or a constant for meter and customer. The query is given the moments
`start` and `end` and must keep to them; rows it gives again count once, by their ids.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from json import loads
from typing import Annotated, Any, ClassVar, Literal

import httpx
import psycopg
from psycopg.rows import dict_row
from pydantic import Field

from metering.rules.mapping import ColumnMap, as_given
from metering.sources.base import Reading, Source, SourceFailed, Window
from metering.sources.retry import patiently

PAGE = 5_000


class QuerySource(Source):
    gives_totals: ClassVar[bool] = False
    span: ClassVar[timedelta] = timedelta(days=7)

    query: Annotated[str, Field(min_length=10)]
    constants: dict[str, str] = {}

    def readings(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Reading]]:
        while some := list(islice(rows, PAGE)):
            yield [self.reading(row) for row in some]

    def reading(self, row: Mapping[str, Any]) -> Reading:
        names = [name for name in row if name not in self.constants]
        mapping = ColumnMap(as_given(names).columns, self.constants, "UTC")
        raw = mapping.raw(0, row, subject="", file=self.name)
        raw["subject"] = self.slug(str(raw["subject"]))
        return Reading(str(raw["id"]), raw)


class ClickHouseSource(QuerySource):
    """Over the HTTP interface; the query names its bounds {start:DateTime64} and {end:DateTime64}."""

    kind: Literal["clickhouse"]
    endpoint: str
    user: str = "default"
    database: str = "default"

    def pages(self, window: Window) -> Iterator[list[Reading]]:
        """The answer is taken whole before it is used: ClickHouse may say in its midst that it failed."""
        lines = patiently(lambda: self.ask(window), broken=(httpx.TransportError, ValueError), name=self.name)
        yield from self.readings(loads(line, parse_float=str) for line in lines)

    def ask(self, window: Window) -> list[str]:
        params = {
            "database": self.database, "param_start": stamp(window.start), "param_end": stamp(window.end),
            "wait_end_of_query": "1", "readonly": "1", "output_format_json_quote_64bit_integers": "1",
            "output_format_json_quote_decimals": "1", "date_time_output_format": "iso",
        }  # fmt: skip
        answer = httpx.post(
            self.endpoint, params=params, content=f"{self.query.rstrip().rstrip(';')}\nFORMAT JSONEachRow",
            headers={"X-ClickHouse-User": self.user, "X-ClickHouse-Key": self.secret.get_secret_value()},
            timeout=self.timeout,
        )  # fmt: skip
        if answer.is_error:
            raise httpx.HTTPStatusError(answer.text[:200], request=answer.request, response=answer)
        return answer.text.splitlines()


class PostgresSource(QuerySource):
    """Read only and row by row; the secret is the whole address; the query names its bounds %(start)s and %(end)s."""

    kind: Literal["postgresql"]

    def pages(self, window: Window) -> Iterator[list[Reading]]:
        try:
            with self.connect() as connection, connection.cursor("usage", row_factory=dict_row) as cursor:
                cursor.itersize = PAGE
                cursor.execute(self.query.encode(), {"start": window.start, "end": window.end})
                yield from self.readings(iter(cursor))
        except psycopg.Error as problem:
            raise SourceFailed(f"{self.name}: {str(problem).splitlines()[0]}") from problem

    def connect(self) -> psycopg.Connection[Any]:
        connection = patiently(
            lambda: psycopg.connect(self.secret.get_secret_value(), connect_timeout=max(2, round(self.timeout))),
            broken=(psycopg.OperationalError,), name=self.name,
        )  # fmt: skip
        connection.read_only = True
        return connection


def stamp(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"
