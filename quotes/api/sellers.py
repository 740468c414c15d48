"""The companies that sell, for programs: which there are, what stands on their documents, and changing that."""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_match, hash_tag
from core.api.refusals import Stale
from core.api.schema import MATCH
from core.api.shapes import Flag, Input, Text
from core.errors import Conflict, Invalid
from core.models import User
from core.roles import Scope
from quotes import access
from quotes.actions import selling as actions
from quotes.models import SellingEntity
from quotes.queries.selling import book_codes, entities
from quotes.rules.selling import LOGO_BYTES

SENT = {"book_codes": "books", "logo": "picture"}
TEXTS = ("code", "name", "legal_name", "address", "email", "footer", "zone", "paper", "accent")


class SellerSerializer(serializers.Serializer):
    """A company that sells; `code` is what `sold_by` of a version names."""

    code = serializers.CharField()
    name = serializers.CharField()
    legal_name = serializers.CharField()
    is_default = serializers.BooleanField()
    books = serializers.ListField(child=serializers.CharField(), help_text="Price books that it sells from.")
    address = serializers.CharField()
    email = serializers.CharField()
    footer = serializers.CharField()
    zone = serializers.CharField()
    paper = serializers.ChoiceField(choices=SellingEntity.Paper.values)
    accent = serializers.CharField()
    contract_at = serializers.ChoiceField(choices=SellingEntity.ContractAt.values)
    countersigner = serializers.CharField(allow_null=True, help_text="Who signs for it; null where nobody needs to.")
    logo = serializers.CharField(allow_null=True, help_text="SHA-256 of the picture; null without one.")


class SellerListSerializer(serializers.Serializer):
    results = SellerSerializer(many=True)


class SellerBody(Input):
    """What stands on documents of quotes that are submitted from now on."""

    name = Text(max_length=80, required=False)
    legal_name = Text(max_length=160, required=False)
    address = Text(max_length=1000, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    footer = Text(max_length=200, required=False, allow_blank=True)
    zone = Text(max_length=40, required=False, help_text="Such as Europe/Berlin.")
    paper = serializers.ChoiceField(choices=SellingEntity.Paper.values, required=False)
    accent = serializers.RegexField(r"^#[0-9a-f]{6}$", required=False, help_text="Readable on white.")
    books = serializers.ListField(child=serializers.SlugField(max_length=40), required=False, max_length=100)
    is_default = Flag(required=False, help_text="Sells where no other is named; true takes it from the one before.")
    contract_at = serializers.ChoiceField(choices=SellingEntity.ContractAt.values, required=False)
    countersigner = Text(max_length=150, required=False, allow_null=True, help_text="A username.")


class NewSellerBody(SellerBody):
    code = serializers.RegexField(r"^[a-z][a-z0-9-]{1,39}$", help_text="Such as northlight-eu; it stays.")
    name = Text(max_length=80)
    legal_name = Text(max_length=160)
    address = Text(max_length=1000)
    email = serializers.EmailField(max_length=254)
    zone = Text(max_length=40)


class LogoBody(Input):
    picture = Text(
        max_length=LOGO_BYTES * 2, help_text="PNG, JPEG or WebP in Base64; nothing of it but its pixels is kept."
    )

    def validate_picture(self, text: str) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("picture: this is not Base64.") from None


EXAMPLE = {
    "code": "northlight-uk",
    "name": "Northlight",
    "legal_name": "Northlight AI Ltd",
    "address": "1 Finsbury Avenue\nLondon EC2M 2PF",
    "email": "quotes@northlight.example",
    "zone": "Europe/London",
}
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAK0lEQVR42u3NQQEAQAQAMK"
    "6OMqKLdCX4bQWW1ROXXhwTCAQCgUAgEAgEWz47RAGLguXDpwAAAABJRU5ErkJggg=="
)


