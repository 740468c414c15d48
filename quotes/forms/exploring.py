"""Where the sliders of the forecast explorer stand, and what it shows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.fields import NumberField, WholeField
from core.languages import lazily as _lazy
from quotes.rules.exploring import Moves

BILL = "bill"
MONTH, TERM = "month", "term"


class ExplorerForm(forms.Form):
    """Everything may be left out; what cannot be taken stays where it was and is said."""

    growth = NumberField(label=_lazy("Growth"), least=-99, most=1000, unit=" % a year", required=False)
    seats = NumberField(label=_lazy("Seats"), most=10**7, required=False)
    adoption = NumberField(label=_lazy("Adoption"), most=1000, unit=" %", required=False)
    adoption_months = WholeField(label=_lazy("Adoption takes"), most=120, unit=" months", required=False)
    launch = NumberField(label=_lazy("Launch"), least=-100, most=1000, unit=" %", required=False)
    launch_month = WholeField(label=_lazy("Launch in month"), least=1, most=120, required=False)
    on = forms.ChoiceField(label=_lazy("Of which usage"), required=False)
    of = forms.ChoiceField(label=_lazy("Show"), required=False)
    by = forms.ChoiceField(
        label=_lazy("By"), choices=[(MONTH, _lazy("By month")), (TERM, _lazy("Whole term"))], required=False
    )

    def __init__(self, typed: Mapping[str, Any], *, series: Sequence[tuple[str, str]], months: int) -> None:
        super().__init__(typed)
        for name, first in (("on", ("", _("all usage"))), ("of", (BILL, _("Bill")))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [first, *series]
        month = self.fields["launch_month"]
        assert isinstance(month, WholeField)
        month.most = Decimal(months)
        self.full_clean()

    def moves(self) -> Moves:
        """What was moved; fields that are wrong or absent are where they were."""
        given = {name: self.cleaned_data.get(name) for name in Moves.__dataclass_fields__}
        kept = {name: value for name, value in given.items() if value not in (None, "")}
        typed: dict[str, Any] = {name: float(value) if name in FLOATS else value for name, value in kept.items()}
        return Moves(**typed)

    @property
    def shown(self) -> str:
        """The bill, or the series by its name."""
        return self.cleaned_data.get("of") or BILL

    @property
    def by_term(self) -> bool:
        return self.cleaned_data.get("by") == TERM


FLOATS = {"growth", "seats", "adoption", "launch"}
