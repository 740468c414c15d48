"""What people type into a clause or a layout."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from core.fields import WholeField
from core.languages import lazily as _lazy
from quotes.models import Clause, Layout
from quotes.queries.paper import as_content, entity_choices
from quotes.rules.clauses import WHEN
from quotes.rules.paper import SECTIONS, placed

CODE = r"^[a-z][a-z0-9-]{1,39}$"
PLACE = "place-"


class EditionForm(forms.Form):
    """What clauses and layouts have in common: for whom they are."""

    entity_id = forms.TypedChoiceField(label=_lazy("Holds for"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entity_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = entity_choices


class ClauseForm(EditionForm):
    title = forms.CharField(max_length=120, label=_lazy("Title"))
    text = forms.CharField(max_length=6000, label=_lazy("Text"), widget=forms.Textarea(attrs={"rows": 5}))
    title_de = forms.CharField(max_length=120, label=_lazy("Title in German"), required=False)
    text_de = forms.CharField(
        max_length=6000, label=_lazy("Text in German"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    when = forms.ChoiceField(label=_lazy("Stands"), choices=list(WHEN.items()))
    position = WholeField(label=_lazy("Place"), least=1, most=999)


class LayoutForm(EditionForm):
    """A place for each section; without one it is left out."""

    title = forms.CharField(max_length=80, label=_lazy("Title"))
    language = forms.ChoiceField(label=_lazy("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("every language")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        for name, label in SECTIONS.items():
            self.fields[f"{PLACE}{name}"] = WholeField(label=label, least=1, most=99, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        places = {name: data.pop(f"{PLACE}{name}", None) for name in SECTIONS}
        data["sections"] = sorted(
            (name for name, place in places.items() if place), key=lambda name: (places[name], [*SECTIONS].index(name))
        )
        return data

    @property
    def places(self) -> list[Any]:
        """The fields of the sections, in their order."""
        order = sorted(SECTIONS, key=lambda name: int(self.initial.get(f"{PLACE}{name}") or 99))
        return [self[f"{PLACE}{name}"] for name in order]


class NewClauseForm(ClauseForm):
    code = forms.RegexField(
        CODE,
        label=_lazy("Code"),
        error_messages={
            "required": _lazy("Give it a code, such as liability."),
            "invalid": _lazy("A code has 2 to 40 lower-case letters, digits and hyphens, such as liability."),
        },
    )


class NewLayoutForm(LayoutForm):
    code = NewClauseForm.base_fields["code"]


def initial(row: Clause | Layout | None) -> Mapping[str, Any]:
    """The form's values for a stored version, or for a new one."""
    if isinstance(row, Clause):
        return as_content(row)
    if isinstance(row, Layout):
        return as_content(row) | {f"{PLACE}{one.name}": one.place or "" for one in placed(row.sections)}
    return {"position": 100}
