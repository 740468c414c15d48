from typing import Any

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import documents
from catalog.access import book_for, reader, sees_drafts
from catalog.models import PriceBook
from catalog.queries.pages import overview
from core.roles import Permission, may


@api_view(["GET"])
def books(request: Request) -> Response:
    """Price books, newest version first; drafts only for those who work on them."""
    user = reader(request)
    return Response({"results": [facts(book) for book in overview(drafts=sees_drafts(user)).books]})


@api_view(["GET"])
def book(request: Request, code: str, version: int) -> Response:
    """A price book with prices and packages; unit costs only for those who may see margin."""
    user, found = book_for(request, code, version)
    content = documents.Catalog(books=[documents.book_part(found)]).form()["books"][0]
    if not may(user, Permission.SEE_MARGIN):
        content.pop("costs", None)
    return Response({**content, **facts(found)})


def facts(book: PriceBook) -> dict[str, Any]:
    return {
        "code": book.code,
        "version": book.version,
        "name": book.name,
        "currency": book.currency,
        "status": book.status,
        "effective_from": book.effective_from.isoformat(),
        "published_at": book.published_at.isoformat() if book.published_at else None,
        "sha256": book.sha256 or None,
    }
