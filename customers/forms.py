import re
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.languages import lazily_in
from core.spreadsheets import decoded
from customers.models import Contact, Customer
from customers.queries import SEPARATOR, chosen_by, family
from customers.rules import DOMAIN

LARGEST = 2 * 1024**2  # of a table, in characters
LONGEST = 200  # of what is typed to find a customer


class CustomerInput(forms.TextInput):
    """A name to type; what it may be is offered below it. Without a script the server asks which one is meant."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        given = attrs or {}
        offered = f"{given.get('id', name)}-offered"
        asks = {
            "list": offered,
            "autocomplete": "off",
            "placeholder": _("Name of the customer"),
            "maxlength": LONGEST,
            "hx-get": reverse("customers:choices"),
            "hx-trigger": "focus once, input changed delay:150ms",
            "hx-target": f"#{offered}",
            "hx-swap": "innerHTML",
            "hx-params": name,
            "hx-vals": f'{{"of": "{name}"}}',
            "hx-sync": "this:replace",
            "data-quiet": "",
        }
        return format_html(
            '{}<datalist id="{}"></datalist>',
            super().render(name, value, {**asks, **self.attrs, **given}, renderer),
            offered,
        )


class CustomerField(forms.CharField):
    """A customer by name or slug, however many there are; `cleaned_data` holds the customer, or None."""

    widget = CustomerInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)

    def prepare_value(self, value: Any) -> Any:
        """What the field shows: a name for a slug or a customer, and what was typed as it was."""
        if isinstance(value, Customer):
            return value.name
        known = Customer.objects.filter(slug=value).first() if value and "\x00" not in value else None
        return known.name if known else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = chosen_by(text)
        if not found:
            raise forms.ValidationError(_("No customer is called “{text}”.").format(text=text))
        if len(found) > 1:
            names = "; ".join(f"{one.name}{SEPARATOR}{one.slug}" for one in found)
            raise forms.ValidationError(
                _("Several customers fit “{text}”; say which: {names}.").format(text=text, names=names)
            )
        return found[0]


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
            "language",
            "parent",
            "address",
            "note_on_data",
            "external_id",
            "domain",
        ]
        labels = {
            "name": _lazy("Name"),
            "legal_name": _lazy("Legal name"),
            "segment": _lazy("Segment"),
            "country": _lazy("Country"),
            "currency": _lazy("Currency"),
            "language": _lazy("Language"),
            "address": _lazy("Address"),
            "payment_days": _lazy("Payment within"),
            "parent": _lazy("Pays through"),
            "note_on_data": _lazy("Note on the usage data"),
            "external_id": _lazy("External id"),
            "domain": _lazy("Domain"),
        }
        help_texts = {
            "legal_name": _lazy("As it stands in contracts and on the quote."),
            "country": _lazy("Two letters, such as US."),
            "currency": _lazy("Three letters, such as USD. Quotes are made in it."),
            "language": _lazy("Of quotes and of the page that the customer sees."),
            "parent": _lazy("The company that pays, if this one belongs to it."),
            "external_id": _lazy("In your CRM or ERP. Imports and the CRM know the customer by it."),
            "domain": _lazy("Of their web site, such as acme.example. The CRM knows the customer by it too."),
            "note_on_data": _lazy("Where the usage comes from; shown beside every chart of it."),
        }
        widgets = {"address": forms.Textarea(attrs={"rows": 3}), "note_on_data": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].required = False
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        below = [relative.id for relative in family(self.instance)] if self.instance.pk else []
        parent.queryset = Customer.objects.exclude(pk__in=below).order_by("name")
        parent.empty_label = _("Itself")
        parent.error_messages["invalid_choice"] = _("Choose one of the list: a customer cannot stand above itself.")

    def clean_country(self) -> str:
        return letters(self.cleaned_data["country"], 2, "US")

    def clean_currency(self) -> str:
        return letters(self.cleaned_data["currency"], 3, "USD")

    def clean_domain(self) -> str:
        domain = self.cleaned_data["domain"].strip().lower()
        if domain and not re.fullmatch(DOMAIN, domain):
            raise forms.ValidationError(_("Give the name of a web site, such as acme.example."))
        return domain

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or self.instance.language

    def clean_payment_days(self) -> int:
        days: int = self.cleaned_data["payment_days"]
        if days > 180:
            raise forms.ValidationError(_("At most 180 days; choose fewer."))
        return days

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ContactForm(forms.ModelForm):
    """A person at the customer."""

    class Meta:
        model = Contact
        fields = ["name", "email", "title"]
        labels = {"email": "E-mail"}
        labels = {"name": _lazy("Name"), "email": _lazy("E-mail"), "title": lazily_in("of a person", "Title")}
        help_texts = {"title": _lazy("Stands under the name where this person signs.")}

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class TableForm(forms.Form):
    """A table of customers: a file, or rows pasted from a spreadsheet."""

    file = forms.FileField(
        label=_lazy("CSV file"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt"})
    )
    text = forms.CharField(
        label=_lazy("Or rows from a spreadsheet"),
        required=False,
        strip=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    apply = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is not None and file.size > LARGEST:
            self.add_error("file", _("At most {most} MB.").format(most=LARGEST // 1024**2))
        elif file is not None:
            data["text"] = decoded(file.read()).replace("\x00", "")
        if not self.errors and not data.get("text", "").strip():
            self.add_error("text", _("Choose a file or paste rows, the first of them with the columns’ names."))
        return data


def letters(text: str, count: int, example: str) -> str:
    """The code in capitals."""
    code = text.strip().upper()
    if len(code) != count or not (code.isascii() and code.isalpha()):
        raise forms.ValidationError(
            _("{count} letters are needed, such as {example}.").format(count=count, example=example)
        )
    return code
