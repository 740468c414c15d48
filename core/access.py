"""The one door: who is asking, and may they? Strangers get 404, so that nothing tells them what exists."""

from django.http import Http404, HttpRequest

from core.errors import Forbidden, SecondFactorNeeded, SignInNeeded
from core.models import ApiKey, User
from core.roles import Permission, may
from core.second_factor import is_required
from core.sign_in import SECOND_FACTOR


def signed_in(request: HttpRequest) -> User:
    """Who is signed in, also without a second factor that their role asks for: for the pages that set one up."""
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def person(request: HttpRequest, *permissions: Permission) -> User:
    """The signed-in person, who holds at least one of these permissions (if any are named); else 404."""
    user = signed_in(request)
    if is_required(user) and not has_second_factor(request):
        raise SecondFactorNeeded
    if permissions and not any(may(user, permission) for permission in permissions):
        raise Http404
    return user


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session began, or went on, with a code. A program's key is its own factor."""
    return isinstance(getattr(request, "auth", None), ApiKey) or request.session.get(SECOND_FACTOR) is True


def forbid_unless(user: User, permission: Permission, sentence: str) -> None:
    """Refuse, with the sentence, a person who may see a thing but not do this to it."""
    if not may(user, permission):
        raise Forbidden(sentence)
