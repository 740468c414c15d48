"""What a seller may change on a line. Every message names the limit and the fix."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalog.rules.packages import Slot
from catalog.rules.packages import wrong_quantity as wrong_step
from core.data_words import told
from core.formats import quantity as shown
from pricing.money import minor_unit, rounded
from quotes.rules.components import Component, fixed_quantity, is_metered, is_money
from quotes.rules.line_months import MONTHS, takes_months

LARGEST = Decimal(10) ** 12
YEARLY = {"quantity", "discount_percent"}  # what many lines can be given from a later year on
OF_DISCOUNT = {"discount_percent", "discount_from", "discount_to"}


def wrong_fields(
    changes: Mapping[str, Any], *, component: Component, part: Slot | None, currency: str
) -> dict[str, str]:
    """Field -> message for each change that cannot be taken."""
    messages: dict[str, str] = {}
    if "name" in changes and not 0 < len(changes["name"].strip()) <= 120:
        messages["name"] = _("Give a name of 1 to 120 characters.")
    if "quantity" in changes:
        messages["quantity"] = wrong_quantity(changes["quantity"], component, part, currency)
    if "allowance" in changes:
        messages["allowance"] = wrong_allowance(changes["allowance"], component)
    if "discount_percent" in changes:
        messages["discount_percent"] = wrong_discount(changes["discount_percent"], component)
    for path, amount in changes.get("prices", {}).items():
        messages[f"prices.{path}"] = wrong_price(amount)
    return {field: message for field, message in messages.items() if message}


def takes(component: Component, field: str, year: int = 1) -> bool:
    """Whether a line of this component has the field at all: what is metered has no quantity, a credit no discount and
    no later years, what is charged by days no months."""
    if year > 1 and field in YEARLY and component["kind"] == "credit":
        return False
    if field == "quantity":
        return fixed_quantity(component) is not None
    if field == "allowance":
        return is_metered(component)
    if field in MONTHS:
        return takes_months(component, field)
    return field not in OF_DISCOUNT or component["kind"] == "charge"


def wrong_quantity(value: Decimal, component: Component, part: Slot | None, currency: str) -> str:
    if fixed_quantity(component) is None:
        return _("What is metered is forecast, not set; change the included usage or the assumption instead.")
    if wrong := wrong_number(value, _("quantity")):
        return wrong
    if is_money(component) and value != rounded(value, currency):
        return _("{currency} has no smaller part than {smallest}; take {amount}.").format(
            currency=currency, smallest=shown(minor_unit(currency)), amount=shown(rounded(value, currency))
        )
    wrong = wrong_step(part, value) if part else ""
    return wrong[:1].upper() + wrong[1:]


def wrong_allowance(value: Decimal, component: Component) -> str:
    if not is_metered(component):
        return _("Only metered lines include usage; lower the quantity instead.")
    return wrong_number(value, _("included usage"))


def wrong_number(value: Decimal, what: str) -> str:
    if not value.is_finite() or not 0 <= value <= LARGEST:
        return _("The {what} is between 0 and {largest}.").format(what=what, largest=shown(LARGEST))
    return "" if value == round(value, 6) else _("The {what} has at most 6 decimals.").format(what=what)


def wrong_discount(value: Decimal, component: Component) -> str:
    if component["kind"] != "charge" and value:
        return _("Credits and commitments take no discount; change what is paid for them instead.")
    if not value.is_finite() or not 0 <= value <= 100:
        return _("A discount is between 0 and 100 %.")
    return "" if value == round(value, 4) else _("A discount has at most 4 decimals.")


def wrong_price(value: Decimal) -> str:
    if not value.is_finite() or not 0 <= value <= LARGEST:
        return _("A price is between 0 and {largest}.").format(largest=shown(LARGEST))
    return ""


def why_not_remove(key: str, others: Iterable[Component]) -> str:
    """A line that a credit grant or commitment names alone cannot go before it: an empty scope would mean all usage."""
    for other in others:
        named = (other.get("scope") or {}).get("charges", [])
        if key in named:
            return _("“{name}” applies to this line; remove that first.").format(name=told(other["name"]))
    return ""


def why_not_part(component: Component, options: Iterable[Component]) -> str:
    """A credit grant or commitment cannot be part of the deal before what it applies to."""
    named = (component.get("scope") or {}).get("charges", [])
    for option in options:
        if option["key"] in named:
            return _("It applies to “{name}”, which is optional; make that part of the deal first.").format(
                name=told(option["name"])
            )
    return ""
