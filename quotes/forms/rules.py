"""What people type into an approval rule."""

from typing import Any

from django import forms

from core.fields import WholeField
from core.languages import lazily as _
from core.roles import ROLE_NAMES
from quotes.forms.draft import DateField
from quotes.rules import examples
from quotes.rules.approvals import DECIDERS, Example

PEOPLE = [
    ("1", _("any one of them")),
    ("2", _("any two of them")),
    ("3", _("any three of them")),
    ("0", _("all of them")),
]


class RuleForm(forms.Form):
    """One version of a rule. Whether its condition and tests work is said beside them, so that a draft can wait."""

    title = forms.CharField(max_length=80, label=_("Title"), error_messages={"required": _("Give the rule a title.")})
    condition = forms.CharField(
        max_length=1000,
        label=_("Asks when"),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "input mono"}),
        error_messages={"required": _('State the condition, such as "discount_percent > 20".')},
    )
    reason = forms.CharField(
        max_length=240,
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("State the reason; {discount_percent} stands for the actual value.")},
    )
    role = forms.ChoiceField(label=_("Who decides"), choices=[(role, ROLE_NAMES[role]) for role in DECIDERS])
    count = forms.ChoiceField(label=_("How many"), choices=PEOPLE)
    stage = WholeField(label=_("Stage"), least=1, most=9)
    due_hours = WholeField(label=_("Due within"), least=1, most=720, unit=_(" hours"))
    active_from = DateField(label=_("First day"), required=False)
    active_to = DateField(label=_("Last day"), required=False)
    examples = forms.CharField(
        max_length=4000,
        required=False,
        label=_("Tests"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "input mono"}),
    )

    def clean_count(self) -> int:
        return int(self.cleaned_data["count"])

    def clean_examples(self) -> list[dict[str, Any]]:
        try:
            return [
                {"facts": dict(one.facts), "asks": one.asks} for one in examples.read(self.cleaned_data["examples"])
            ]
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class NewRuleForm(forms.Form):
    """A rule of one's own begins with its code."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9-]{1,39}$",
        label=_("Code"),
        error_messages={
            "required": _("Give the rule a code, such as large-deals."),
            "invalid": _("A code has 2 to 40 lower-case letters, digits and hyphens, such as large-deals."),
        },
    )
    title = forms.CharField(max_length=80, label=_("Title"), error_messages={"required": _("Give the rule a title.")})


def initial(rule: Any) -> dict[str, Any]:
    """The form's values for a stored rule."""
    names = ("title", "condition", "reason", "role", "count", "stage", "due_hours", "active_from", "active_to")
    shown = tuple(Example(one["facts"], one["asks"]) for one in rule.examples)
    return {name: getattr(rule, name) for name in names} | {"examples": examples.written(shown)}
