"""Signing in, in two steps for whoever has a second factor: who somebody says they are, then the code of their app."""

from datetime import datetime, timedelta

from django.contrib.auth import login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core.models import User
from core.second_factor import device_of
from core.sessions import BROWSER

WAITING, SECOND_FACTOR = "waiting_for_code", "second_factor"
PATIENCE = timedelta(minutes=10)


def first_step_done(request: HttpRequest, person: User, *, to: str, strong: bool = False, at: datetime) -> str:
    """Signed in, or on to the code; answers the address to go to. `strong`: a second factor was asked for elsewhere."""
    to = inner(request, to)
    if strong or device_of(person) is None:
        enter(request, person, strong=strong)
        return to
    request.session.cycle_key()
    request.session[WAITING] = {
        "person": person.pk,
        "backend": person.backend,
        "hash": person.get_session_auth_hash(),
        "to": to,
        "at": at.isoformat(),
    }
    return reverse("core:login_code")


def waiting(request: HttpRequest, at: datetime) -> tuple[User, str] | None:
    """Who still has to give a code, and where they were going; None when that is too long ago or no longer true."""
    kept = request.session.get(WAITING)
    if kept is None or at - datetime.fromisoformat(kept["at"]) > PATIENCE:
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None or person.get_session_auth_hash() != kept["hash"]:
        return None
    return person, kept["to"]


def enter(request: HttpRequest, person: User, *, strong: bool) -> None:
    """A session of this person in this browser, under a new key."""
    request.session.pop(WAITING, None)
    login(request, person)
    request.session[BROWSER] = request.headers.get("User-Agent", "")
    if strong:
        request.session[SECOND_FACTOR] = True


def inner(request: HttpRequest, to: str) -> str:
    """The address if it is one of ours, else the home page."""
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if safe else "/"
