"""Files of usage, for programs: brought, looked at, recorded by workers as a job, their refused rows as CSV."""

from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.pages import Paged, list_of, page_of
from core.api.renderers import CSVAnswer, JSONAnswer
from core.api.shapes import Flag, Input, Text
from core.errors import Invalid, Refused
from core.roles import Scope
from core.spreadsheets import csv_answer
from customers.models import Customer
from metering.access import import_for, importer
from metering.actions.history import discard_file, look_into, receive_file, rejections_path, start_import
from metering.forms.imports import FORMATS, LARGEST, format_of
from metering.models import UsageImport
from metering.rules.files import Unreadable
from metering.rules.imports import progress

SHOWN_REJECTIONS = 100
HEAD = ("line", "id", "reason", "row")
OWN = (
    *("id", "name", "format", "state", "total", "done", "lines", "accepted", "duplicates", "rejections", "unknown"),
    *("notes", "error", "mapping", "way", "dry_run", "created_at", "recorded_at"),
)


class ImportSerializer(serializers.Serializer):
    """A file of usage. Read it again until `state` is neither `queued` nor `running`: `done` of `total` is read."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    format = serializers.CharField()
    customer = serializers.CharField(allow_null=True, help_text="Whose usage it is; null where each row names its own.")
    state = serializers.ChoiceField(choices=UsageImport.State.values)
    total = serializers.IntegerField(help_text="Bytes, or rows of Parquet.")
    done = serializers.IntegerField()
    lines = serializers.IntegerField(help_text="Rows that were read.")
    seconds_left = serializers.IntegerField(allow_null=True, help_text="About; null while nobody knows.")
    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejections = serializers.IntegerField(help_text="`rejected/` has all of these rows with their reasons.")
    unknown = serializers.DictField(child=serializers.IntegerField(), help_text="Dimension values nobody priced.")
    notes = serializers.ListField(child=serializers.CharField())
    error = serializers.CharField(help_text="Why it failed; recording goes on where it stopped.")
    mapping = serializers.DictField(help_text="Empty for CloudEvents, which need none.")
    way = serializers.ChoiceField(choices=UsageImport.Way.values)
    dry_run = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField(allow_null=True)


class RejectedRowSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    id = serializers.CharField()
    reason = serializers.CharField()
    row = serializers.CharField()


class ImportReportSerializer(ImportSerializer):
    """With its first refused rows."""

    rejected = RejectedRowSerializer(many=True)


class LookedRowSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    text = serializers.CharField()
    event = serializers.DictField(allow_null=True)
    reason = serializers.CharField(help_text="Why it is no event; empty where it is one.")


class LookSerializer(serializers.Serializer):
    """The first rows as the events that they would become."""

    heading = serializers.ListField(child=serializers.CharField())
    mapping = serializers.DictField(allow_null=True, help_text="null for CloudEvents, which need none.")
    problems = serializers.ListField(child=serializers.CharField(), help_text="What keeps it from being recorded.")
    rows = LookedRowSerializer(many=True)
    rows_guessed = serializers.IntegerField(help_text="In the whole file, about.")
    unknown = serializers.DictField(child=serializers.IntegerField())


@extend_schema_field({"type": "string", "format": "binary"})
class Upload(serializers.FileField):
    """A file as a part of the body; what the framework describes is the address of one that is answered."""


class NewImportBody(Input):
    file = Upload(help_text="CSV, NDJSON (CloudEvents) or Parquet, as its name ends; at most 5 GB.")
    customer = serializers.SlugField(max_length=60, required=False, help_text="Whose usage; else each row names it.")


class ColumnMapBody(Input):
    """For each field or dimension the column, or what it is in every row; the zone of times that name none."""

    columns = serializers.DictField(child=Text(max_length=200), required=False)
    constants = serializers.DictField(child=Text(max_length=200), required=False)
    zone = Text(max_length=64, required=False, allow_blank=True)


class LookBody(Input):
    mapping = ColumnMapBody(required=False, help_text="Leave it out for the one that is kept.")


class RecordingBody(LookBody):
    way = serializers.ChoiceField(
        choices=UsageImport.Way.values, default=UsageImport.Way.EVENTS.value, help_text="bulk: totals without events."
    )
    dry_run = Flag(default=False, help_text="Count what would be recorded; record nothing.")


MAPPED = {
    "columns": {"id": "request_id", "time": "created_at", "value": "tokens_used", "direction": "direction"},
    "constants": {"meter": "tokens", "customer": "acme"},
    "zone": "Europe/Berlin",
}


class UsageImports(Endpoint):
    scopes = {"GET": Scope.EVENTS_WRITE, "POST": Scope.EVENTS_WRITE}
    parser_classes = (MultiPartParser,)
    query = Paged

    @extend_schema(responses=list_of(ImportSerializer))
    def get(self, request: Request) -> Response:
        """Every file that was brought, newest first."""
        importer(request)
        files = UsageImport.objects.select_related("customer").defer("content", "rejected")
        page = page_of(files, self.asked, "-pk", name="usage imports")
        return self.answer(page.answer(request, [facts(one) for one in page.rows]))

    @extend_schema(request={"multipart/form-data": NewImportBody}, responses={201: ImportReportSerializer})
    def post(self, request: Request) -> Response:
        """Bring a file: it is kept and its mapping is guessed. Nothing is recorded before `recording/`."""
        user, body = importer(request), self.read(NewImportBody)
        file, format = body["file"], format_of(body["file"])
        if format is None:
            raise Invalid({"file": f"file: its name must end with one of .{', .'.join(FORMATS)}."})
        if file.size > LARGEST:
            raise Invalid({"file": "file: at most 5 GB here; larger ones go through `manage.py import_usage`."})
        customer = customer_named(body.get("customer"))
        made = receive_file(name=file.name, format=format, chunks=file.chunks(), customer=customer, by=user, at=now())
        return self.answer(report(made), status=201, headers={"Location": address(made)})


class OneUsageImport(Endpoint):
    name_of_operation = "usage_import"
    scopes = {"GET": Scope.EVENTS_WRITE, "DELETE": Scope.EVENTS_WRITE}

    @extend_schema(responses=ImportReportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One file: how far it is, what was recorded of it, and its first refused rows."""
        _, found = import_for(request, pk)
        return self.answer(report(found))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Throw the file away; what was recorded of it stays, and so does the report."""
        user, found = import_for(request, pk)
        discard_file(found, by=user, at=now())
        return Response(status=204)


class ImportPreview(Endpoint):
    name_of_operation = "usage_import_preview"
    scopes = {"POST": Scope.EVENTS_WRITE}

    @extend_schema(
        request=LookBody,
        responses=LookSerializer,
        examples=[OpenApiExample("Foreign columns", request_only=True, value={"mapping": MAPPED})],
    )
    def post(self, request: Request, pk: int) -> Response:
        """The first rows by a mapping; nothing is kept."""
        _, found = import_for(request, pk)
        mapping = self.read(LookBody).get("mapping")
        check_there(found)
        try:
            seen = look_into(found, at=now(), mapping=mapping)
        except (Unreadable, OSError) as problem:
            raise Refused(f"The file cannot be read: {problem}") from None
        shown = {name: getattr(seen, name) for name in ("heading", "problems", "rows", "rows_guessed", "unknown")}
        kept = seen.mapping.to_json() if seen.mapping else None
        return self.answer(LookSerializer({**shown, "mapping": kept}).data)


class ImportRecording(Endpoint):
    name_of_operation = "usage_import_recording"
    scopes = {"POST": Scope.EVENTS_WRITE}

    @extend_schema(
        request=RecordingBody,
        responses={202: ImportReportSerializer},
        examples=[OpenApiExample("A trial", request_only=True, value={"mapping": MAPPED, "dry_run": True})],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Hand the file to the workers, for real or as a trial; after a failure they go on where it stopped."""
        user, found = import_for(request, pk)
        body = self.read(RecordingBody)
        check_there(found)
        try:
            done = start_import(found, **body, by=user, at=now())
        except (Unreadable, OSError) as problem:
            raise Refused(f"The file cannot be read: {problem}") from None
        return self.answer(report(done), status=202, headers={"Location": address(done), "Retry-After": "5"})


