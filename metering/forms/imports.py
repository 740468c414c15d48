from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from customers.forms import CustomerField, CustomerInput
from customers.models import Customer
from metering.rules.mapping import FIELDS, ColumnMap

LARGEST = 5 * 1024**3
FORMATS = {"csv": "csv", "ndjson": "ndjson", "jsonl": "ndjson", "parquet": "parquet"}
EXPLAINED = {
    "id": _lazy("Counts once for each source. Without one, the line of the file is the id."),
    "time": _lazy("When it was used: ISO 8601, or seconds since 1970."),
    "meter": _lazy("The code of a meter."),
    "value": _lazy("How much; a meter that counts needs none."),
    "customer": _lazy("The customer's short name, as in its address."),
    "source": _lazy("Who reports it."),
}


class UploadForm(forms.Form):
    """A file of usage, of any of the formats that its name may end with."""

    file = forms.FileField(
        help_text=_lazy(
            "CSV, NDJSON (CloudEvents) or Parquet, up to 5 GB. You see what its columns mean before anything is "
            "recorded."
        ),
    )
    customer = CustomerField(
        label=_lazy("Customer"),
        required=False,
        widget=CustomerInput(attrs={"placeholder": _lazy("Each row names its own")}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if format_of(file) is None:
            raise forms.ValidationError(_("The name must end with .csv, .ndjson, .jsonl or .parquet; rename the file."))
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("At most 5 GB here; larger files go through `manage.py import_usage`."))
        return file


def format_of(file: UploadedFile) -> str | None:
    return FORMATS.get((file.name or "").rpartition(".")[2].lower())


class MappedField(NamedTuple):
    """One line of the mapping: a column, or the same text in every row."""

    name: str
    help: str
    needed: bool
    column: forms.BoundField
    constant: forms.BoundField


class MappingForm(forms.Form):
    """Which column each field and dimension is read from."""

    zone = forms.CharField(
        label=_lazy("Time zone"),
        required=False,
        max_length=64,
        help_text=_lazy("Of times that name none, such as Europe/Berlin."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        heading: Sequence[str],
        dimensions: Sequence[str],
        guessed: ColumnMap,
        customer: Customer | None,
    ) -> None:
        super().__init__(data, initial={"zone": guessed.zone})
        self.names = [*FIELDS, *dimensions]
        self.needed = {"time", "meter"} | (set() if customer else {"customer"})
        columns = [("", "–"), *((column, column) for column in heading)]
        for name in self.names:
            self.fields[f"column.{name}"] = forms.ChoiceField(
                choices=columns,
                required=False,
                label=_("Column of {name}").format(name=name),
                initial=guessed.columns.get(name, ""),
            )
            self.fields[f"constant.{name}"] = forms.CharField(
                required=False,
                max_length=200,
                label=_("{name} of every row").format(name=name),
                initial=guessed.constants.get(name, ""),
            )

    def mapped(self) -> Iterator[MappedField]:
        for name in self.names:
            helped = EXPLAINED.get(name, "A dimension.")
            yield MappedField(name, helped, name in self.needed, self[f"column.{name}"], self[f"constant.{name}"])

    def mapping(self) -> dict[str, Any]:
        """In the JSON form that imports keep."""
        return {
            "columns": self.chosen("column"),
            "constants": self.chosen("constant"),
            "zone": self.cleaned_data.get("zone", ""),
        }

    def chosen(self, kind: str) -> dict[str, str]:
        values = {name: self.cleaned_data.get(f"{kind}.{name}", "") for name in self.names}
        return {name: value for name, value in values.items() if value}
