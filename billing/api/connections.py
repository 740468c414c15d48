"""Accounts with billing systems, for programs: by the same actions as the page. Secrets come in and never out."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing import access
from billing.actions import connecting as actions
from billing.api.shapes import (
    AccountChangesBody,
    AccountSerializer,
    NewAccountBody,
    RoutesBody,
    RoutesSerializer,
    SecretsBody,
    SystemListSerializer,
    TrialSerializer,
)
from billing.models import Connection, Route
from billing.queries.connections import code_of
from billing.targets import DEFAULT, TARGETS
from billing.targets.base import Target
from billing.targets.capability import Construct, No
from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, hash_tag
from core.api.pages import Paged, list_of, page_of
from core.api.schema import SEEN
from core.encryption import unsealed
from core.errors import Invalid
from core.roles import Scope
from quotes.models import SellingEntity

KEPT = Scope.CONNECTIONS_MANAGE
OTHERS = {name: target for name, target in TARGETS.items() if name != DEFAULT}
ELSEWHERE = {"base_url": "https://billing.example/api/v1", "secrets": {"api_key": "a key of that account"}}


class Kept(Endpoint):
    """An address that an agent's key never opens."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("billing:connections")


class Systems(Kept):
    name_of_operation = "billing_systems"
    scopes = {"GET": KEPT}

    @extend_schema(responses=SystemListSerializer)
    def get(self, request: Request) -> Response:
        """Every billing system that an account can be kept with, and what it needs for one."""
        access.connector(request)
        return self.answer({"results": [system_facts(target) for target in OTHERS.values()]})


