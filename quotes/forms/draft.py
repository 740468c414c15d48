"""What a rep types into a draft."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms

from core.fields import DateField, NumberField, WholeField
from customers.models import Customer

PRICE = "price:"


class NewQuoteForm(forms.Form):
    """For whom, and from when."""

    customer = forms.ModelChoiceField(Customer.objects.none(), to_field_name="slug", empty_label="Choose a customer")
    title = forms.CharField(max_length=120, label="Title", required=False)
    start = DateField(label="Start")
    months = WholeField(label="Term", least=1, most=120, unit=" months")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["customer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Customer.objects.order_by("name")


class FactsForm(forms.Form):
    """What holds for the whole draft."""

    title = forms.CharField(max_length=120, label="Title", error_messages={"required": "Title must not be empty."})
    start = DateField(label="Start")
    months = WholeField(label="Term", least=1, most=120, unit=" months")
    discount_percent = NumberField(label="Quote discount", most=100, digits=4, unit=" %")
    valid_until = DateField(label="Valid until")
    payment_days = WholeField(label="Payment due within", most=180, unit=" days")

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Self:
        """The form of only those fields that were sent, checked."""
        form = cls(typed)
        form.fields = {name: field for name, field in form.fields.items() if name in typed}
        form.full_clean()
        return form


class LineForm(forms.Form):
    """A line of a draft: how many, how much is included, how much off, and each price by its path."""

    quantity = NumberField(label="Quantity")
    allowance = NumberField(label="Included usage")
    discount_percent = NumberField(label="Discount", most=100, digits=4, unit=" %")

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Self:
        """The form of only those fields that were sent, checked; "price:<path>" is a price."""
        form = cls(typed)
        prices = {name: NumberField(label="Price", digits=12) for name in typed if name.startswith(PRICE)}
        form.fields = {name: field for name, field in {**form.fields, **prices}.items() if name in typed}
        form.full_clean()
        return form

    def changes(self) -> dict[str, Any]:
        """As the action takes them: prices by path together."""
        plain = {name: value for name, value in self.cleaned_data.items() if not name.startswith(PRICE)}
        prices = {name.removeprefix(PRICE): v for name, v in self.cleaned_data.items() if name.startswith(PRICE)}
        return {**plain, **({"prices": prices} if prices else {})}


class TargetForm(forms.Form):
    """What the committed total should be."""

    total = NumberField(label="Committed total")


class AssumptionForm(forms.Form):
    """What a meter without history is taken to use in a month: low, base and high."""

    low = NumberField(label="Low")
    base = NumberField(label="Base")
    high = NumberField(label="High")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data["low"] <= data["base"] <= data["high"]:
            self.add_error("base", "Base must lie between low and high.")
        return data
