"""Rows of a CSV as edits of a draft: what each would do, and all of them in one step."""

import csv
from collections.abc import Iterator
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.parsers import TextBody
from core.api.schema import MATCH
from core.errors import Invalid
from core.roles import Scope
from core.spreadsheets import read_cells
from quotes import access
from quotes.actions.pasting import Planned, apply_rows, known_names, plan_rows
from quotes.api.drafts import draft, edited
from quotes.api.facts import version_tag
from quotes.api.shapes import VersionSerializer
from quotes.models import QuoteVersion
from quotes.rules.pasting import MOST as MOST_ROWS
from quotes.rules.pasting import Table, table_of


class PlannedSerializer(serializers.Serializer):
    """What one row would do."""

    row = serializers.IntegerField()
    does = serializers.ChoiceField(choices=["new", "changed", "same", "problem"])
    line = serializers.CharField(allow_null=True, help_text="The key of the line that it changes or adds.")
    problems = serializers.DictField(child=serializers.CharField(), help_text="By column.")


class PlannedListSerializer(serializers.Serializer):
    results = PlannedSerializer(many=True)


CSV: dict[str, Any] = {
    "request": {"text/csv": str},
    "examples": [
        OpenApiExample("More seats", request_only=True, media_type="text/csv", value="line,quantity\nseats,60\n")
    ],
}


class RowsPlan(Endpoint):
    scopes = {"POST": Scope.QUOTES_READ}
    parser_classes = (TextBody,)

    @extend_schema(**CSV, responses={200: PlannedListSerializer})
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """What each row of a CSV would do to the draft, and what is wrong with it; nothing is written."""
        _, version = access.version(request, number, version_number)
        rows = [planned_facts(one) for one in plan_rows(version, table_in(request, version))]
        return self.answer({"results": rows}, tag=version_tag(version))


class Rows(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}
    parser_classes = (TextBody,)

    @extend_schema(**CSV, responses={201: VersionSerializer}, parameters=[MATCH])
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Do what all rows of a CSV say, in one step; or nothing, with everything named that is wrong.

        A row names a line by its key, or a price or product by code or name.
        """
        user, version = draft(request, number, version_number)
        table = table_in(request, version)

        def write() -> QuoteVersion:
            if wrong := dict(problems_of(plan_rows(version, table))):
                raise Invalid(wrong)
            apply_rows(version, table=table, by=user, at=now())
            return access.version(request, number, version_number)[1]

        return edited(self, user, write, status=201)


def table_in(request: Request, version: QuoteVersion) -> Table:
    try:
        cells = read_cells(str(request.data or ""))
    except csv.Error as error:
        raise Invalid({"body": f"body: this is no CSV ({error})."}) from None
    if not 0 < len(cells) <= MOST_ROWS:
        raise Invalid({"body": f"body: CSV of 1 to {MOST_ROWS} rows is needed."})
    return table_of(cells, set(known_names(version)))


def problems_of(rows: list[Planned]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for column, sentence in row.problems.items():
            field = f"rows.{row.number}.{column}"
            yield field, f"{field}: {sentence}"


def planned_facts(one: Planned) -> dict[str, Any]:
    line = one.line.key if one.line else None
    return {"row": one.number, "does": one.kind, "line": line, "problems": one.problems}