class ImportRejections(Endpoint):
    name_of_operation = "usage_import_rejections"
    binary = True
    renderer_classes = (CSVAnswer, JSONAnswer)
    scopes = {"GET": Scope.EVENTS_WRITE}

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """All refused rows with their reasons as CSV, safe to open in a spreadsheet."""
        _, found = import_for(request, pk)
        name, path = f"rejected-{found.pk}.csv", rejections_path(found)
        if found.rejections and path.exists():
            return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
        return csv_answer(name, [HEAD, *found.rejected])


def customer_named(slug: str | None) -> Customer | None:
    found = Customer.objects.filter(slug=slug).first() if slug else None
    if slug and found is None:
        raise Invalid({"customer": f"customer: there is none called {slug}."})
    return found


def check_there(found: UsageImport) -> None:
    if not found.path:
        raise Refused("This file is not here any more; bring it again.")


def address(found: UsageImport) -> str:
    return reverse("api_usage_import", args=[found.pk])


def report(found: UsageImport) -> dict[str, Any]:
    rows = [dict(zip(HEAD, row, strict=True)) for row in found.rejected[:SHOWN_REJECTIONS]]
    return {**facts(found), "rejected": rows}


def facts(found: UsageImport) -> dict[str, Any]:
    left = progress(done=found.done, total=found.total, rows=found.lines, seconds=found.seconds).remaining
    own = {name: getattr(found, name) for name in OWN}
    customer = found.customer.slug if found.customer else None
    return {**own, "customer": customer, "seconds_left": None if left is None else round(left)}
