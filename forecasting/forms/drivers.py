"""A form for each kind of driver, in the units people speak of: percents, dates, months, a meter's display unit."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from catalog.models import Meter
from core.data_words import told
from core.errors import Invalid
from core.fields import DateField, NumberField, WholeField
from core.forms import mark
from core.languages import lazily as _lazy
from forecasting.queries.panel import unit_of
from forecasting.rules.drivers import KINDS, Driver, part_of
from forecasting.rules.drivers.base import number
from forecasting.rules.drivers.plans import CURVES, PHASES

MONTHS = 240
AMOUNTS = ("amount", "low", "base", "high")  # in the meter's display unit


class DriverForm(forms.Form):
    """`driver()` after `is_valid()`: the driver as a value; what its limits refuse becomes an error of its field."""

    kind: ClassVar[str]
    suffixes: ClassVar[dict[str, str]] = {}
    on = forms.ChoiceField(label=_lazy("Of which usage"), required=False)

    def __init__(self, *args: Any, meters: Mapping[str, Meter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meters = meters
        choice(self.fields["on"], [("", _("All usage")), *parts(meters)])

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        if not self.errors:
            try:
                self.made = KINDS[self.kind](**self.values(data))
            except Invalid as problem:
                mark(self, problem)
        return data

    def values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What the driver is made of: floats, and amounts in the meter's own units."""
        factor = float(self.scale(str(data.get("on") or "")))
        return {name: plain(value, factor if name in AMOUNTS else 1.0) for name, value in data.items()}

    def driver(self) -> Driver:
        return self.made

    def scale(self, on: str) -> Decimal:
        meter = self.meters.get(part_of(on)[0])
        return meter.display_scale if meter else Decimal(1)

    def rows(self) -> Iterator[tuple[BoundField, str]]:
        """Every field with what stands behind its input."""
        return ((self[name], self.suffixes.get(name, "")) for name in self.fields)


class GrowthForm(DriverForm):
    kind = "growth"
    suffixes = {"per_year": "% a year"}
    per_year = NumberField(label=_lazy("Growth"), least=-99, most=10_000)
    start = DateField(label=_lazy("From"))


class AdoptionForm(DriverForm):
    kind = "adoption"
    suffixes = {"duration": "months", "before": "%", "after": "%"}
    curve = forms.ChoiceField(label=_lazy("Curve"), choices=[(name, f"{text[2:]}") for name, text in CURVES.items()])
    start = DateField(label=_lazy("From"))
    duration = NumberField(label=_lazy("Takes"), most=MONTHS, unit=" months")
    before = NumberField(label=_lazy("Share before"), most=10_000, unit=" %")
    after = NumberField(label=_lazy("Share after"), most=10_000, unit=" %")


