"""A quote's facts in a CRM's words. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from crm.rules.mappings import Terms
from crm.rules.words import FACTS

MONEY = frozenset(fact.key for fact in FACTS if fact.money)


def told(terms: Terms, event: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Field of the CRM -> value. Without a stage for this event the stage is left out, so that it stays."""
    known = {**facts, "stage": terms.stages.get(event, "")}
    found = {}
    for key, name in terms.fields.items():
        if key == "stage" and not known["stage"]:
            continue
        found[name] = value_of(known.get(key), number=terms.numbers and key in MONEY)
    return found


def value_of(value: Any, *, number: bool) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return exact_number(value) if number else f"{value:f}"
    return value


def exact_number(value: Decimal) -> int | float | str:
    """As a JSON number that is read back as the same amount; text where there is none."""
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else f"{value:f}"
