"""What holds for a whole draft."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from catalog.actions.drafts import BookFacts
from catalog.models import PriceBook
from core.fields import DateField
from core.languages import lazily as _lazy


class BookForm(forms.Form):
    """Name, currency and the days on which it is sold from."""

    name = forms.CharField(
        max_length=120, label=_lazy("Name"), error_messages={"required": _lazy("Name must not be empty.")}
    )
    currency = forms.CharField(
        max_length=3, min_length=3, label=_lazy("Currency"), help_text=_lazy("Three letters, such as USD.")
    )
    effective_from = DateField(label=_lazy("In force from"))
    effective_to = DateField(
        label=_lazy("In force until"), required=False, help_text=_lazy("The last day; blank for no end.")
    )

    @classmethod
    def facts_of(cls, book: PriceBook) -> dict[str, Any]:
        return {name: getattr(book, name) for name in cls.base_fields}

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not (code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Three letters are needed, such as USD."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("effective_from"), data.get("effective_to")
        if first and last and last < first:
            self.add_error(
                "effective_to", _("The last day is before the first, {first}; make it later.").format(first=first)
            )
        return data

    def facts(self) -> BookFacts:
        data = self.cleaned_data
        return BookFacts(
            name=data["name"],
            currency=data["currency"],
            effective_from=data["effective_from"],
            effective_to=data["effective_to"],
        )
