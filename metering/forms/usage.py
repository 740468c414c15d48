from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core import formats
from core.languages import lazily as _lazy
from metering.queries.streams import MeterSpan
from metering.queries.usage import BY_CUSTOMER, Choice
from metering.rules.grains import GRAINS
from metering.rules.meter_view import Range

NOTHING = "nothing"
LONGEST = 1100  # days: three years
SPANS = {"30": 30, "90": 90, "365": 365, "730": 730}
SPAN_NAMES = {"30": "30 days", "90": "90 days", "365": "12 months", "730": "24 months", "dates": _lazy("From … to …")}
GRAIN_NAMES = {"": _lazy("Auto"), "day": _lazy("Day"), "week": _lazy("Week"), "month": _lazy("Month")}
DATE = {"type": "date"}


class UsageForm(forms.Form):
    """What to look at: a meter, a time, a grain, parts, and values of dimensions. Wrong choices fall back."""

    meter = forms.CharField(widget=forms.HiddenInput, required=False)
    span = forms.ChoiceField(choices=list(SPAN_NAMES.items()), label=_lazy("Time"), required=False)
    first = forms.DateField(label=_lazy("From"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), required=False)
    last = forms.DateField(label=_lazy("To"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), required=False)
    grain = forms.ChoiceField(choices=list(GRAIN_NAMES.items()), widget=forms.RadioSelect, required=False)
    by = forms.ChoiceField(label=_lazy("Stacked by"), required=False)
    family = forms.BooleanField(label=_lazy("With subsidiaries"), required=False)

    def __init__(self, data: Mapping[str, Any], spans: Sequence[MeterSpan], *, has_family: bool) -> None:
        latest = max(spans, key=lambda span: span.last)
        self.span_of_meter = next((one for one in spans if one.meter.code == data.get("meter")), latest)
        super().__init__(self.completed(data))
        meter = self.span_of_meter.meter
        names = {name: f"{name[:1].upper()}{name[1:]}" for name in meter.dimensions}
        customers = {BY_CUSTOMER: _("Customer")} if has_family and self.data.get("family") else {}
        by = self.fields["by"]
        assert isinstance(by, forms.ChoiceField)
        by.choices = [(NOTHING, _("Nothing")), *names.items(), *customers.items()]
        if not has_family:
            del self.fields["family"]
        for name, values in meter.dimensions.items():
            self.fields[f"is.{name}"] = forms.CharField(
                label=names[name],
                required=False,
                max_length=80,
                widget=forms.Select(choices=self.values_of(name, values)),
            )

    def completed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data with what nobody chose: the last 90 days up to the last day of data."""
        given = {name: value for name, value in data.items() if value}
        first, last = self.shown(given.get("span", "90"))
        dates = {"first": first.isoformat(), "last": last.isoformat()}
        usual = {"span": "90", "by": self.usual_part(), "grain": "", **dates}
        kept = {} if given.get("span") == "dates" else dates  # others' dates are left over from before
        return {**usual, **given, **kept, "meter": self.span_of_meter.meter.code}

    def usual_part(self) -> str:
        """The first dimension that can have more than one value."""
        dimensions = self.span_of_meter.meter.dimensions
        return next((name for name, values in dimensions.items() if len(values) > 1), NOTHING)

    def shown(self, span: str) -> tuple[date, date]:
        last = self.span_of_meter.last
        first = last - timedelta(days=SPANS.get(span, 90) - 1)
        return max(first, self.span_of_meter.first) if span in SPANS else first, last

    def values_of(self, name: str, values: Sequence[str]) -> list[tuple[str, str]]:
        """All values of the catalog, and the one that is chosen although the catalog does not know it."""
        chosen = self.data.get(f"is.{name}", "")
        others = [chosen] if chosen and chosen not in values else []
        return [("", _("All")), *((value, value[:1].upper() + value[1:]) for value in [*values, *others])]

    @property
    def dimension_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("is.")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("This is before the first day; choose a later one."))
        elif first and last and (last - first).days >= LONGEST:
            self.add_error(
                "last",
                _("At most {most} days at once; choose a shorter time.").format(most=formats.quantity(LONGEST)),
            )
        return data

    def choice(self) -> Choice:
        """What to show; what was chosen wrongly is replaced by what one sees first."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        first, last = data.get("first"), data.get("last")
        if not first or not last or "last" in self.errors:
            first, last = self.shown("90")
        grain = data.get("grain", "")
        names = [name for name in self.fields if name.startswith("is.")]
        return Choice(
            span=self.span_of_meter,
            range=Range(first, last, grain if grain in GRAINS else ""),
            by="" if data.get("by") == NOTHING else data.get("by", ""),
            where={name[3:]: data[name] for name in names if data.get(name)},
        )
