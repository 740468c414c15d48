"""The PDF of a frozen version, for the people who work on it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.errors import refuse
from quotes import access
from quotes.documents import QuoteDocument
from quotes.views.room import pdf_response


@require_GET
def document(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Only what is frozen has a document: a draft may still change."""
    _user, version = access.version(request, number, version_number)
    refuse("" if version.snapshot else _("A draft has no document yet. Submit it: from then on its content is frozen."))
    response = pdf_response(QuoteDocument.parse(version.snapshot, version.sha256), attachment=False)
    response.headers["Cache-Control"] = "no-store, private"
    return response
