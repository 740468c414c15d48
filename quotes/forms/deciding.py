"""What people type when they decide on a version or send it on."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.languages import lazily_in
from core.models import User
from quotes.forms.draft import DateField


class DecisionForm(forms.Form):
    """An approver's answer; a refusal says why."""

    decision = forms.ChoiceField(
        choices=[
            ("approve", _lazy("Approve")),
            ("request_changes", _lazy("Request changes")),
            ("reject", _lazy("Reject")),
        ],
        error_messages={"required": _lazy("Choose approve, request changes or reject.")},
    )
    comment = forms.CharField(
        max_length=2000, required=False, strip=True, label=_lazy("Comment"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") in ("request_changes", "reject") and not data.get("comment"):
            self.add_error("comment", _("Comment is needed: tell the rep what to change, or why not."))
        return data


class PersonField(forms.ModelChoiceField):
    """A colleague by full name; the form says who may be chosen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), empty_label=_("Choose a colleague"), **kwargs)
        self.error_messages["required"] = _("Choose a colleague.")
        self.error_messages["invalid_choice"] = _("Choose somebody who decides on approvals.")

    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name() or obj.username


class ColleagueForm(forms.Form):
    """Which colleague, and why."""

    person = PersonField(label=_lazy("Colleague"))
    why = forms.CharField(max_length=300, required=False, label=_lazy("Why"))

    def __init__(self, *args: Any, colleagues: Collection[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in colleagues])  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    """Who stands in, from when to when."""

    person = PersonField(label=_lazy("Stand-in"))
    first = DateField(label=_lazy("First day"))
    last = DateField(label=_lazy("Last day"))

    def __init__(self, *args: Any, colleagues: Collection[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in colleagues])  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    """For whom another customer link is, and what it allows."""

    name = forms.CharField(max_length=120, label=_lazy("Name"))
    email = forms.EmailField(label="E-mail")
    title = forms.CharField(max_length=120, label=lazily_in("of a person", "Title"), required=False)
    right = forms.ChoiceField(
        label=lazily_in("what a link may do", "May"),
        choices=[("view", _lazy("read")), ("sign", _lazy("read and sign"))],
    )
    order = forms.IntegerField(
        label=_lazy("Signs as number"),
        min_value=1,
        max_value=20,
        required=False,
        help_text=_lazy("Lower numbers sign first; equal ones in any order."),
    )

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 1
