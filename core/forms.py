"""Forms of the technical ground."""

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """User name and password; one message for every way to get them wrong."""

    error_messages = {
        "invalid_login": "No account matches this user name and password. Check both and try again; the password is "
        "case-sensitive.",
        "inactive": "This account is not active. Ask your administrator to open it again.",
    }
