"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView

from core.forms import SignInForm


class SignIn(LoginView):
    """The login page; someone already signed in goes on to where they were going."""

    template_name = "core/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignOut(LogoutView):
    """Ends the session (POST only) and shows the login page."""

    next_page = "core:login"
