from django import forms

from core.languages import lazily as _


class NameForm(forms.Form):
    """What a scenario is called."""

    name = forms.CharField(
        max_length=60,
        label=_("Name of the scenario"),
        error_messages={"required": _("Give the scenario a name, such as Spring roll-out.")},
    )
