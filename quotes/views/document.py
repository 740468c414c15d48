"""The PDF of a frozen version: the stored file, or a page that says it is being made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import refuse
from core.http import see_other
from quotes import access
from quotes.actions.documents import ask_again, ask_for
from quotes.models import Document, QuoteVersion
from quotes.queries.documents import document_of, file_name, wanted

State = Document.State
SECONDS = 2  # between two looks


@require_GET
def document(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Only what is frozen has a document: a draft may still change."""
    _user, version = access.version(request, number, version_number)
    refuse("" if version.snapshot else _("A draft has no document yet. Submit it: from then on its content is frozen."))
    return answer(request, version, base="base.html")


@require_POST
def document_again(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Try once more what could not be made."""
    _user, version = access.version(request, number, version_number)
    if failed := document_of(version, wanted(version)):
        ask_again(failed, at=now())
    return see_other(request, request.path.removesuffix("/again/"))


def answer(request: HttpRequest, version: QuoteVersion, *, base: str, attachment: bool = False) -> HttpResponse:
    """The file; 202 and a page that looks again while it is being made; 503 and the reason when it could not be."""
    found = ask_for(version, wanted(version), at=now())
    if found.state == State.MADE:
        return file_response(found, attachment=attachment)
    context = {"document": found, "version": version, "base": base, "inside": base == "base.html"}
    response = render(request, "quotes/document.html", context, status=202 if found.state == State.WAITING else 503)
    if found.state == State.WAITING:
        response.headers["Refresh"] = str(SECONDS)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def file_response(document: Document, *, attachment: bool) -> HttpResponse:
    response = HttpResponse(bytes(document.pdf or b""), content_type="application/pdf")
    kind = "attachment" if attachment else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{file_name(document.version, document.kind)}"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Content-SHA256"] = document.sha256
    return response
