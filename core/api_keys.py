"""API keys: made, found and revoked. A key reads `qk_<prefix>_<secret>`."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, Problem
from core.models import ApiKey, User
from core.prepared import Gap, Prepared
from core.roles import FOR_PEOPLE, SCOPES, scopes_of

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
PREFIX_LENGTH = 8
# Often enough to see a key that is forgotten, seldom enough to cost nothing.
LAST_USE_GRAIN = timedelta(minutes=1)
KEY = Prepared(ApiKey.objects.select_related("owner").filter(prefix=Gap("prefix")))


class KeyRefused(Problem):
    """The key does not open anything; which of the reasons it is stays unsaid."""

    status = 401
    kind = "key-refused"
    title = "This API key is not accepted"

    def __init__(self) -> None:
        super().__init__("This API key is unknown, expired or revoked. Create a new one on the page API keys.")


class NewKey(NamedTuple):
    """A key and its full text, which nobody can see again."""

    key: ApiKey
    text: str


def create_key(
    *,
    owner: User,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    by: User | None,
    at: datetime,
    agent: bool = False,
) -> NewKey:
    """Make a key that speaks for its owner within these scopes; an agent's has none of what a person decides."""
    name = name.strip()
    if not name or len(name) > 80:
        raise Invalid({"name": _("name: between 1 and 80 characters, such as what will use the key.")})
    allowed = [scope for scope in scopes_of(owner) if not (agent and scope in FOR_PEOPLE)]
    for scope in scopes:
        if scope not in allowed:
            known = ", ".join(allowed) or "none"
            raise Invalid(
                {
                    "scopes": _('scopes: {username} cannot give "{scope}"; the scopes to give: {known}.').format(
                        username=owner.username, scope=scope, known=known
                    )
                }
            )
    if not scopes:
        raise Invalid({"scopes": _("scopes: choose at least one.")})
    if expires_at and expires_at <= at:
        raise Invalid({"expires": _("expires: choose a time to come.")})
    prefix = "".join(secrets.choice(ALPHABET) for _ in range(PREFIX_LENGTH))
    text = f"qk_{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=prefix,
            sha256=hash_of(text),
            owner=owner,
            scopes=sorted(scopes),
            agent=agent,
            created_at=at,
            expires_at=expires_at,
        )
        data = {"name": name, "owner": owner.username, "scopes": key.scopes, "expires_at": expires_at, "agent": agent}
        audit.record(by, "created", f"api-key:{prefix}", at=at, data=data)
    return NewKey(key, text)


def revoke_key(key: ApiKey, *, by: User | None, at: datetime) -> ApiKey:
    """Let the key open nothing from now on; a second time changes nothing."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
            audit.record(by, "revoked", f"api-key:{key.prefix}", at=at, data={"name": key.name})
    key.refresh_from_db()
    return key


def find_key(text: str, *, at: datetime) -> ApiKey:
    """The key of this text, its use noted; `KeyRefused` if it opens nothing."""
    parts = text.split("_", 2)
    known = KEY.first(prefix=parts[1] if len(parts) == 3 else "")
    # Compared in constant time, so that the answer's speed does not tell how much of a guess was right.
    if known is None or not hmac.compare_digest(known.sha256, hash_of(text)):
        raise KeyRefused
    if state_of(known, at) != "active":
        raise KeyRefused
    note_use(known, at)
    return known


def state_of(key: ApiKey, at: datetime) -> str:
    """active, expired or revoked. A key ends with its owner's account."""
    if key.revoked_at or not key.owner.is_active:
        return "revoked"
    return "expired" if key.expires_at and key.expires_at <= at else "active"


def note_use(key: ApiKey, at: datetime) -> None:
    before = at - LAST_USE_GRAIN
    if key.last_used_at is None or key.last_used_at < before:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=before)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=at)


def hash_of(text: str) -> str:
    """Plain SHA-256: the secret is random and long, so that nobody can guess it from its hash."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def scope_words(scopes: Collection[str]) -> list[str]:
    """What a key may be used for, in words; a scope that is no longer known says its name."""
    words = {scope.value: text for scope, (text, _) in SCOPES.items()}
    return [words.get(scope, scope) for scope in scopes]
