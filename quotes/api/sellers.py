"""Who may sell a quote: the companies that sign."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.roles import Scope
from quotes import access
from quotes.queries.selling import entities


class SellerSerializer(serializers.Serializer):
    """A company that sells; `code` is what `sold_by` of a version names."""

    code = serializers.CharField()
    name = serializers.CharField()
    legal_name = serializers.CharField()
    is_default = serializers.BooleanField()
    books = serializers.ListField(child=serializers.CharField(), help_text="Price books that it sells from.")


class SellerListSerializer(serializers.Serializer):
    results = SellerSerializer(many=True)


class Sellers(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}

    @extend_schema(responses=SellerListSerializer)
    def get(self, request: Request) -> Response:
        """The companies that sell, the default one first."""
        access.seer(request)
        names = ("code", "name", "legal_name", "is_default")
        rows = [{**{name: getattr(one, name) for name in names}, "books": one.book_codes} for one in entities()]
        return self.answer({"results": rows})
