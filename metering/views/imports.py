from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Invalid
from core.http import is_partial, render_page, see_other
from metering.access import import_for, importer
from metering.actions.imports import discard_import, preview_import, record_import
from metering.forms import UploadForm
from metering.models import UsageImport
from metering.rules.imports import why_not_discard, why_not_record
from metering.views.exports import csv_answer

PAGE = 50
SHOWN_REJECTIONS = 100


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The files that were brought; a new one is looked at first."""
    user = importer(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm(initial=chosen(request))
    if form.is_valid():
        data = form.cleaned_data
        file = data["file"]
        try:
            upload = preview_import(
                name=file.name,
                format=data["format"],
                content=file.read(),
                customer=data["customer"],
                by=user,
                at=now(),
            )
            return see_other(request, reverse("metering:import", args=[upload.pk]))
        except Invalid as problem:
            for field, message in problem.errors.items():
                form.add_error(field, message)
    files = UsageImport.objects.select_related("customer", "created_by").defer("content", "rejected")
    page = Paginator(files.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render_page(request, "metering/imports.html", context, status=422 if form.is_bound else 200)


def chosen(request: HttpRequest) -> dict[str, str]:
    return {"customer": request.GET.get("customer", "")}


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file holds: new events, duplicates, and every rejected row with its reason."""
    _, upload = import_for(request, pk)
    return show(request, upload)


@require_POST
def recording(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the previewed file."""
    user, upload = import_for(request, pk)
    return answer(request, record_import(upload, by=user, at=now()))


@require_POST
def discarding(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the previewed file away."""
    user, upload = import_for(request, pk)
    return answer(request, discard_import(upload, by=user, at=now()))


def answer(request: HttpRequest, upload: UsageImport) -> HttpResponse:
    if is_partial(request):
        return show(request, upload)
    return see_other(request, reverse("metering:import", args=[upload.pk]))


def show(request: HttpRequest, upload: UsageImport) -> HttpResponse:
    context = {
        "upload": upload,
        "rejected": [
            {"line": line, "id": id, "reason": reason, "text": text}
            for line, id, reason, text in upload.rejected[:SHOWN_REJECTIONS]
        ],
        "hidden": max(0, len(upload.rejected) - SHOWN_REJECTIONS),
        "why_not_record": why_not_record(upload.state, upload.accepted),
        "why_not_discard": why_not_discard(upload.state),
    }
    return render_page(request, "metering/import.html", context, part="report")


@require_safe
def rejected(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All rejected rows as CSV, safe to open in a spreadsheet."""
    _, upload = import_for(request, pk)
    return csv_answer(f"rejected-{upload.pk}.csv", [("line", "id", "reason", "row"), *upload.rejected])
