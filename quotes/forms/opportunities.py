"""The opportunity of the CRM that a quote belongs to, as typed or chosen."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from quotes.models import Opportunity, Quote
from quotes.queries.opportunities import open_opportunities, systems
from quotes.rules.opportunities import LONGEST


class OpportunityForm(forms.Form):
    """One of those that the CRM told us of, or another by its id there."""

    known = forms.TypedChoiceField(label=_lazy("Which one"), coerce=int, empty_value=None, required=False)
    system = forms.ChoiceField(label=_lazy("CRM"))
    external_id = forms.CharField(
        label=_lazy("Id"),
        required=False,
        max_length=LONGEST["external_id"],
        help_text=_lazy("The opportunity’s id in the CRM, as its address there shows it."),
    )
    name = forms.CharField(label=_lazy("Name"), required=False, max_length=LONGEST["name"])
    url = forms.CharField(
        label=_lazy("Address"),
        required=False,
        max_length=LONGEST["url"],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def __init__(self, quote: Quote, data: Any = None) -> None:
        now = quote.opportunity
        self.offered = [one for one in open_opportunities(quote.customer) if one != now]
        kept = {name: getattr(now, name) for name in ("system", "external_id", "name", "url")} if now else {}
        super().__init__(data, initial=kept)
        self.fields["system"].choices = systems()  # type: ignore[attr-defined]
        self.fields["known"].choices = choices(self.offered)  # type: ignore[attr-defined]

    def reference(self) -> dict[str, str]:
        """As the action takes it."""
        chosen = next((one for one in self.offered if one.pk == self.cleaned_data["known"]), None)
        if chosen is not None:
            return {"system": chosen.system, "external_id": chosen.external_id}
        return {name: self.cleaned_data[name] for name in ("system", "external_id", "name", "url")}


def choices(offered: Sequence[Opportunity]) -> list[tuple[Any, str]]:
    named = [(one.pk, f"{one} · {one.stage or one.external_id} ({one.system_label})") for one in offered]
    return [("", _("Another one, by its id")), *named]
