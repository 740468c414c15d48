"""Signing in and out, and where a person is signed in."""

from django.contrib.auth import authenticate
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import oidc
from core.access import signed_in
from core.account_forms import CodeForm
from core.browsers import browser_name
from core.forms import SignInForm
from core.http import render_page, see_other
from core.sessions import end_all_sessions, end_session, handle, sessions_of
from core.sign_in import enter, first_step_done, waiting


class SignIn(LoginView):
    """The login page; someone already signed in goes on to where they were going."""

    template_name = "core/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        return redirect(first_step_done(self.request, form.get_user(), to=self.get_success_url(), at=now()))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(provider=oidc.name(), **kwargs)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step, for whoever has an authenticator app."""
    found = waiting(request, now())
    if found is None:
        return redirect("core:login")
    person, to = found
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        known = authenticate(request, username=person.get_username(), token=form.cleaned_data["code"])
        if known is not None:
            enter(request, known, strong=True)
            return redirect(resolve_url(to))
        form.add_error("code", _("This code is not right, or was used before. Wait for the next one and type it."))
    return render_page(request, "core/account/code.html", {"form": form}, status=422 if form.errors else 200)


class SignOut(LogoutView):
    """Ends the session (POST only) and shows the login page."""

    next_page = "core:login"


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where whoever asks is signed in, and how to end it."""
    user, at = signed_in(request), now()
    rows = [
        {
            "session": row,
            "browser": browser_name(row.browser),
            "handle": handle(row.session_key),
            "here": row.session_key == request.session.session_key,
        }
        for row in sessions_of(user, at)
    ]
    return render_page(request, "core/sessions.html", {"rows": rows})


@require_POST
def session_end(request: HttpRequest, name: str) -> HttpResponse:
    """Sign out in one browser."""
    if not end_session(signed_in(request), name, at=now()):
        raise Http404
    return see_other(request, reverse("core:sessions"))


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    end_all_sessions(signed_in(request), at=now())
    return see_other(request, reverse("core:home"))