class Sellers(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.SELLERS_WRITE}

    @extend_schema(responses=SellerListSerializer)
    def get(self, request: Request) -> Response:
        """The companies that sell, the default one first."""
        access.seer(request)
        return self.answer({"results": [facts(one) for one in entities()]})

    @extend_schema(
        request=NewSellerBody,
        responses={201: SellerSerializer},
        examples=[OpenApiExample("A subsidiary", request_only=True, value=EXAMPLE)],
    )
    def post(self, request: Request) -> Response:
        """Add a company that sells; the first one is the default."""
        user, body = access.documents(request), content(self.read(NewSellerBody))
        with as_sent():
            made = actions.add_entity(body.pop("code"), by=user, at=now(), **body)
        location = {"Location": reverse("api_seller", args=[made.code])}
        return self.answer(facts(made), status=201, tag=seller_tag(made), headers=location)

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:sellers")


class OneSeller(Endpoint):
    name_of_operation = "seller"
    scopes = {"GET": Scope.QUOTES_READ, "PATCH": Scope.SELLERS_WRITE}

    @extend_schema(responses=SellerSerializer)
    def get(self, request: Request, code: str) -> Response:
        """One company that sells."""
        _, found = access.selling_entity(request, code)
        return self.answer(facts(found), tag=seller_tag(found))

    @extend_schema(
        request=SellerBody,
        responses=SellerSerializer,
        parameters=[MATCH],
        examples=[OpenApiExample("Another footer", request_only=True, value={"footer": "HRB 214 311 B"})],
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change it for what is submitted from now on; what was submitted stays as it is."""
        user, found = access.selling_entity(request, code)
        check_match(request, seller_tag(found))
        body, number = content(self.read(SellerBody)), found.edit_number
        with as_sent():
            done = not_stale(lambda: actions.change_entity(found, by=user, at=now(), edit_number=number, **body))
        return self.answer(facts(done), tag=seller_tag(done))

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:seller", kwargs=kwargs)


class SellerLogo(Endpoint):
    scopes = {"PUT": Scope.SELLERS_WRITE, "DELETE": Scope.SELLERS_WRITE}

    @extend_schema(
        request=LogoBody,
        responses=SellerSerializer,
        parameters=[MATCH],
        examples=[OpenApiExample("A picture", request_only=True, value={"picture": DOT})],
    )
    def put(self, request: Request, code: str) -> Response:
        """The picture on its documents."""
        user, found = access.selling_entity(request, code)
        check_match(request, seller_tag(found))
        picture = self.read(LogoBody)["picture"]
        with as_sent():
            done = actions.set_logo(found, picture, by=user, at=now())
        return self.answer(facts(done), tag=seller_tag(done))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Print no picture."""
        user, found = access.selling_entity(request, code)
        actions.set_logo(found, b"", by=user, at=now())
        return Response(status=204)

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:seller", kwargs=kwargs)


def not_stale(change: Callable[[], SellingEntity]) -> SellingEntity:
    try:
        return change()
    except Conflict as error:
        raise Stale(error.sentence) from None


@contextmanager
def as_sent() -> Iterator[None]:
    """What the actions find wrong, under the names that the body has."""
    try:
        yield
    except Invalid as error:
        raise Invalid({SENT.get(name, name): said for name, said in error.errors.items()}) from None


def content(body: dict[str, Any]) -> dict[str, Any]:
    """As the action takes it: books by their codes, and who signs as a person."""
    if "books" in body:
        body["book_codes"] = books = body.pop("books")
        if unknown := sorted(set(books) - set(book_codes())):
            raise Invalid({"books": f"books: there is no price book {unknown[0]}."})
    if body.get("countersigner") is not None:
        body["countersigner"] = colleague(body["countersigner"])
    return body


def colleague(username: str) -> User:
    found = User.objects.filter(username=username, is_active=True).exclude(roles=[]).first()
    if found is None:
        raise Invalid({"countersigner": f"countersigner: nobody here has the username {username}."})
    return found


def seller_tag(found: SellingEntity) -> str:
    return hash_tag(found.code, [found.edit_number, found.is_default, found.logo_id])


def facts(found: SellingEntity) -> dict[str, Any]:
    return {
        **{name: getattr(found, name) for name in (*TEXTS, "is_default", "contract_at")},
        "books": found.book_codes,
        "countersigner": found.countersigner.username if found.countersigner else None,
        "logo": found.logo_id,
    }