class SeatPlanForm(DriverForm):
    kind = "seats"
    suffixes = {f"month_{n}": "month" for n in range(1, PHASES + 1)}
    today = NumberField(label=_lazy("Seats today"), required=False)
    low = NumberField(label=_lazy("Low use of a seat"), required=False)
    base = NumberField(label=_lazy("Base use of a seat"), required=False)
    high = NumberField(label=_lazy("High use of a seat"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, PHASES + 1):
            self.fields[f"month_{n}"] = WholeField(
                label=_("Phase {n} from").format(n=n), least=1, most=MONTHS, required=n == 1
            )
            self.fields[f"seats_{n}"] = NumberField(label=_("Seats, phase {n}").format(n=n), required=n == 1)

    def clean(self) -> dict[str, Any]:
        for n in range(2, PHASES + 1):
            month, seats = (self.cleaned_data.get(f"{name}_{n}") for name in ("month", "seats"))
            if (month is None) != (seats is None):
                wrong = f"seats_{n}" if seats is None else f"month_{n}"
                self.add_error(
                    wrong, _("Phase {n} needs both its first month and its seats; or leave both empty.").format(n=n)
                )
        return super().clean()

    def values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        pairs = [(data.get(f"month_{n}"), data.get(f"seats_{n}")) for n in range(1, PHASES + 1)]
        kept = {name: value for name, value in data.items() if not name.startswith(("month_", "seats_"))}
        phases = tuple((int(month), float(seats)) for month, seats in pairs if month is not None and seats is not None)
        return {**super().values(kept), "phases": phases}

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error("month_1" if field == "phases" else field, error)


class StepForm(DriverForm):
    kind = "step"
    suffixes = {"percent": "%"}
    start = DateField(label=_lazy("From"))
    end = DateField(label=_lazy("Until"), required=False)
    percent = NumberField(label=_lazy("Change"), least=-100, most=100_000, required=False)
    amount = NumberField(label=_lazy("Amount a month"), least=-(10**15), required=False)

    def values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        found = super().values(data)
        return {**found, "percent": found["percent"] or 0.0, "amount": found["amount"] or 0.0}


class ChurnForm(DriverForm):
    kind = "churn"
    suffixes = {"share": "%", "fade": "months", "probability": "%"}
    share = NumberField(label=_lazy("Share of the usage"), most=100, unit=" %")
    start = DateField(label=_lazy("Ends on"))
    fade = NumberField(label=_lazy("Fades over"), most=MONTHS, unit=" months")
    probability = NumberField(label=_lazy("Probability"), most=100, unit=" %")


class MigrationForm(DriverForm):
    kind = "migration"
    suffixes = {"share": "%", "duration": "months"}
    target = forms.ChoiceField(label=_lazy("To"))
    start = DateField(label=_lazy("From"))
    duration = NumberField(label=_lazy("Takes"), most=MONTHS, unit=" months")
    share = NumberField(label=_lazy("Share that moves"), most=100, unit=" %")
    ratio = NumberField(label=_lazy("Factor"), most=1000, digits=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = [one for one in parts(self.meters) if "|" in one[0]]
        choice(self.fields["on"], values)
        choice(self.fields["target"], values)
        self.fields["on"].label = _("What moves")


class PriceResponseForm(DriverForm):
    kind = "price"
    suffixes = {"change": "%"}
    change = NumberField(label=_lazy("Price change"), least=-99, most=10_000, unit=" %")
    elasticity = NumberField(label=_lazy("Elasticity"), least=-10, most=0)
    start = DateField(label=_lazy("From"))


FORMS: dict[str, type[DriverForm]] = {
    form.kind: form
    for form in (GrowthForm, AdoptionForm, SeatPlanForm, StepForm, ChurnForm, MigrationForm, PriceResponseForm)
}

USUAL: dict[str, dict[str, Any]] = {
    "growth": {"per_year": "20"},
    "adoption": {"curve": "logistic", "duration": "6", "before": "0", "after": "100"},
    "seats": {"month_1": "1"},
    "step": {"percent": "10"},
    "churn": {"share": "20", "fade": "0", "probability": "100"},
    "migration": {"share": "100", "ratio": "1", "duration": "3"},
    "price": {"change": "-10", "elasticity": "0"},
}


def empty(kind: str, meters: Mapping[str, Meter], start: date) -> DriverForm:
    """The form of a new driver, with the usual values in it."""
    initial = {**USUAL[kind], "start": start}
    return FORMS[kind](meters=meters, initial=initial, auto_id="new-%s")


def filled(driver: Driver, meters: Mapping[str, Meter], place: int) -> DriverForm:
    """The form of a driver that is there."""
    form = FORMS[driver.kind](meters=meters, auto_id=f"driver-{place}-%s")
    form.initial = {name: shown(driver, name, form) for name in form.fields}
    return form


def shown(driver: Driver, name: str, form: DriverForm) -> Any:
    if name.startswith(("month_", "seats_")):
        what, _, n = name.partition("_")
        phases = getattr(driver, "phases", ())
        pair = phases[int(n) - 1] if int(n) <= len(phases) else None
        return "" if pair is None else number(pair[0 if what == "month" else 1])
    value = getattr(driver, name)
    if name in AMOUNTS and value is not None:
        value = value / float(form.scale(driver.on))
    return number(value) if isinstance(value, float | int) else value


def parts(meters: Mapping[str, Meter]) -> list[tuple[str, str]]:
    """Every meter, and every part of one by one of its dimensions: ("tokens|model=sonnet", "Tokens: sonnet")."""
    found = []
    for code, meter in meters.items():
        unit, called = unit_of(meter), told(meter.name)
        found.append((code, f"{called} ({unit})"))
        for name, values in meter.dimensions.items():
            found += [(f"{code}|{name}={value}", f"{called}: {name} {value} ({unit})") for value in values]
    return found


def choice(field: forms.Field, options: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = options


def plain(value: Any, factor: float) -> Any:
    return float(value) * factor if isinstance(value, Decimal | int) else value
