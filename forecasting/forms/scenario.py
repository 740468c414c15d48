from django import forms


class NameForm(forms.Form):
    """What a scenario is called."""

    name = forms.CharField(
        max_length=60,
        label="Name of the scenario",
        error_messages={"required": "Give the scenario a name, such as Spring roll-out."},
    )
