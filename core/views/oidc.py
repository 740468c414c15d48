"""To the provider and back."""

from authlib.integrations.base_client import OAuthError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from joserfc.errors import JoseError
from requests import RequestException

from core import oidc
from core.errors import Problem
from core.forms import SignInForm
from core.http import render_page
from core.sign_in import first_step_done, inner

GOING_TO = "oidc_to"


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Off to the provider; where the person was going waits in the session."""
    if not oidc.name():
        raise Http404
    request.session[GOING_TO] = inner(request, request.GET.get("next", "/"))
    back = request.build_absolute_uri(reverse("core:oidc_return"))
    try:
        answer: HttpResponse = oidc.provider().authorize_redirect(request, back)
        return answer
    except (OAuthError, RequestException):
        return refused(request, _("The provider does not answer. Try again in a moment, or use your password."))


@never_cache
@require_safe
def finish(request: HttpRequest) -> HttpResponse:
    """Back with a code: its token is verified, and the account it names is opened, or its second step begins."""
    if not oidc.name():
        raise Http404
    try:
        claims = oidc.provider().authorize_access_token(request)["userinfo"]
        person = oidc.person_of(claims, at=now())
    except (OAuthError, JoseError, RequestException, KeyError):
        return refused(request, _("The provider’s answer could not be verified. Start again from here."))
    except Problem as problem:
        return refused(request, problem.sentence)
    to = request.session.pop(GOING_TO, "/")
    return redirect(first_step_done(request, person, to=to, strong=oidc.was_strong(claims), at=now()))


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """The login page with the reason; nothing was opened."""
    context = {"form": SignInForm(request), "provider": oidc.name(), "refusal": sentence, "next": "/"}
    return render_page(request, "core/login.html", context, status=403)
