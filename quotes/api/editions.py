"""What documents are made of, for programs: clauses and layouts, written as drafts, published by a second person."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, tag_of
from core.api.refusals import Stale
from core.api.schema import MATCH, SEEN
from core.errors import Conflict, Invalid
from core.roles import Scope
from quotes import access
from quotes.actions import paper as actions
from quotes.api.edition_shapes import CLAUSES, LAYOUTS, Kind
from quotes.models import Edition, SellingEntity
from quotes.queries.paper import CONTENT, Family, editions, families, family, problems_of


class Wording(Endpoint):
    """What the addresses of clauses and of layouts have in common."""

    kind: ClassVar[Kind]

    def decide_at(self, **kwargs: Any) -> str:
        if "code" in kwargs:
            return reverse("quotes:edition", args=[self.kind.name, kwargs["code"]])
        return reverse("quotes:editions", args=[self.kind.name])

    def content(self, request: Request, shape: Any) -> dict[str, Any]:
        """The body as the actions take it: for whom it is by the row of the selling entity."""
        body = self.read(shape)
        if "seller" in body:
            body["entity_id"] = entity_named(body.pop("seller"))
        return body

    def shown(self, row: Edition, *, status: int = 200) -> Response:
        return self.answer(facts_of(row, row.status), status=status, tag=edition_tag(row))

    def history(self, code: str, *, status: int = 200) -> Response:
        """Every version, the newest first; of a standard one that nobody took over, that."""
        rows = editions(self.kind.model, code)
        try:
            standard = family(self.kind.model, code, rows)
        except LookupError:
            access.found(None)
        kept = [facts_of(row, row.status) for row in rows]
        return self.answer({"results": kept or [facts_of(standard.shown, standard.status)]}, status=status)


class Editions(Wording):
    scopes = {"GET": Scope.DOCUMENTS_READ, "POST": Scope.DOCUMENTS_WRITE}

    def get(self, request: Request) -> Response:
        """What holds now, and where a draft of what may hold next is open; what is retired comes last."""
        access.documents(request)
        return self.answer({"results": [row_facts(one) for one in families(self.kind.model)]})

    def post(self, request: Request) -> Response:
        """Begin one of one's own, as a draft."""
        user, body = access.documents(request), self.content(request, self.kind.new_body)
        row: Edition = actions.start(self.kind.model, body.pop("code"), by=user, at=now(), content=body)
        return self.shown(row, status=201)


class OneEdition(Wording):
    scopes = {"GET": Scope.DOCUMENTS_READ}

    def get(self, request: Request, code: str) -> Response:
        """Every version, the newest first; of a standard one that nobody took over, that."""
        access.documents(request)
        return self.history(code)


class EditionDrafts(Wording):
    scopes = {"POST": Scope.DOCUMENTS_WRITE}

    def post(self, request: Request, code: str) -> Response:
        """Open the next version as a draft, like the one in force."""
        user = access.documents(request)
        row: Edition = actions.start(self.kind.model, code, by=user, at=now())
        return self.shown(row, status=201)


class EditionVersion(Wording):
    scopes = {"GET": Scope.DOCUMENTS_READ, "PATCH": Scope.DOCUMENTS_WRITE, "DELETE": Scope.DOCUMENTS_WRITE}

    def get(self, request: Request, code: str, version: int) -> Response:
        """One version; `preview` is where a person sees it as it will be printed."""
        return self.shown(access.edition(request, self.kind.model, code, version)[1])

    def patch(self, request: Request, code: str, version: int) -> Response:
        """Change a draft."""
        user, row = access.edition(request, self.kind.model, code, version)
        check_match(request, edition_tag(row))
        content = self.content(request, self.kind.body)
        try:
            return self.shown(actions.edit(row, by=user, at=now(), edit_number=row.edit_number, **content))
        except Conflict as error:
            raise Stale(error.sentence) from None

    def delete(self, request: Request, code: str, version: int) -> Response:
        """Throw a draft away."""
        user, row = access.edition(request, self.kind.model, code, version)
        with transaction.atomic():
            check_given(request, row, edition_tag)
            actions.discard(row, by=user, at=now())
        return Response(status=204)


class EditionPublication(Wording):
    scopes = {"POST": Scope.DOCUMENTS_PUBLISH}

    def post(self, request: Request, code: str, version: int) -> Response:
        """Put a draft in force for what is submitted from now on. Nobody publishes what they wrote."""
        user, row = access.edition(request, self.kind.model, code, version)
        return self.shown(actions.publish(row, by=user, at=now()), status=201)


class EditionRetirement(Wording):
    scopes = {"POST": Scope.DOCUMENTS_PUBLISH}

    def post(self, request: Request, code: str) -> Response:
        """Say it no more in what is submitted from now on."""
        user = access.documents(request)
        actions.retire(self.kind.model, code, by=user, at=now())
        return self.history(code, status=201)


def addresses(kind: Kind) -> dict[str, type[Wording]]:
    """The endpoints of a kind, described with its own shapes: "clauses", "clause", "clause_drafts", ..."""
    one = kind.answer
    written = extend_schema(request=kind.body, responses=one, parameters=[MATCH], examples=[kind.change])
    begun = extend_schema(request=kind.new_body, responses={201: one}, examples=[kind.example])
    made = extend_schema(request=None, responses={201: one})
    gone = extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    listed, every = extend_schema(responses=kind.listed), extend_schema(responses=kind.history)
    retired = extend_schema(request=None, responses={201: kind.history})
    described: dict[str, tuple[type[Wording], dict[str, Any]]] = {
        kind.name: (Editions, {"get": listed, "post": begun}),
        kind.one: (OneEdition, {"get": every}),
        f"{kind.one}_drafts": (EditionDrafts, {"post": made}),
        f"{kind.one}_version": (
            EditionVersion,
            {"get": extend_schema(responses=one), "patch": written, "delete": gone},
        ),
        f"{kind.one}_publication": (EditionPublication, {"post": made}),
        f"{kind.one}_retirement": (EditionRetirement, {"post": retired}),
    }
    return {
        name: extend_schema_view(**methods)(type(name, (base,), {"kind": kind, "name_of_operation": name}))
        for name, (base, methods) in described.items()
    }


KINDS = {kind.name: addresses(kind) for kind in (CLAUSES, LAYOUTS)}


def entity_named(code: str | None) -> int | None:
    if code is None:
        return None
    found = SellingEntity.objects.filter(code=code).first()
    if found is None:
        raise Invalid({"seller": f"seller: there is no selling entity {code}."})
    return found.pk


def edition_tag(row: Edition) -> str:
    return tag_of(f"v{row.version}", row.edit_number, row.status)


def row_facts(one: Family) -> dict[str, Any]:
    return {**content_of(one.shown), "status": str(one.status), "draft_version": one.draft}


def facts_of(row: Any, status: str) -> dict[str, Any]:
    draft = status == Edition.Status.DRAFT
    kind = next(one.name for one in (CLAUSES, LAYOUTS) if one.model is type(row))
    page = reverse("quotes:edition_preview", args=[kind, row.code, row.version]) if row.pk else ""
    return {
        **content_of(row),
        "status": str(status),
        "published_at": row.published_at,
        "published_by": row.published_by.username if row.published_by else None,
        "problems": problems_of(row) if draft else [],
        "preview": settings.SITE_URL + page if page else None,
    }


def content_of(row: Any) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in CONTENT[type(row)] if name != "entity_id"}
    return {"code": row.code, "version": row.version, "seller": row.entity.code if row.entity else None, **own}
