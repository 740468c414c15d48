from django import forms

from core.languages import lazily as _


class HorizonForm(forms.Form):
    """How far the forecast looks."""

    months = forms.TypedChoiceField(
        choices=[(6, _("6 months")), (12, _("12 months")), (24, _("24 months")), (36, _("36 months"))],
        coerce=int,
        label=_("Look ahead"),
        error_messages={"invalid_choice": _("Choose 6, 12, 24 or 36 months.")},
    )
