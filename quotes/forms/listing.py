"""What narrows the list of quotes, as typed or as the address says it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from core.fields import NumberField
from core.languages import lazily as _
from core.statuses import look_of
from customers.models import Customer
from quotes.rules.listing import COLUMNS, EXPIRES, QuoteFilter, known_columns, known_sort
from quotes.rules.transitions import Status

MOST = 100
TEXTS = ("status", "owner", "customer", "search", "segment", "package", "opportunity", "expires")


class FilterForm(forms.Form):
    """The filters of the list. What cannot be read is named beside its field and filters nothing."""

    search = forms.CharField(required=False)
    status = forms.ChoiceField(required=False, label=_("Status"))
    owner = forms.ChoiceField(required=False, label=_("Owner"))
    customer = forms.CharField(required=False, label=_("Customer"), max_length=MOST)
    segment = forms.ChoiceField(required=False, label=_("Segment"))
    opportunity = forms.CharField(required=False, label=_("Opportunity"), max_length=MOST)
    least = NumberField(required=False, label=_("Committed from"))
    most = NumberField(required=False, label=_("Committed to"))
    expires = forms.ChoiceField(required=False, label=_("Valid until"))
    columns = forms.MultipleChoiceField(required=False, label=_("Columns"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, typed: QueryDict, *, owners: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(typed)
        self.typed = typed
        choices: dict[str, list[tuple[str, str]]] = {
            "status": [("", _("Every status")), *((status.value, look_of(status).label) for status in Status)],
            "owner": [("", _("Everybody")), *owners],
            "segment": [("", _("Every segment")), *Customer.Segment.choices],
            "expires": [("", _("Any day")), *EXPIRES.items()],
            "columns": [(column.key, column.label) for column in COLUMNS],
        }
        for name, some in choices.items():
            self.fields[name].choices = some  # type: ignore[attr-defined]

    def filter(self) -> QuoteFilter:
        """As the query takes it: words as they are, for an unknown one must find nothing."""
        texts: dict[str, Any] = {name: self.word(name) for name in TEXTS}
        return QuoteFilter(
            **texts,
            mine=self.typed.get("mine") == "1",
            least=self.amount("least"),
            most=self.amount("most"),
            sort=known_sort(self.word("sort")),
            columns=known_columns(self.typed.getlist("columns")),
        )

    def word(self, name: str) -> str:
        return self.typed.get(name, "").strip().replace("\x00", "")[:MOST]

    def amount(self, name: str) -> Decimal | None:
        return None if name in self.errors else self.cleaned_data.get(name)

    def problems(self) -> list[str]:
        """What could not be read, in sentences."""
        return [str(message) for name in ("least", "most") for message in self.errors.get(name, [])]


class ViewForm(forms.Form):
    """A name for a list, and whether it is one's default or open to all."""

    name = forms.CharField(max_length=60, error_messages={"required": _("A view needs a name.")})
    is_default = forms.BooleanField(required=False)
    is_shared = forms.BooleanField(required=False)

    def problem(self) -> str:
        return " ".join(str(message) for messages in self.errors.values() for message in messages)
