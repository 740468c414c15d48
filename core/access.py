"""The one door: who is asking, and may they? Strangers get 404, so that nothing tells them what exists."""

from django.http import Http404, HttpRequest

from core.errors import Forbidden, SignInNeeded
from core.models import ApiKey, User
from core.roles import Permission, Scope, may


def person(request: HttpRequest, *permissions: Permission) -> User:
    """The signed-in person, who holds at least one of these permissions (if any are named); else 404."""
    user = request.user
    if not isinstance(user, User):
        raise SignInNeeded
    if permissions and not any(may(user, permission) for permission in permissions):
        raise Http404
    return user


def forbid_unless(user: User, permission: Permission, sentence: str) -> None:
    """Refuse, with the sentence, a person who may see a thing but not do this to it."""
    if not may(user, permission):
        raise Forbidden(sentence)


def caller(request: HttpRequest, permission: Permission, scope: Scope) -> User:
    """A person as above, or a program with a key of such a person that has this scope."""
    user = person(request, permission)
    key = getattr(request, "auth", None)
    if isinstance(key, ApiKey) and scope not in key.scopes:
        raise Forbidden(f'The key {key.prefix} has no scope "{scope}". Create one that has it.')
    return user
