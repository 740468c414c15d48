"""Sign-in through an OpenID Connect provider, by authlib; off without OIDC_ISSUER in the settings.

The provider says who somebody is and nothing else: the account must be here already, with the verified e-mail address
of the token, and its roles stay what an administrator gave. At the first sign-in the account is bound to the
provider's own number for this person, so that an address that wanders to somebody else opens nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Refused
from core.models import ProviderIdentity, User

BACKEND = "django.contrib.auth.backends.ModelBackend"
STRONG = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "sc"})
"""What a provider calls a second factor (RFC 8176)."""


def name() -> str:
    """What the button says; "" where no provider is set."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""


def provider() -> Any:
    """The provider of the settings, as authlib's client: state, nonce, PKCE and signatures are its business."""
    return client(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


@lru_cache(maxsize=4)
def client(issuer: str, client_id: str, client_secret: str) -> Any:
    return OAuth().register(
        "oidc",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": 10},
    )


@transaction.atomic
def person_of(claims: Mapping[str, Any], *, at: datetime) -> User:
    """The person whom these verified claims name; refused with a sentence when there is none to name."""
    issuer, subject = claims["iss"], claims["sub"]
    bound = ProviderIdentity.objects.select_related("person").filter(issuer=issuer, subject=subject).first()
    person = bound.person if bound else bind(claims, at=at)
    if not person.is_active:
        raise Refused(_("This account is not active. Ask your administrator to open it again."))
    person.backend = BACKEND
    return person


def bind(claims: Mapping[str, Any], *, at: datetime) -> User:
    """The one account with this verified address, from now on this identity's."""
    email = str(claims.get("email") or "")
    if not email or claims.get("email_verified") is not True:
        raise Refused(_("The provider did not say a verified e-mail address. Sign in with your password."))
    found = list(User.objects.select_for_update().filter(email__iexact=email)[:2])
    if len(found) != 1:
        raise Refused(_("Nobody here has the address {email}. Ask an administrator to invite you.").format(email=email))
    [person] = found
    if ProviderIdentity.objects.filter(person=person).exists():
        raise Refused(_("This account belongs to another identity at the provider. Ask an administrator to unbind it."))
    ProviderIdentity.objects.create(person=person, issuer=claims["iss"], subject=claims["sub"], bound_at=at)
    audit.record(person, "bound_identity", f"person:{person.username}", at=at, data={"issuer": claims["iss"]})
    return person


def was_strong(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it asked for a second factor; else ours is asked for."""
    methods = claims.get("amr")
    return isinstance(methods, list) and bool(STRONG.intersection(map(str, methods)))
