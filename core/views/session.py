"""Signing in and out, and where a person is signed in."""

from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from core.access import person
from core.forms import SignInForm
from core.http import render_page, see_other
from core.sessions import BROWSER, end_all_sessions, end_session, handle, sessions_of


class SignIn(LoginView):
    """The login page; someone already signed in goes on to where they were going."""

    template_name = "core/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        response = super().form_valid(form)
        self.request.session[BROWSER] = self.request.headers.get("User-Agent", "")
        return response

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignOut(LogoutView):
    """Ends the session (POST only) and shows the login page."""

    next_page = "core:login"


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where whoever asks is signed in, and how to end it."""
    user, at = person(request), now()
    rows = [
        {"session": row, "handle": handle(row.session_key), "here": row.session_key == request.session.session_key}
        for row in sessions_of(user, at)
    ]
    return render_page(request, "core/sessions.html", {"rows": rows})


@require_POST
def session_end(request: HttpRequest, name: str) -> HttpResponse:
    """Sign out in one browser."""
    if not end_session(person(request), name, at=now()):
        raise Http404
    return see_other(request, reverse("core:sessions"))


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    end_all_sessions(person(request), at=now())
    return see_other(request, reverse("core:home"))
