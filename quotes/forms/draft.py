"""What a rep types into a draft."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _

from core.fields import DateField, NumberField, WholeField
from core.languages import lazily as _lazy
from customers.forms import CustomerField
from quotes.queries import selling
from quotes.rules.limits import SPECIAL_TERMS

PRICE = "price:"


class NewQuoteForm(forms.Form):
    """For whom, and from when."""

    customer = CustomerField(label=_lazy("Customer"), error_messages={"required": _lazy("Choose a customer.")})
    title = forms.CharField(max_length=120, label=_lazy("Title"), required=False)
    start = DateField(label=_lazy("Start"))
    months = WholeField(label=_lazy("Term"), least=1, most=120, unit=_lazy(" months"))
    opportunity = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)


class FactsForm(forms.Form):
    """What holds for the whole draft."""

    title = forms.CharField(
        max_length=120, label=_lazy("Title"), error_messages={"required": _lazy("Title must not be empty.")}
    )
    start = DateField(label=_lazy("Start"))
    months = WholeField(label=_lazy("Term"), least=1, most=120, unit=_lazy(" months"))
    discount_percent = NumberField(label=_lazy("Quote discount"), most=100, digits=4, unit=" %")
    valid_until = DateField(label=_lazy("Valid until"))
    payment_days = WholeField(label=_lazy("Payment due within"), most=180, unit=_lazy(" days"))
    free_months = WholeField(label=_lazy("Free months"), most=120, unit=_lazy(" months"))
    escalator_percent = NumberField(label=_lazy("Prices rise each year by"), most=100, digits=4, unit=" %")
    discount_from = WholeField(label=_lazy("Discount from month"), least=1, most=120, required=False)
    discount_to = WholeField(label=_lazy("Discount to month"), least=1, most=120, required=False)
    special_terms = forms.CharField(
        label=_lazy("Special terms"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": SPECIAL_TERMS}),
    )
    selling_entity_id = forms.TypedChoiceField(label=_lazy("Sold by"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["selling_entity_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = lambda: [("", _("as the price book says")), *selling.choices()]

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Self:
        """The form of only those fields that were sent, checked."""
        form = cls(typed)
        form.fields = {name: field for name, field in form.fields.items() if name in typed}
        form.full_clean()
        return form


YES = {"yes": True, "no": False}


class LineForm(forms.Form):
    """A line of a draft: how many, how much is included, how much off, and each price by its path."""

    quantity = NumberField(label=_lazy("Quantity"))
    allowance = NumberField(label=_lazy("Included usage"))
    discount_percent = NumberField(label=_lazy("Discount"), most=100, digits=4, unit=" %")
    optional = forms.TypedChoiceField(choices=[(word, word) for word in YES], coerce=YES.__getitem__)
    discount_from = WholeField(label=_lazy("From month"), least=1, most=120, required=False)
    discount_to = WholeField(label=_lazy("To month"), least=1, most=120, required=False)
    from_month = WholeField(label=_lazy("First month"), least=1, most=120, required=False)
    to_month = WholeField(label=_lazy("Last month"), least=1, most=120, required=False)

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Self:
        """The form of only those fields that were sent, checked; "price:<path>" is a price."""
        form = cls(typed)
        prices = {name: NumberField(label=_("Price"), digits=12) for name in typed if name.startswith(PRICE)}
        form.fields = {name: field for name, field in {**form.fields, **prices}.items() if name in typed}
        form.full_clean()
        return form

    def changes(self) -> dict[str, Any]:
        """As the action takes them: prices by path together."""
        plain = {name: value for name, value in self.cleaned_data.items() if not name.startswith(PRICE)}
        prices = {name.removeprefix(PRICE): v for name, v in self.cleaned_data.items() if name.startswith(PRICE)}
        return {**plain, **({"prices": prices} if prices else {})}


ABOVE = "-"


WHOLE_TERM = {"whole_term": ("from_month", "to_month"), "discount_whole_term": ("discount_from", "discount_to")}


class BulkForm(LineForm):
    """What many lines can be given at once; what is left empty stays as it is."""

    whole_term = forms.BooleanField()
    discount_whole_term = forms.BooleanField()
    year = WholeField(label=_lazy("Year"), least=1, most=10)
    section = forms.CharField(max_length=60)

    def clean_section(self) -> str:
        """The key of the section; "" for the part above the first one."""
        key: str = self.cleaned_data["section"]
        return "" if key == ABOVE else key

    def clean(self) -> dict[str, Any]:
        """For the whole term is without a first and last month."""
        data = super().clean() or {}
        for chosen, months in WHOLE_TERM.items():
            if data.pop(chosen, False):
                if any(name in data for name in months):
                    self.add_error(chosen, _("Say either the whole term or a month of it, not both."))
                data |= dict.fromkeys(months)
        return data


class YearForm(LineForm):
    """A line in a later year; empty is as the year before."""

    def full_clean(self) -> None:
        for field in self.fields.values():
            field.required = False
        super().full_clean()


class TargetForm(forms.Form):
    """What the committed total should be."""

    total = NumberField(label=_lazy("Committed total"))


class AssumptionForm(forms.Form):
    """What a meter without history is taken to use in a month: low, base and high."""

    low = NumberField(label=_lazy("Low"))
    base = NumberField(label=_lazy("Base"))
    high = NumberField(label=_lazy("High"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data["low"] <= data["base"] <= data["high"]:
            self.add_error("base", _("Base must lie between low and high."))
        return data
