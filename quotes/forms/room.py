"""What the customer may send: a yes with name and title, or a no with a reason."""

from decimal import Decimal

from django import forms

from core.languages import lazily as _
from core.languages import lazily_in
from quotes.models import QuoteVersion, RoomLink


class AcceptForm(forms.Form):
    """Hash and total are what the page showed; acceptance compares them with the frozen version."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    title = forms.CharField(
        label=lazily_in("of a person", "Title"), max_length=120, help_text=_("Your position in the company.")
    )
    email = forms.EmailField(label=_("E-mail"), disabled=True, required=False)
    agree = forms.BooleanField(error_messages={"required": _("Tick the box to accept the quote for your company.")})
    sha256 = forms.CharField(widget=forms.HiddenInput)
    total = forms.DecimalField(widget=forms.HiddenInput, max_digits=18, decimal_places=3)

    @classmethod
    def blank(cls, link: RoomLink, version: QuoteVersion, total: Decimal) -> "AcceptForm":
        """Filled with what is known of the person, bound to what the page shows."""
        return cls(
            initial={
                "name": link.name,
                "title": link.title,
                "email": link.email,
                "sha256": version.sha256,
                "total": total,
            }
        )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your contact reads this and can offer something better."),
    )
