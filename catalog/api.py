from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import documents
from catalog.access import book_for, reader, sees_drafts
from catalog.models import PriceBook
from catalog.queries.pages import overview
from core.roles import Permission, may


class BookSerializer(serializers.ModelSerializer):
    """A price book in a list."""

    class Meta:
        model = PriceBook
        fields = ["code", "version", "name", "currency", "status", "effective_from", "published_at", "sha256"]


class BookListSerializer(serializers.Serializer):
    results = BookSerializer(many=True)


class BookDetailSerializer(BookSerializer):
    """One price book: prices, packages and (for those who may see margin) unit costs, as catalog files hold them."""

    prices = serializers.ListField(child=serializers.DictField())
    packages = serializers.ListField(child=serializers.DictField())
    costs = serializers.ListField(child=serializers.DictField(), required=False)

    class Meta(BookSerializer.Meta):
        fields = [*BookSerializer.Meta.fields, "prices", "packages", "costs"]


@extend_schema(responses=BookListSerializer)
@api_view(["GET"])
def books(request: Request) -> Response:
    """Price books, newest version first; drafts only for those who work on them."""
    user = reader(request)
    return Response({"results": BookSerializer(overview(drafts=sees_drafts(user)).books, many=True).data})


@extend_schema(responses=BookDetailSerializer)
@api_view(["GET"])
def book(request: Request, code: str, version: int) -> Response:
    """A price book with prices and packages; unit costs only for those who may see margin."""
    user, found = book_for(request, code, version)
    content = documents.Catalog(books=[documents.book_part(found)]).form()["books"][0]
    shown = ["prices", "packages", *(["costs"] if may(user, Permission.SEE_MARGIN) else [])]
    return Response({**BookSerializer(found).data, **{section: content.get(section, []) for section in shown}})
