"""Forms of the technical ground."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from core.errors import Invalid
from core.languages import lazily as _
from core.roles import SCOPES, Scope


def mark(form: forms.BaseForm, problem: Invalid) -> None:
    """Put each message of the problem at its field, or above the form where it has no such field."""
    for field, message in problem.errors.items():
        form.add_error(field if field in form.fields else None, message)


class SignInForm(AuthenticationForm):
    """User name and password; one message for every way to get them wrong."""

    error_messages = {
        "invalid_login": _(
            "No account matches this user name and password. Check both and try again; the password is case-sensitive."
        ),
        "inactive": _("This account is not active. Ask your administrator to open it again."),
    }


class ApiKeyForm(forms.Form):
    """What a key is for, what it may do, and how long it lives."""

    name = forms.CharField(max_length=80, help_text=_("What will use the key."))
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, label=_("What it may do"))
    agent = forms.BooleanField(
        required=False,
        label=_("For an AI agent"),
        help_text=_("It may prepare and price, and never decide, send or accept: a person does that."),
    )
    days = forms.TypedChoiceField(
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("One year")), (0, _("No end"))],
        coerce=int,
        initial=365,
        label=_("Ends after"),
    )

    def __init__(self, *args: Any, scopes: Collection[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope.value, SCOPES[scope][0]) for scope in scopes]  # type: ignore[attr-defined]

    def ending(self, at: datetime) -> datetime | None:
        days = self.cleaned_data["days"]
        return at + timedelta(days=days) if days else None
