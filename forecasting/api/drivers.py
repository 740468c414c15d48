"""A driver as programs write it: the same JSON that a scenario stores."""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.api.shapes import Input, Text, Whole
from core.errors import Invalid
from forecasting.rules.drivers import KINDS, Driver, part_of
from forecasting.rules.drivers.plans import PHASES


class Number(serializers.FloatField):
    """A JSON number: beliefs are no money."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("invalid")
        return float(data)


class PhaseBody(Input):
    from_month = Whole(min_value=1, max_value=120)
    seats = Number(min_value=0)


class DriverBody(Input):
    """`kind` says which of the other fields it has; docs/FORECASTING.md says what each does."""

    kind = serializers.ChoiceField(choices=list(KINDS))
    on = Text(
        max_length=200, required=False, allow_blank=True, help_text='All usage, "tokens", or "tokens|model=sonnet".'
    )
    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False, allow_null=True)
    per_year = Number(required=False)
    curve = Text(max_length=20, required=False)
    duration = Number(required=False)
    before = Number(required=False)
    after = Number(required=False)
    phases = serializers.ListField(child=PhaseBody(), max_length=PHASES, required=False)
    today = Number(required=False, allow_null=True)
    low = Number(required=False, allow_null=True)
    base = Number(required=False, allow_null=True)
    high = Number(required=False, allow_null=True)
    percent = Number(required=False)
    amount = Number(required=False)
    share = Number(required=False)
    fade = Number(required=False)
    probability = Number(required=False)
    target = Text(max_length=200, required=False)
    ratio = Number(required=False)
    change = Number(required=False)
    elasticity = Number(required=False)


def driver_of(body: dict[str, Any], path: str) -> Driver:
    """The driver; Invalid names each field that its kind does not have, needs, or cannot take."""
    kind = KINDS[body["kind"]]
    given = {name: value for name, value in body.items() if name != "kind"}
    if wrong := dict(misfits(kind, given)):
        raise Invalid({f"{path}.{name}": f"{path}.{name}: {sentence}" for name, sentence in wrong.items()})
    if "phases" in given:
        given["phases"] = tuple((one["from_month"], one["seats"]) for one in given["phases"])
    try:
        return kind(**given)
    except Invalid as error:
        raise Invalid({f"{path}.{name}": f"{path}.{name}: {said}" for name, said in error.errors.items()}) from None


def misfits(kind: type[Driver], given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = {field.name: field for field in fields(kind)}
    for name in given:
        if name not in known:
            yield name, f'"{kind.kind}" has no such field; it has {", ".join(known)}.'
    for name, field in known.items():
        if name not in given and field.default is MISSING:
            yield name, f'"{kind.kind}" needs it.'
    for name in ("on", "target"):
        if given.get(name) and not part_of(given[name])[0]:
            yield name, "begins with the code of a meter."
    for name in ("start", "end"):
        day = given.get(name)
        if isinstance(day, date) and not 2000 <= day.year <= 2100:
            yield name, "a day between 2000 and 2100."
