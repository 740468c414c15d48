"""A person's API keys: each is shown once, then only its hash is known."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from core.access import person
from core.api_keys import create_key, revoke_key, scope_words, state_of
from core.errors import Invalid
from core.forms import ApiKeyForm, mark
from core.http import is_partial, render_page, see_other
from core.models import ApiKey, User
from core.roles import SCOPES, scopes_of

COOKIE = "new-key"
SECONDS = 120


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of whoever asks, and a form for a new one."""
    user = owner(request)
    form = ApiKeyForm(request.POST or None, scopes=scopes_of(user))
    if request.method == "POST" and form.is_valid():
        at = now()
        given = {name: form.cleaned_data[name] for name in ("name", "scopes", "agent")}
        try:
            made = create_key(owner=user, **given, expires_at=form.ending(at), by=user, at=at)
            return shown_once(request, user, made.text)
        except Invalid as problem:
            mark(form, problem)
    response = show(request, user, form=form, new_key=kept_key(request), status=422 if form.is_bound else 200)
    response.delete_cookie(COOKIE, path=reverse("core:keys"))
    return response


@require_POST
def revocation(request: HttpRequest, prefix: str) -> HttpResponse:
    """A key opens nothing any more."""
    user = owner(request)
    revoke_key(get_object_or_404(ApiKey, owner=user, prefix=prefix), by=user, at=now())
    return show(request, user) if is_partial(request) else see_other(request, reverse("core:keys"))


def owner(request: HttpRequest) -> User:
    """Whoever may give a key anything to do; others get 404."""
    return person(request, *{permission for _, needed in SCOPES.values() for permission in needed})


def shown_once(request: HttpRequest, user: User, text: str) -> HttpResponse:
    """The page with the new key; a plain browser keeps it in a signed cookie until the next page shows it."""
    if is_partial(request):
        return show(request, user, new_key=text)
    response = see_other(request, reverse("core:keys"))
    options: dict[str, Any] = {"httponly": True, "samesite": "Strict", "secure": request.is_secure()}
    response.set_signed_cookie(COOKIE, text, max_age=SECONDS, path=reverse("core:keys"), **options)
    return response


def kept_key(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, default="", max_age=SECONDS))


def show(
    request: HttpRequest, user: User, *, form: ApiKeyForm | None = None, new_key: str = "", status: int = 200
) -> HttpResponse:
    at = now()
    found = ApiKey.objects.filter(owner=user).select_related("owner").order_by("-created_at", "-pk")
    context = {
        "form": form or ApiKeyForm(scopes=scopes_of(user)),
        "new_key": new_key,
        "keys": [
            {"key": key, "state": state_of(key, at), "scopes": scope_words(key.scopes)}
            for key in found
        ],
    }  # fmt: skip
    return render_page(request, "core/keys.html", context, part="keys", status=status)
