"""What the customer may send: a signature, a no with a reason, questions, a colleague's address."""

from decimal import Decimal

from django import forms

from core.languages import lazily as _
from core.languages import lazily_in
from quotes.models import QuoteVersion, RoomLink

WORDS = 2000


class AcceptForm(forms.Form):
    """Hash and total are what the page showed; acceptance compares them with the frozen version."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    title = forms.CharField(
        label=lazily_in("of a person", "Title"), max_length=120, help_text=_("Your position in the company.")
    )
    email = forms.EmailField(label=_("E-mail"), disabled=True, required=False)
    code = forms.CharField(
        label=_("Code from your mail"),
        max_length=20,
        error_messages={"required": _("Type the six digits from the mail we sent you.")},
    )
    drawing = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40_000)
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
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your contact reads this and can offer something better."),
    )


class QuestionForm(forms.Form):
    """A question about a line, or about the whole quote."""

    line = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(label=_("Your question"), max_length=WORDS, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: object, lines: dict[str, str] | None = None, **kwargs: object) -> None:
        super().__init__(*args, auto_id="question-%s", **kwargs)  # type: ignore[arg-type, misc]
        whole = [("", _("The whole quote"))]
        self.fields["line"].choices = [*whole, *(lines or {}).items()]  # type: ignore[attr-defined]


class ChangesForm(forms.Form):
    text = forms.CharField(
        label=_("What should change?"),
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your contact can send you a new version. This one stays open until then."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, auto_id="changes-%s", **kwargs)  # type: ignore[arg-type, misc]


class ForwardForm(forms.Form):
    """A colleague who may read."""

    name = forms.CharField(label=_("Your colleague’s name"), max_length=120)
    email = forms.EmailField(label=_("Your colleague’s e-mail"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, auto_id="forward-%s", **kwargs)  # type: ignore[arg-type, misc]
