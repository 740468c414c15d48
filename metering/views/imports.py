from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import formats
from core.errors import Invalid
from core.forms import mark
from core.http import is_partial, render_page, see_other
from core.languages import lazily as _lazy
from core.spreadsheets import csv_answer
from metering.access import import_for, importer
from metering.actions.history import discard_file, look_into, receive_file, rejections_path, start_import
from metering.forms import MappingForm, UploadForm
from metering.forms.imports import format_of
from metering.models import UsageImport
from metering.queries.files import Look
from metering.queries.imports import dimension_names
from metering.rules.files import Unreadable
from metering.rules.imports import BULK_FROM_ROWS, progress, why_not_discard, why_not_start
from metering.rules.mapping import ColumnMap
from metering.views.room import room_tabs

PAGE = 50
SHOWN_REJECTIONS = 100
SHOWN_ROWS = 12
WAITING = ("queued", "running")


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The files that were brought; a new one is kept and looked at first."""
    user = importer(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm(initial=chosen(request))
    if form.is_valid():
        file, customer = form.cleaned_data["file"], form.cleaned_data["customer"]
        try:
            upload = receive_file(
                name=file.name, format=str(format_of(file)), chunks=file.chunks(), customer=customer, by=user, at=now()
            )
            return see_other(request, reverse("metering:import", args=[upload.pk]))
        except Invalid as problem:
            mark(form, problem)
    files = UsageImport.objects.select_related("customer", "created_by").defer("content", "rejected")
    page = Paginator(files.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "tabs": room_tabs(user, "imports")}
    return render_page(request, "metering/imports.html", context, status=422 if form.is_bound else 200)


def chosen(request: HttpRequest) -> dict[str, str]:
    return {"customer": request.GET.get("customer", "")}


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file holds, how far it is, and what became of its rows."""
    _, upload = import_for(request, pk)
    return show(request, upload)


@require_POST
def looking(request: HttpRequest, pk: int) -> HttpResponse:
    """The first rows by another mapping; nothing is kept. A POST, because a mapping is too long for an address."""
    _, upload = import_for(request, pk)
    return show(request, upload, request.POST)


@require_POST
def recording(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the file to the workers, for real or as a trial; after a failure they go on where it stopped."""
    user, upload = import_for(request, pk)
    mapping = None
    if "zone" in request.POST:
        form = mapping_form(upload, look_of(upload), request.POST)
        if not form or not form.is_valid():
            return show(request, upload, request.POST, status=422)
        mapping = form.mapping()
    try:
        dry_run, way = "dry_run" in request.POST, "bulk" if "bulk" in request.POST else "events"
        start_import(upload, mapping=mapping, way=way, dry_run=dry_run, by=user, at=now())
    except Invalid as problem:
        return show(request, upload, request.POST, problem=problem.sentence, status=422)
    return answer(request, upload)


@require_POST
def discarding(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the file away; what was recorded of it stays."""
    user, upload = import_for(request, pk)
    return answer(request, discard_file(upload, by=user, at=now()))


def answer(request: HttpRequest, upload: UsageImport) -> HttpResponse:
    if is_partial(request):
        return show(request, upload)
    return see_other(request, reverse("metering:import", args=[upload.pk]))


def show(
    request: HttpRequest, upload: UsageImport, data: QueryDict | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"upload": upload, "problem": problem, "waiting": upload.state in WAITING, **counted(upload)}
    if upload.path and not why_not_start(upload.state):
        context |= looked_at(upload, data)
    context |= {
        "why_not_record": why_not_start(upload.state) or context.get("unreadable", "") or NO_FILE * (not upload.path),
        "why_not_discard": why_not_discard(upload.state),
        "discard_url": reverse("metering:discarding", args=[upload.pk]),
    }
    return render_page(request, "metering/import.html", context, part="report", status=status)


NO_FILE = _lazy("This file is not here any more; bring it again.")


def counted(upload: UsageImport) -> dict[str, Any]:
    """How far the file is, and the rejected rows that are shown."""
    done = progress(done=upload.done, total=upload.total, rows=upload.lines, seconds=upload.seconds)
    rejections = max(upload.rejections, len(upload.rejected))
    return {
        "progress": done,
        "remaining": in_words(done.remaining),
        "rejections": rejections,
        "rejected": [
            {"line": line, "id": id, "reason": reason, "text": text}
            for line, id, reason, text in upload.rejected[:SHOWN_REJECTIONS]
        ],
        "hidden": max(0, rejections - SHOWN_REJECTIONS),
        "read": upload.done > 0 or upload.state == "recorded",
    }


def looked_at(upload: UsageImport, data: QueryDict | None) -> dict[str, Any]:
    """The first rows as events, by the mapping that is stored or tried."""
    try:
        stored = look_of(upload)
        form = mapping_form(upload, stored, data)
        look = look_of(upload, form.mapping()) if form and form.is_bound and form.is_valid() else stored
    except Invalid as problem:
        return {"mapping_form": form, "look": stored, "rows": [], "mapping_problem": problem.sentence}
    except (Unreadable, OSError) as problem:
        return {"unreadable": _("The file cannot be read: {problem}").format(problem=problem)}
    large = look.rows_guessed >= BULK_FROM_ROWS
    return {"mapping_form": form, "look": look, "rows": look.rows[:SHOWN_ROWS], "large": large}


def look_of(upload: UsageImport, mapping: dict[str, Any] | None = None) -> Look:
    return look_into(upload, at=now(), mapping=mapping)


def mapping_form(upload: UsageImport, look: Look, data: QueryDict | None) -> MappingForm | None:
    """None where there is nothing to map: the file holds CloudEvents."""
    if look.mapping is None:
        return None
    guessed = ColumnMap.parse(upload.mapping) if upload.mapping else look.mapping
    return MappingForm(
        data, heading=look.heading, dimensions=dimension_names(), guessed=guessed, customer=upload.customer
    )


def in_words(seconds: float | None) -> str:
    """ "about 3 minutes" of a time to go."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("{seconds:.0f} seconds").format(seconds=seconds)
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return _("{n} hours").format(n=formats.quantity(round(seconds / 3600, 1)))


@require_safe
def rejected(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All rejected rows with their reasons as CSV, safe to open in a spreadsheet."""
    _, upload = import_for(request, pk)
    name, path = f"rejected-{upload.pk}.csv", rejections_path(upload)
    if upload.rejections and path.exists():
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    return csv_answer(name, [("line", "id", "reason", "row"), *upload.rejected])