class Accounts(Kept):
    name_of_operation = "billing_connections"
    scopes = {"GET": KEPT, "POST": KEPT}
    query = Paged

    @extend_schema(responses=list_of(AccountSerializer))
    def get(self, request: Request) -> Response:
        """Every account that is set up; sandbox and production are two."""
        access.connector(request)
        found = Connection.objects.select_related("changed_by")
        page = page_of(found, self.asked, "target", "mode", "pk", name="billing connections")
        return self.answer(page.answer(request, [account_facts(one) for one in page.rows]))

    @extend_schema(
        request=NewAccountBody,
        responses={201: AccountSerializer},
        examples=[
            OpenApiExample(
                "Lago, as it is hosted by oneself",
                request_only=True,
                value={
                    "target": "lago",
                    "mode": "sandbox",
                    "base_url": "https://lago.example/api/v1",
                    "secrets": {"api_key": "a key of that account"},
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Set up an account. Nothing goes there until `billing/routes/` says so."""
        user, body = access.connector(request), self.read(NewAccountBody)
        if body["target"] not in OTHERS:
            raise Invalid({"target": f"target: choose one of {', '.join(OTHERS)}."})
        values = {**given(body, "options", secret=False), **given(body, "secrets", secret=True)}
        named = {"target": body["target"], "mode": body["mode"], "base_url": body["base_url"]}
        made = actions.add_connection(**named, values=values, by=user, at=now())
        location = {"Location": reverse("api_billing_connection", args=[made.target, made.mode])}
        return self.answer(account_facts(made), status=201, tag=account_tag(made), headers=location)


class OneAccount(Kept):
    name_of_operation = "billing_connection"
    scopes = {"GET": KEPT, "PATCH": KEPT, "DELETE": KEPT}

    @extend_schema(responses=AccountSerializer)
    def get(self, request: Request, target: str, mode: str) -> Response:
        """One account; of its secrets the names."""
        _, found = access.connection(request, target, mode)
        return self.answer(account_facts(found), tag=account_tag(found))

    @extend_schema(
        request=AccountChangesBody,
        responses=AccountSerializer,
        examples=[OpenApiExample("Elsewhere", request_only=True, value=ELSEWHERE)],
    )
    @transaction.atomic
    def patch(self, request: Request, target: str, mode: str) -> Response:
        """Change its address and options; contracts on their way go on with them.

        Another address needs the secrets along with it: none is sent to an address that it was not given for.
        """
        user, found = access.connection(request, target, mode, hold=True)
        check_match(request, account_tag(found))
        body = self.read(AccountChangesBody)
        told = {**body, "target": target}
        options, secrets = given(told, "options", secret=False), given(told, "secrets", secret=True)
        values = {**found.options, **options, **secrets}
        url = body.get("base_url", found.base_url)
        done = actions.save_connection(target=target, mode=mode, base_url=url, values=values, by=user, at=now())
        return self.answer(account_facts(done), tag=account_tag(done))

    @extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    @transaction.atomic
    def delete(self, request: Request, target: str, mode: str) -> Response:
        """Forget it with its secrets. Refused while contracts go there or were handed to it: route those elsewhere."""
        user, found = access.connection(request, target, mode)
        check_given(request, found, account_tag)
        actions.remove_connection(found, by=user, at=now())
        return Response(status=204)


class AccountSecrets(Kept):
    name_of_operation = "billing_secrets"
    scopes = {"POST": KEPT}

    @extend_schema(
        request=SecretsBody,
        responses={201: AccountSerializer},
        examples=[OpenApiExample("A new key", request_only=True, value={"secrets": {"api_key": "the new key"}})],
    )
    @transaction.atomic
    def post(self, request: Request, target: str, mode: str) -> Response:
        """Replace secrets; the ones before are forgotten. End them at the vendor too."""
        user, found = access.connection(request, target, mode, hold=True)
        new = given({**self.read(SecretsBody), "target": target}, "secrets", secret=True)
        values = {**found.options, **new}
        done = actions.save_connection(
            target=target, mode=mode, base_url=found.base_url, values=values, by=user, at=now()
        )
        return self.answer(account_facts(done), status=201, tag=account_tag(done))


class AccountTests(Kept):
    name_of_operation = "billing_tests"
    scopes = {"POST": KEPT}

    @extend_schema(request=None, responses={201: TrialSerializer})
    def post(self, request: Request, target: str, mode: str) -> Response:
        """Ask the billing system whether it takes the address and the key; nothing is created there."""
        user, found = access.connection(request, target, mode)
        return self.answer(actions.try_connection(found, by=user, at=now())._asdict(), status=201)


class Routes(Kept):
    name_of_operation = "billing_routes"
    scopes = {"GET": KEPT, "PUT": KEPT}

    @extend_schema(responses=RoutesSerializer)
    def get(self, request: Request) -> Response:
        """Where new contracts go."""
        access.connector(request)
        facts = route_facts()
        return self.answer(facts, tag=hash_tag("routes", facts))

    @extend_schema(
        request=RoutesBody,
        responses=RoutesSerializer,
        examples=[OpenApiExample("All to the ledger", request_only=True, value={"default": DEFAULT, "sellers": {}})],
    )
    @transaction.atomic
    def put(self, request: Request) -> Response:
        """Choose where new contracts go, all of it at once; those on their way stay where they began."""
        user = access.connector(request)
        accounts = {code_of(one) for one in Connection.objects.select_for_update().order_by("pk")}
        check_match(request, hash_tag("routes", route_facts()))
        body = self.read(RoutesBody)
        entities = dict(SellingEntity.objects.values_list("code", "pk"))
        sellers = body.get("sellers", {})
        check_routes(body["default"], sellers, {*accounts, DEFAULT}, entities)
        chosen = {pk: choice_of(sellers[code]) if code in sellers else "default" for code, pk in entities.items()}
        actions.choose_routes(default=choice_of(body["default"]), entities=chosen, by=user, at=now())
        facts = route_facts()
        return self.answer(facts, tag=hash_tag("routes", facts))


def system_facts(target: Target) -> dict[str, Any]:
    names = ("name", "secret", "required")
    return {
        "target": target.name,
        "name": str(target.label),
        "settings": [
            {**{name: getattr(one, name) for name in names}, "label": str(one.label), "help": str(one.help)}
            for one in target.settings
        ],
        "urls": dict(target.urls),
        "refuses": [construct.value for construct in Construct if isinstance(target.can[construct], No)],
    }


def account_facts(found: Connection) -> dict[str, Any]:
    names = ("target", "mode", "base_url", "options", "takes_contracts", "changed_at")
    return {
        "code": code_of(found),
        **{name: getattr(found, name) for name in names},
        "secrets_kept": sorted(name for name, value in unsealed(found.secrets).items() if value),
        "changed_by": found.changed_by.username,
    }


def given(body: Mapping[str, Any], part: str, *, secret: bool) -> dict[str, str]:
    """The settings of this part of the body; one that the system has not, or has in the other part, is refused."""
    values: dict[str, str] = body.get(part, {})
    known = [one.name for one in TARGETS[body["target"]].settings if one.secret == secret]
    if unknown := sorted(set(values) - set(known)):
        has = ", ".join(known) or "none"
        raise Invalid(
            {
                f"{part}.{name[:60]}": f"{name[:60]}: not among the {part} here; known are: {has}."
                for name in unknown[:10]
            }
        )
    return values


def check_routes(default: str, sellers: Mapping[str, str], accounts: set[str], entities: Mapping[str, int]) -> None:
    wrong = {f"sellers.{code[:60]}": "No selling entity has this code." for code in sellers if code not in entities}
    chosen = {"default": default, **{f"sellers.{code}": one for code, one in sellers.items() if code in entities}}
    known = ", ".join(sorted(accounts))
    wrong |= {name: f"{name}: choose one of {known}." for name, choice in chosen.items() if choice not in accounts}
    if wrong:
        raise Invalid(wrong)


def choice_of(code: str) -> str:
    return "" if code == DEFAULT else code


def route_facts() -> dict[str, Any]:
    default = Connection.objects.filter(takes_contracts=True).first()
    routes = Route.objects.select_related("entity", "connection").order_by("entity__code")
    return {
        "default": code_or_ledger(default),
        "sellers": {route.entity.code: code_or_ledger(route.connection) for route in routes},
    }


def code_or_ledger(connection: Connection | None) -> str:
    return code_of(connection) if connection else DEFAULT


def account_tag(found: Connection) -> str:
    return hash_tag(code_of(found), [found.base_url, found.options, found.takes_contracts, found.changed_at])
