"""What people type about a selling entity."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.models import User
from quotes.models import SellingEntity
from quotes.queries.selling import book_codes
from quotes.rules.selling import LOGO_BYTES


class PersonField(forms.ModelChoiceField):
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name() or obj.username)


class SellerForm(forms.Form):
    """Everything but the code, which stays, and the logo, which is sent on its own."""

    name = forms.CharField(max_length=80, label=_lazy("Brand"))
    legal_name = forms.CharField(max_length=160, label=_lazy("Legal entity"))
    address = forms.CharField(label=_lazy("Address"), widget=forms.Textarea(attrs={"rows": 3}))
    email = forms.EmailField(label=_lazy("E-mail"))
    footer = forms.CharField(max_length=200, label=_lazy("Footer"), required=False)
    zone = forms.CharField(max_length=40, label=_lazy("Time zone"))
    paper = forms.ChoiceField(label=_lazy("Paper"), choices=SellingEntity.Paper.choices)
    accent = forms.CharField(
        max_length=7, label=_lazy("Accent colour"), initial="#2b50d0", widget=forms.TextInput(attrs={"type": "color"})
    )
    book_codes = forms.MultipleChoiceField(
        label=_lazy("Sells from"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_default = forms.BooleanField(label=_lazy("Sells where no other entity is named"), required=False)
    contract_at = forms.ChoiceField(label=_lazy("The contract is made"), choices=SellingEntity.ContractAt.choices)
    countersigner = PersonField(
        User.objects.filter(is_active=True).exclude(roles=[]).order_by("last_name", "first_name"),
        label=_lazy("Signs for the seller"),
        required=False,
        empty_label=_lazy("nobody; the customer’s signature is enough"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book_codes"].choices = [(code, code) for code in book_codes()]  # type: ignore[attr-defined]

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).lower()


class NewSellerForm(SellerForm):
    """With the code, by which reports and books name the entity."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9-]{1,39}$",
        label=_lazy("Code"),
        error_messages={
            "required": _lazy("Give the entity a code, such as northlight-eu."),
            "invalid": _lazy("A code has 2 to 40 lower-case letters, digits and hyphens, such as northlight-eu."),
        },
    )
    field_order = ("code",)


class LogoForm(forms.Form):
    """A picture, or word that there is to be none."""

    none = forms.BooleanField(required=False)
    logo = forms.FileField(
        label=_lazy("Logo"), required=False, widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"})
    )

    def clean_logo(self) -> bytes:
        file = self.cleaned_data["logo"]
        if self.cleaned_data["none"]:
            return b""
        if file is None:
            raise ValidationError(_("Choose a picture first."))
        if file.size > LOGO_BYTES:
            raise ValidationError(_("A logo has at most {limit} kB; make it smaller.").format(limit=LOGO_BYTES // 1024))
        data: bytes = file.read()
        return data
