"""Forms of one's own account and of other people's."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from core.languages import lazily as _
from core.models import User
from core.people import LONGEST_NAME
from core.roles import ROLE_NAMES


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = forms.CharField(
        max_length=64,
        label=_("Code"),
        help_text=_("Six figures from your authenticator app, or a recovery code."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "off"}),
    )


class PasswordForm(forms.Form):
    """Something that only the owner of the account should do: the password once more."""

    password = forms.CharField(
        strip=False,
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if not person.has_usable_password():  # signs in through a provider
            del self.fields["password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


class SetUpForm(PasswordForm):
    """The password, and the code that the app shows."""

    code = forms.CharField(
        max_length=12,
        label=_("Code that the app shows"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ["code", "password"]


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        max_length=254, label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ChangePasswordForm(PasswordChangeForm):
    """The old password, and the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("This is not your present password."),
    }


class PersonForm(forms.Form):
    """What an administrator may say of a person; never a password."""

    first_name = forms.CharField(max_length=150, required=False, label=_("First name"))
    last_name = forms.CharField(max_length=150, required=False, label=_("Last name"))
    email = forms.EmailField(max_length=254, label=_("E-mail address"))
    title = forms.CharField(max_length=120, required=False, label=_("Title"))
    roles = forms.MultipleChoiceField(
        choices=list(ROLE_NAMES.items()), widget=forms.CheckboxSelectMultiple, required=False, label=_("Roles")
    )
    is_active = forms.BooleanField(required=False, initial=True, label=_("May sign in"))

    @classmethod
    def of(cls, person: User, data: Any = None) -> "PersonForm":
        return cls(data, initial={name: getattr(person, name) for name in cls.base_fields})


class InvitationForm(PersonForm):
    username = forms.CharField(max_length=LONGEST_NAME, label=_("User name"))
    is_active = None  # type: ignore[assignment]
    field_order = ["username"]
