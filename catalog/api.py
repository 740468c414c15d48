"""The catalog for programs: all of it to read, and as code to plan and apply."""

from typing import Any, cast

from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import documents
from catalog.access import book_for, editable_book, editor, publishable_book, reader, sees_drafts
from catalog.actions.books import discard_draft, promote_book, publish_book, retire_book, start_version
from catalog.actions.code import apply_catalog, diff_catalog
from catalog.models import PriceBook
from catalog.queries.pages import overview
from catalog.rules.plan import Change
from core.api.endpoint import Endpoint
from core.api.shapes import Input
from core.errors import Invalid
from core.roles import Permission, Scope, may

SECTIONS = ("prices", "packages", "rules", "rule_tests")


class BookSerializer(serializers.ModelSerializer):
    """A price book in a list. Its address is its code, and outside production `staging.standard`."""

    class Meta:
        model = PriceBook
        fields = [
            "address",
            "code",
            "version",
            "environment",
            "name",
            "currency",
            "status",
            "effective_from",
            "effective_to",
            "published_at",
            "sha256",
        ]


class BookListSerializer(serializers.Serializer):
    results = BookSerializer(many=True)


class BookDetailSerializer(BookSerializer):
    """One price book with all of its parts, as catalog files hold them; costs for those who may see margin."""

    prices = serializers.ListField(child=serializers.DictField())
    packages = serializers.ListField(child=serializers.DictField())
    rules = serializers.ListField(child=serializers.DictField())
    rule_tests = serializers.ListField(child=serializers.DictField())
    costs = serializers.ListField(child=serializers.DictField(), required=False)

    class Meta(BookSerializer.Meta):
        fields = [*BookSerializer.Meta.fields, *SECTIONS, "costs"]


class CatalogSerializer(serializers.Serializer):
    """A catalog as its files hold it: the sections themselves, or the YAML text of files by name."""

    meters = serializers.ListField(child=serializers.DictField(), required=False)
    products = serializers.ListField(child=serializers.DictField(), required=False)
    books = serializers.ListField(child=serializers.DictField(), required=False)
    wordbooks = serializers.ListField(child=serializers.DictField(), required=False)
    files = serializers.DictField(child=serializers.CharField(), required=False)


class SharedSerializer(serializers.Serializer):
    """What all books share: meters, products, and what their texts are in other languages."""

    meters = serializers.ListField(child=serializers.DictField())
    products = serializers.ListField(child=serializers.DictField())
    wordbooks = serializers.ListField(child=serializers.DictField())


class ChangeSerializer(serializers.Serializer):
    sign = serializers.ChoiceField(choices=["+", "~", "-"], help_text="New, changed or removed.")
    subject = serializers.CharField()
    detail = serializers.CharField(help_text="Paths with the old and the new value.")
    book = serializers.CharField(help_text="Of which book; empty for meters and products.")
    text = serializers.CharField(help_text="The whole line of the plan.")


class PlanSerializer(serializers.Serializer):
    changes = ChangeSerializer(many=True)


class AppliedSerializer(PlanSerializer):
    books = BookSerializer(many=True)


class PromotionSerializer(Input):
    to = serializers.ChoiceField(choices=["staging", "production"])


EXAMPLE = OpenApiExample(
    "A file", value={"files": {"book.yaml": "books:\n  - code: standard\n    ..."}}, request_only=True
)


class WholeCatalog(Endpoint):
    scopes = {"GET": Scope.CATALOG_READ}

    @extend_schema(responses=SharedSerializer)
    def get(self, request: Request) -> Response:
        """Meters, products and wordbooks, which all books share, as catalog files hold them."""
        reader(request)
        form = documents.stored([]).form()
        return self.answer({section: form.get(section, []) for section in ("meters", "products", "wordbooks")})


class Books(Endpoint):
    scopes = {"GET": Scope.CATALOG_READ}

    @extend_schema(responses=BookListSerializer)
    def get(self, request: Request) -> Response:
        """Price books, newest version first; drafts only for those who work on them."""
        user = reader(request)
        return self.answer({"results": BookSerializer(overview(drafts=sees_drafts(user)).books, many=True).data})


