"""Who calls the API: a program with a key, or a person with a session."""

from django.utils.timezone import now
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from core.api_keys import find_key
from core.models import ApiKey, User

SCHEME = "Bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer qk_...`; `request.user` is the key's owner and `request.auth` the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _, text = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        key = find_key(text.strip(), at=now())
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


class PersonAuthentication(SessionAuthentication):
    """Who is signed in to the pages; what they change needs the page's token against forgery."""


def is_agent(request: Request) -> bool:
    """Whether an agent's key asks, which prepares and never decides."""
    return isinstance(request.auth, ApiKey) and request.auth.agent


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the API description speaks of it."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "qk_<prefix>_<secret>"}


class SessionScheme(OpenApiAuthenticationExtension):
    """Tried out on the reference page by whoever is signed in."""

    target_class = PersonAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
