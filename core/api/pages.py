"""Lists a page at a time: a cursor says after which row the next page begins, so that rows that come and go shift
nothing, and the last page costs what the first does."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.request import Request

from core.api.shapes import Input
from core.errors import Invalid

SIZE, MOST = 50, 200
SALT = "core.api.pages"


class Paged(Input):
    """What every list is asked with."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=SIZE, help_text=f"Rows of a page: at most {MOST}."
    )
    cursor = serializers.CharField(
        required=False, max_length=600, help_text="From `next` of the page before; leave it out for the first page."
    )


def since(what: str) -> serializers.DateTimeField:
    """Narrows a list to what is as new, for whoever copies it again and again."""
    return serializers.DateTimeField(
        required=False, help_text=f"Only what was {what} then or later: 2026-11-24T18:00:00Z."
    )


class Page(NamedTuple):
    rows: list[Any]
    next: str | None
    """The cursor of the next page; None on the last one."""

    def answer(self, request: Request, results: Any) -> dict[str, Any]:
        """The body of a list: its rows, and the address of the next page."""
        return {"results": results, "next": address(request, self.next) if self.next else None}


def list_of(row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The shape of such a body, for the description of the API."""
    parts = {"results": row(many=True), "next": serializers.URLField(allow_null=True)}
    return type(row.__name__.replace("Serializer", "ListSerializer"), (serializers.Serializer,), parts)


def page_of(found: QuerySet[Any], asked: dict[str, Any], *order: str, name: str) -> Page:
    """The rows after the cursor, in this order ("-edited_at", "-pk"); the last field of it is unique.

    `name` is of the list: a cursor of another list, or of another order, is refused.
    """
    salt = f"{SALT}.{name}.{','.join(order)}"
    if text := asked.get("cursor"):
        found = found.filter(after(order, values_of(text, salt)))
    limit = asked["limit"]
    rows = list(found.order_by(*order)[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor_of(rows[limit - 1], order, salt))


def cursor_of(row: Model, order: Sequence[str], salt: str) -> str:
    return signing.dumps([written(value_of(row, field.removeprefix("-"))) for field in order], salt=salt, compress=True)


def values_of(text: str, salt: str) -> list[Any]:
    try:
        return [read(value) for value in signing.loads(text, salt=salt)]
    except signing.BadSignature:
        raise Invalid({"cursor": "cursor: not one of this list. Begin without a cursor."}) from None


def value_of(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows behind these values: larger in the first field that differs, or smaller where it falls."""
    found, same = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name = field.removeprefix("-")
        found |= same & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        same &= Q(**{name: value})
    return found


def written(value: Any) -> Any:
    for kind, (write, _) in KINDS.items():
        if isinstance(value, kind):
            return [kind.__name__, write(value)]
    return value


def read(value: Any) -> Any:
    return READERS[value[0]](value[1]) if isinstance(value, list) else value


KINDS: dict[type, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    datetime: (datetime.isoformat, parse_datetime),
    Decimal: (str, Decimal),
}
READERS = {kind.__name__: reader for kind, (_, reader) in KINDS.items()}


def address(request: Request, cursor: str) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
