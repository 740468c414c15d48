"""Starting quotes and editing drafts. Every change names the state it was made for (If-Match)."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Package
from core.api.endpoint import Endpoint
from core.api.etags import check_match
from core.api.pages import list_of
from core.api.refusals import Stale
from core.api.schema import MATCH
from core.errors import Conflict, Invalid
from core.models import User
from core.roles import Scope
from quotes import access
from quotes.actions.batches import edit_lines
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.lines import add_package, add_price, edit_line, remove_line
from quotes.actions.opportunities import link_quote
from quotes.api.bodies import LineChangesBody, ManyLinesBody, NewLineBody, NewQuoteBody, VersionChangesBody
from quotes.api.facts import line_facts, line_rows, version_facts, version_tag
from quotes.api.reading import OneVersion, QuoteQuery, listed
from quotes.api.shapes import LineSerializer, RowSerializer, VersionSerializer
from quotes.models import QuoteLine, QuoteVersion

EDITED = {200: VersionSerializer}


class LineListSerializer(serializers.Serializer):
    results = LineSerializer(many=True)


def example(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


class Quotes(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_WRITE}
    query = QuoteQuery

    @extend_schema(responses=list_of(RowSerializer))
    def get(self, request: Request) -> Response:
        """Quotes that you may see by their newest version, the last edited first."""
        return self.answer(listed(self, request))

    @extend_schema(
        request=NewQuoteBody,
        responses={201: VersionSerializer},
        examples=[example("With a package", {"customer": "acme", "months": 24, "package": "hybrid"})],
    )
    def post(self, request: Request) -> Response:
        """Start a quote: its first draft, from the price book that is published for the customer's currency."""
        user, body, at = access.seller(request), self.read(NewQuoteBody), now()
        code, opportunity = body.pop("package", ""), body.pop("opportunity", None)
        with transaction.atomic():
            version = create_quote(by=user, at=at, **body)
            if opportunity:
                link_quote(version.quote, **opportunity, by=user, at=at)
            if code:
                version = add_package(version, package=package_of(version, code), by=user, at=at)
        location = f"{request.path}{version.quote.number}/"
        return self.answer(
            version_facts(version, user), status=201, tag=version_tag(version), headers={"Location": location}
        )


class EditableVersion(OneVersion):
    name_of_operation = "version"
    scopes = {"GET": Scope.QUOTES_READ, "PATCH": Scope.QUOTES_WRITE}

    @extend_schema(
        request=VersionChangesBody,
        responses=EDITED,
        parameters=[MATCH],
        examples=[example("A discount", {"discount_percent": "12.5", "payment_days": 45})],
    )
    def patch(self, request: Request, number: str, version_number: int) -> Response:
        """Change what holds for the whole draft."""
        user, version = draft(request, number, version_number)
        return edited(self, user, lambda: edit_version(version, by=user, at=now(), **self.read(VersionChangesBody)))


class Lines(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_WRITE, "PATCH": Scope.QUOTES_WRITE}

    @extend_schema(responses=LineListSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """The lines of a version in their order."""
        _, version = access.version(request, number, version_number)
        return self.answer({"results": line_facts(line_rows(version))}, tag=version_tag(version))

    @extend_schema(
        request=NewLineBody,
        responses={201: VersionSerializer},
        parameters=[MATCH],
        examples=[example("A price", {"price": "seats"}), example("A package", {"package": "hybrid"})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Add a price of the version's book as the last line, or a package with all its lines."""
        user, version = draft(request, number, version_number)
        body, at = self.read(NewLineBody), now()
        if "package" in body:
            package = package_of(version, body["package"])
            return edited(self, user, lambda: add_package(version, package=package, by=user, at=at), status=201)
        price = version.price_book.prices.filter(key=body["price"]).first()
        if price is None:
            raise Invalid({"price": f"price: {version.price_book} has no price {body['price']}."})
        return edited(self, user, lambda: add_price(version, price=price, by=user, at=at), status=201)

    @extend_schema(
        request=ManyLinesBody,
        responses=EDITED,
        parameters=[MATCH],
        examples=[example("The same discount", {"lines": ["seats"], "discount_percent": "10"})],
    )
    def patch(self, request: Request, number: str, version_number: int) -> Response:
        """Give several lines of a draft the same, in one step; or none of them, with what each does not take."""
        user, version = draft(request, number, version_number)
        body = self.read(ManyLinesBody)
        keys = body.pop("lines")

        def write() -> QuoteVersion:
            edit_lines(version, keys=keys, by=user, at=now(), strict=True, **body)
            return access.version(request, number, version_number)[1]

        return edited(self, user, write)


class OneLine(Endpoint):
    name_of_operation = "line"
    scopes = {"GET": Scope.QUOTES_READ, "PATCH": Scope.QUOTES_WRITE, "DELETE": Scope.QUOTES_WRITE}

    @extend_schema(responses=LineSerializer)
    def get(self, request: Request, number: str, version_number: int, key: str) -> Response:
        """One line."""
        _, version = access.version(request, number, version_number)
        facts = line_facts(line_rows(version).filter(key=key))
        access.found(facts)
        return self.answer(facts[0], tag=version_tag(version))

    @extend_schema(
        request=LineChangesBody,
        responses=EDITED,
        parameters=[MATCH],
        examples=[example("More of it", {"quantity": "50", "discount_percent": "10"})],
    )
    def patch(self, request: Request, number: str, version_number: int, key: str) -> Response:
        """Change one line of a draft."""
        user, line = line_for(request, number, version_number, key)
        return edited(self, user, lambda: edit_line(line, by=user, at=now(), **self.read(LineChangesBody)))

    @extend_schema(request=None, responses=EDITED, parameters=[MATCH])
    def delete(self, request: Request, number: str, version_number: int, key: str) -> Response:
        """Take a line off a draft."""
        user, line = line_for(request, number, version_number, key)
        return edited(self, user, lambda: remove_line(line, by=user, at=now()))


def draft(request: Request, number: str, version_number: int) -> tuple[User, QuoteVersion]:
    """The version in the state that the caller has seen."""
    user, version = access.version(request, number, version_number)
    check_match(request, version_tag(version))
    return user, version


def line_for(request: Request, number: str, version_number: int, key: str) -> tuple[User, QuoteLine]:
    user, version = draft(request, number, version_number)
    line = version.lines.select_related("price", "part").filter(key=key).first()
    if line is None:
        raise Http404
    line.version = version
    return user, line


def edited(endpoint: Endpoint, user: User, edit: Any, *, status: int = 200) -> Response:
    """The version after the edit. Who lost a race that If-Match did not see is told the same as who lost it before."""
    try:
        version = edit()
    except Conflict as error:
        raise Stale(error.sentence) from None
    return endpoint.answer(version_facts(version, user), status=status, tag=version_tag(version))


def package_of(version: QuoteVersion, code: str) -> Package:
    found = Package.objects.filter(book=version.price_book_id, code=code).first()
    if found is None:
        raise Invalid({"package": f"package: {version.price_book} has no package {code}."})
    return found
