from typing import Any

from django import forms

from customers.models import Contact, Customer
from customers.queries import family


class CustomerForm(forms.ModelForm):
    """What a seller knows about a customer."""

    class Meta:
        model = Customer
        fields = [
            "name",
            "legal_name",
            "segment",
            "country",
            "currency",
            "payment_days",
            "parent",
            "address",
            "note_on_data",
        ]
        labels = {
            "legal_name": "Legal name",
            "payment_days": "Payment within",
            "parent": "Pays through",
            "note_on_data": "Note on the usage data",
        }
        help_texts = {
            "legal_name": "As it stands in contracts and on the quote.",
            "country": "Two letters, such as US.",
            "currency": "Three letters, such as USD. Quotes are made in it.",
            "parent": "The company that pays, if this one belongs to it.",
            "note_on_data": "Where the usage comes from; shown beside every chart of it.",
        }
        widgets = {"address": forms.Textarea(attrs={"rows": 3}), "note_on_data": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        below = [relative.id for relative in family(self.instance)] if self.instance.pk else []
        parent.queryset = Customer.objects.exclude(pk__in=below).order_by("name")
        parent.empty_label = "Itself"
        parent.error_messages["invalid_choice"] = "Choose one of the list: a customer cannot stand above itself."

    def clean_country(self) -> str:
        return letters(self.cleaned_data["country"], 2, "US")

    def clean_currency(self) -> str:
        return letters(self.cleaned_data["currency"], 3, "USD")

    def clean_payment_days(self) -> int:
        days: int = self.cleaned_data["payment_days"]
        if days > 180:
            raise forms.ValidationError("At most 180 days; choose fewer.")
        return days

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ContactForm(forms.ModelForm):
    """A person at the customer."""

    class Meta:
        model = Contact
        fields = ["name", "email", "title"]
        labels = {"email": "E-mail"}
        help_texts = {"title": "Stands under the name where this person signs."}

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def letters(text: str, count: int, example: str) -> str:
    """The code in capitals."""
    code = text.strip().upper()
    if len(code) != count or not (code.isascii() and code.isalpha()):
        raise forms.ValidationError(f"{count} letters are needed, such as {example}.")
    return code
