"""What a seller asks the advisor."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import NumberField

RISK = Decimal(20)  # percent, unless told


class AdvisorForm(forms.Form):
    """Which promise, at which risk; its size and discount where the seller knows better."""

    promise = forms.ChoiceField(label=_("Promise"), required=False)
    risk = NumberField(label=_("Risk"), most=95, unit=" %", required=False)
    size = NumberField(label=_("Size"), required=False)
    percent = NumberField(label=_("Discount"), most=99, digits=4, unit=" %", required=False)

    def __init__(self, typed: Mapping[str, Any], *, promises: Sequence[tuple[str, str]]) -> None:
        super().__init__(typed)
        field = self.fields["promise"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = promises
        self.full_clean()

    @property
    def risk_share(self) -> float:
        risk = self.cleaned_data.get("risk")
        return float(RISK if risk is None else risk) / 100


class PlanForm(forms.Form):
    """A way to buy, to be used in the quote."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in ("none", "credit", "commitment")])
    promise = forms.CharField(required=False, max_length=60)
    size = NumberField(label=_("Size"), required=False)
    percent = NumberField(label=_("Discount"), most=99, digits=4, unit=" %", required=False)
