"""What an administrator or integrator types about a CRM."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from django import forms
from django.forms.boundfield import BoundField

from core.languages import lazily as _
from core.models import User
from crm.models import Connection
from crm.queries.connections import sellers
from crm.rules.mappings import KEYS, Terms
from crm.rules.words import EVENTS, FACTS, READS
from quotes.rules.opportunities import LABELS, LONGEST

LISTS = {
    "wanted": _("Stages that want a quote"),
    "won": _("Stages that are won"),
    "lost": _("Stages that are lost"),
}


def seller_choices() -> list[tuple[int, str]]:
    return [(person.pk, person.full_name) for person in sellers()]


class SellerField(forms.TypedChoiceField):
    """Somebody who sells; `cleaned_data` holds the person."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=lambda pk: User.objects.get(pk=pk), **options)


class ConnectionForm(forms.Form):
    """How a CRM is connected: which one, where it is told, and for whom it starts drafts."""

    system = forms.CharField(
        label=_("CRM"),
        max_length=LONGEST["system"],
        help_text=_("salesforce, hubspot or another name in small letters; it stays."),
        widget=forms.TextInput(attrs={"list": "systems", "autocomplete": "off"}),
    )
    url = forms.CharField(
        label=_("Address that is told of quotes"),
        required=False,
        max_length=500,
        help_text=_("https, port 443 or 8443, a public host. Empty: the CRM only tells us."),
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/hooks"}),
    )
    seller = SellerField(
        label=_("Seller"),
        help_text=_("Drafts are started in their name where the owner in the CRM does not sell here."),
    )
    systems = tuple(LABELS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seller"].choices = seller_choices()  # type: ignore[attr-defined]

    def clean_system(self) -> str:
        return str(self.cleaned_data["system"]).strip().lower()


class ChangesForm(forms.Form):
    """What may change of a connection."""

    seller = SellerField(label=_("Seller"))
    adds_customers = forms.BooleanField(
        required=False,
        label=_("Add customers that are not known"),
        help_text=_("With the account’s name, country and segment."),
    )

    def __init__(self, connection: Connection, data: Any = None) -> None:
        super().__init__(data, initial={"seller": connection.seller_id, "adds_customers": connection.adds_customers})
        self.fields["seller"].choices = seller_choices()  # type: ignore[attr-defined]


class AddressForm(forms.Form):
    """Where the CRM is told of quotes."""

    url = forms.CharField(label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"}))


class MappingForm(forms.Form):
    """Both directions of a mapping: an input for each of our names. Empty is not told, or not read."""

    object = forms.CharField(label=_("What the CRM calls an opportunity"), max_length=80)
    numbers = forms.BooleanField(
        required=False, label=_("Amounts as JSON numbers"), help_text=_('Otherwise as text, such as "1250.50".')
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "fields": {fact.key: fact.label for fact in FACTS},
            "stages": EVENTS,
            "reads": {read.key: read.label for read in READS},
        }
        helps = {f"reads.{read.key}": read.help for read in READS}
        helps |= {f"fields.{fact.key}": fact.help for fact in FACTS}
        for part, keys in KEYS.items():
            for key in keys:
                name = f"{part}.{key}"
                self.fields[name] = forms.CharField(
                    label=labels[part][key], required=False, max_length=200, help_text=helps.get(name, "")
                )
        for name, label in LISTS.items():
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=4000,
                help_text=_("One in a line."),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @classmethod
    def of(cls, terms: Terms, data: Any = None) -> Self:
        return cls(data, initial=dict(typed(terms)))

    def terms(self) -> Terms:
        parts: dict[str, Any] = {part: self.part(part, keys) for part, keys in KEYS.items()}
        parts |= {name: lines(self.cleaned_data[name]) for name in LISTS}
        return Terms(object=self.cleaned_data["object"].strip(), numbers=self.cleaned_data["numbers"], **parts)

    def part(self, part: str, keys: list[str]) -> dict[str, str]:
        given = {key: self.cleaned_data[f"{part}.{key}"].strip() for key in keys}
        return {key: value for key, value in given.items() if value}

    def inputs_of(self, part: str) -> list[BoundField]:
        return [self[f"{part}.{key}"] for key in KEYS[part]]

    def told(self) -> list[BoundField]:
        return self.inputs_of("fields")

    def stages(self) -> list[BoundField]:
        return self.inputs_of("stages")

    def read(self) -> list[BoundField]:
        return self.inputs_of("reads")

    def lists(self) -> list[BoundField]:
        return [self[name] for name in LISTS]


def typed(terms: Terms) -> Iterator[tuple[str, Any]]:
    """The mapping as its inputs show it."""
    yield "object", terms.object
    yield "numbers", terms.numbers
    parts: Mapping[str, Mapping[str, str]] = {"fields": terms.fields, "stages": terms.stages, "reads": terms.reads}
    for part, values in parts.items():
        yield from ((f"{part}.{key}", value) for key, value in values.items())
    for name in LISTS:
        yield name, "\n".join(getattr(terms, name))


def lines(text: str) -> list[str]:
    return [line for line in (part.strip() for part in text.splitlines()) if line]