class BookStep(Endpoint):
    """What a person does with a book."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("catalog:book", args=[kwargs["code"], kwargs["version"]])


class Book(BookStep):
    scopes = {"GET": Scope.CATALOG_READ, "DELETE": Scope.CATALOG_WRITE}

    @extend_schema(responses=BookDetailSerializer)
    def get(self, request: Request, code: str, version: int) -> Response:
        """A price book with prices, packages and rules; unit costs and floors only for those who may see margin."""
        user, found = book_for(request, code, version)
        content = documents.Catalog(books=[documents.book_part(found)]).form()["books"][0]
        sees_secrets = may(user, Permission.SEE_MARGIN)
        if not sees_secrets:
            for price in content.get("prices", []):
                price.pop("floors", None)
        shown = [*SECTIONS, *(["costs"] if sees_secrets else [])]
        return self.answer({**BookSerializer(found).data, **{section: content.get(section, []) for section in shown}})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, code: str, version: int) -> Response:
        """Throw a draft away."""
        user, found = editable_book(request, code, version)
        discard_draft(found, by=user, at=now())
        return Response(status=204)


class BookPublication(BookStep):
    scopes = {"POST": Scope.CATALOG_PUBLISH}

    @extend_schema(request=None, responses={201: BookSerializer})
    def post(self, request: Request, code: str, version: int) -> Response:
        """Publish a draft that somebody else wrote; from now on it never changes."""
        user, found = publishable_book(request, code, version)
        return self.answer(BookSerializer(publish_book(found, by=user, at=now())).data, status=201)


class BookRetirement(BookStep):
    scopes = {"POST": Scope.CATALOG_PUBLISH}

    @extend_schema(request=None, responses={201: BookSerializer})
    def post(self, request: Request, code: str, version: int) -> Response:
        """Sell from this book no longer; quotes that stand on it stay as they are."""
        user, found = publishable_book(request, code, version)
        return self.answer(BookSerializer(retire_book(found, by=user, at=now())).data, status=201)


class BookVersions(BookStep):
    scopes = {"POST": Scope.CATALOG_WRITE}

    @extend_schema(request=None, responses={201: BookSerializer})
    def post(self, request: Request, code: str, version: int) -> Response:
        """Start the next version as a draft with the same contents."""
        user, found = editable_book(request, code, version)
        draft = start_version(found, by=user, at=now())
        location = {"Location": reverse("api_book", args=[draft.address, draft.version])}
        return self.answer(BookSerializer(draft).data, status=201, headers=location)


class CatalogStep(Endpoint):
    """What a person does with the catalog as a whole."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("catalog:overview")


class CatalogPlan(CatalogStep):
    scopes = {"POST": Scope.CATALOG_WRITE}

    @extend_schema(request=CatalogSerializer, responses=PlanSerializer, examples=[EXAMPLE])
    def post(self, request: Request) -> Response:
        """What applying this catalog would change, in words; nothing is written. Every problem is answered at once."""
        editor(request)
        return self.answer({"changes": told(diff_catalog(sent(request)))})


class CatalogApplication(CatalogStep):
    scopes = {"POST": Scope.CATALOG_WRITE}

    @extend_schema(request=CatalogSerializer, responses=AppliedSerializer, examples=[EXAMPLE])
    def post(self, request: Request) -> Response:
        """Make the catalog what this says: all of it or nothing, and nothing the second time.

        A draft becomes exactly what is sent; you become one of its authors, so somebody else publishes it.
        """
        user = editor(request)
        applied = apply_catalog(sent(request), by=user, at=now())
        return self.answer({"changes": told(applied.changes), "books": BookSerializer(applied.books, many=True).data})


class BookPromotion(BookStep):
    scopes = {"POST": Scope.CATALOG_WRITE}

    @extend_schema(
        request=PromotionSerializer,
        responses={201: BookSerializer},
        examples=[OpenApiExample("Onwards", request_only=True, value={"to": "staging"})],
    )
    def post(self, request: Request, code: str, version: int) -> Response:
        """Copy a published version to the next environment, as a draft that somebody else publishes there."""
        user = editor(request)
        _, found = book_for(request, code, version)
        draft = promote_book(found, to=self.read(PromotionSerializer)["to"], by=user, at=now())
        location = {"Location": reverse("api_book", args=[draft.address, draft.version])}
        return self.answer(BookSerializer(draft).data, status=201, headers=location)


def sent(request: Request) -> documents.Catalog:
    """The catalog in the body, read as files are."""
    body: Any = request.data
    if not isinstance(body, dict):
        raise Invalid({"body": "An object with meters, products, books and wordbooks is needed, or with files."})
    if "files" not in body:
        return documents.validated({"meters": [], "products": [], "books": [], **cast(dict[str, Any], body)})
    files = body["files"]
    if len(body) > 1 or not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise Invalid({"files": "files: the YAML text of each file by its name, and nothing beside them."})
    return documents.read(files.items())


def told(changes: list[Change]) -> list[dict[str, str]]:
    return [{**change._asdict(), "text": str(change)} for change in changes]
