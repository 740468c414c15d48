"""An address of the API: who may call it with what key, how it is asked, and what every answer of it carries."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.http import Http404
from django.utils.http import http_date
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.fields import Shape, chosen
from core.api.limits import Rate
from core.api.once import once
from core.api.refusals import Compressed, ScopeMissing
from core.api.shapes import Input
from core.audit import BY_KEY
from core.authentication import ApiKeyAuthentication, PersonAuthentication
from core.errors import Invalid, PersonNeeded, SignInNeeded
from core.models import ApiKey
from core.roles import FOR_PEOPLE, Scope

MOST_FIELDS = 50
KEY_NEEDED = 'Send a key: "Authorization: Bearer qk_...". Keys are made on the page API keys.'


class Ending(NamedTuple):
    """Since when an operation is said to go, and the day from which it may be gone."""

    said: date
    gone: date

    @property
    def headers(self) -> dict[str, str]:
        """`Deprecation` (RFC 9745) and `Sunset` (RFC 8594)."""
        said, gone = (int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) for day in self)
        return {"Deprecation": f"@{said}", "Sunset": http_date(gone)}


class Endpoint(APIView):
    """The ground of every address. A key opens a method only by the scope that is named for it."""

    authentication_classes = (ApiKeyAuthentication, PersonAuthentication)
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    scopes: ClassVar[Mapping[str, Scope]] = {}
    """For each method the scope that a key needs."""
    query: ClassVar[type[serializers.Serializer] | None] = None
    """How a GET may be narrowed; see `asked`."""
    expansions: ClassVar[tuple[str, ...]] = ()
    """What a GET adds when `expand` names it."""
    shown_once: ClassVar[tuple[str, ...]] = ()
    """Parts of an answer that are not stored with it."""
    endings: ClassVar[Mapping[str, Ending]] = {}
    """Methods that are to go, at least a year after that is said."""
    rate: Rate | None = None

    asked: dict[str, Any]
    expand: frozenset[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "post" in vars(cls):
            cls.post = once(vars(cls)["post"])  # type: ignore[attr-defined]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What a program does by a key is recorded with that key, and nothing after it is."""
        token = BY_KEY.set("")
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            BY_KEY.reset(token)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user.is_authenticated:
            raise SignInNeeded(KEY_NEEDED)
        if isinstance(request.auth, ApiKey):
            BY_KEY.set(request.auth.prefix)
        if any("\x00" in str(value) for value in kwargs.values()):
            raise Http404
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in self.allowed_methods:
            self.check_scope(request, method)
            self.check_encoding(request, method)
            self.read_query(request, method)
            if method == "POST" and not self.takes_body(method):
                self.read(Input)

    def check_scope(self, request: Request, method: str) -> None:
        key, scope = request.auth, self.scopes.get(method)
        if not isinstance(key, ApiKey):
            return
        if key.agent and scope in FOR_PEOPLE:
            raise PersonNeeded("An agent may prepare this but not do it.")
        if scope is None or scope not in key.scopes:
            needed = f'no scope "{scope}"' if scope else "no scope that opens this"
            raise ScopeMissing(f"The key {key.prefix} has {needed}. Create one that has it on the page API keys.")

    def check_encoding(self, request: Request, method: str) -> None:
        coding = request.headers.get("Content-Encoding", "").strip() or "identity"
        if method != "GET" and coding.lower() != "identity":
            raise Compressed(f"Content-Encoding: {coding[:60]} is not read; send the body uncompressed, without it.")

    def handle_exception(self, exc: Exception) -> Response:
        """As everywhere; an agent is told besides where a person does what it may not."""
        if isinstance(exc, PersonNeeded):
            exc.decide_at = settings.SITE_URL + self.decide_at(**self.kwargs)
        return super().handle_exception(exc)

    def decide_at(self, **kwargs: Any) -> str:
        """The page where a person does what an agent may not."""
        return "/"

    def read_query(self, request: Request, method: str) -> None:
        """What the address asks for beyond itself; an unknown name is refused, so that no typo widens a list."""
        if twice := [name for name, values in request.query_params.lists() if len(values) > 1]:
            raise Invalid({name: f"{name}: is given twice; name it once." for name in twice})
        given: dict[str, str] = request.query_params.dict()
        named: dict[str, str] = {
            name: given.pop(name) for name in ("fields", "expand") if method == "GET" and name in given
        }
        everything: dict[str, str] = given | named
        if wrong := [name for name, text in everything.items() if "\x00" in text]:
            raise Invalid({name: f"{name}: holds a NUL character." for name in wrong})
        shape = (self.query or Input) if method == "GET" else Input
        self.asked = validated(shape, given) if given or shape is not Input else {}
        self.fields, expand = (words(name, named.get(name, "")) for name in ("fields", "expand"))
        self.expand = frozenset(expand)
        if unknown := sorted(self.expand - set(self.expansions)):
            known = ", ".join(self.expansions) or "nothing"
            raise Invalid({"expand": f"expand: {unknown[0][:60]} is not known here; what can be had: {known}."})

    def answer(
        self, data: Any, *, status: int = 200, tag: str = "", headers: Mapping[str, str] | None = None
    ) -> Response:
        """The body, of which `fields` keeps some; with the tag of the state it shows."""
        sent = {**(headers or {}), **({"ETag": tag} if tag else {})}
        body = chosen(data, self.fields, self.declared()) if self.fields else data
        return Response(body, status=status, headers=sent)

    def declared(self) -> Shape:
        """What a GET answers, as the description of the API has it; None where that is no serializer."""
        found = self.described("GET").get_response_serializers()
        return made(found) if isinstance(found, type) else None

    def takes_body(self, method: str) -> bool:
        """Whether a body is described for the method; where none is, what is sent in one would be lost."""
        return self.described(method).get_request_serializer() is not None

    def described(self, method: str) -> Any:
        """The description that `extend_schema` left with a method."""
        description = getattr(self, method.lower()).kwargs["schema"]()
        description.view = self
        return description

    def read(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        """The body in this shape; Invalid names every field that is wrong."""
        return validated(shape, self.request.data)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        done = super().finalize_response(request, response, *args, **kwargs)
        ending = self.endings.get(str(request.method))
        for name, value in {**(self.rate.headers if self.rate else {}), **(ending.headers if ending else {})}.items():
            done.headers[name] = value
        done.headers.setdefault("Cache-Control", "private, no-cache")
        return done


def validated(shape: type[serializers.Serializer], given: Any) -> dict[str, Any]:
    return dict(made(shape).run_validation(given))


@cache
def made(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """The shape, made once: a new one copies all its fields. It holds nothing of what it validates."""
    return shape()


def words(name: str, text: str) -> list[str]:
    found = [word for word in (part.strip() for part in text.split(",")) if word]
    if len(found) > MOST_FIELDS:
        raise Invalid({name: f"{name}: at most {MOST_FIELDS} at a time."})
    return found
