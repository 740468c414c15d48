"""What holds for a whole draft."""

from typing import Any

from django import forms

from catalog.actions.drafts import BookFacts
from catalog.models import PriceBook
from core.fields import DateField


class BookForm(forms.Form):
    """Name, currency and the days on which it is sold from."""

    name = forms.CharField(max_length=120, label="Name", error_messages={"required": "Name must not be empty."})
    currency = forms.CharField(max_length=3, min_length=3, label="Currency", help_text="Three letters, such as USD.")
    effective_from = DateField(label="In force from")
    effective_to = DateField(label="In force until", required=False, help_text="The last day; blank for no end.")

    @classmethod
    def facts_of(cls, book: PriceBook) -> dict[str, Any]:
        return {name: getattr(book, name) for name in cls.base_fields}

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not (code.isascii() and code.isalpha()):
            raise forms.ValidationError("Three letters are needed, such as USD.")
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("effective_from"), data.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", f"The last day is before the first, {first}; make it later.")
        return data

    def facts(self) -> BookFacts:
        data = self.cleaned_data
        return BookFacts(
            name=data["name"],
            currency=data["currency"],
            effective_from=data["effective_from"],
            effective_to=data["effective_to"],
        )
