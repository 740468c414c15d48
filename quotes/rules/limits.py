"""What the fields of a draft may hold. Every message names the limit and the fix."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from forecasting.rules.drivers import MOST, read_drivers

MONTHS = (1, 120)
PAYMENT_DAYS = (0, 180)
VALID_AT_MOST = timedelta(days=366)
SPECIAL_TERMS = 4000
START_AT_MOST = timedelta(days=3 * 366)
MOST_DRIVERS = 2 * MOST  # a whole scenario, and as many on top of it


def wrong_fields(changes: Mapping[str, Any], *, today: date) -> dict[str, str]:
    """Field -> message for each change that cannot be taken; fields that are not there are not looked at."""
    messages = {name: CHECKS[name](value, today) for name, value in changes.items()}
    return {name: message for name, message in messages.items() if message}


def wrong_title(value: str, _today: date) -> str:
    return "" if 0 < len(value.strip()) <= 120 else _("Give a title of 1 to 120 characters.")


def wrong_start(value: date, today: date) -> str:
    if value > today + START_AT_MOST:
        return _("The start may be at most three years ahead: {day} or earlier.").format(day=today + START_AT_MOST)
    return "" if value >= today - timedelta(days=366) else _("The start may be at most a year ago; choose a later day.")


def wrong_months(value: int, _today: date) -> str:
    low, high = MONTHS
    return (
        ""
        if low <= value <= high
        else _("The term is {low} to {high} months; you gave {value}.").format(low=low, high=high, value=value)
    )


def wrong_percent(value: Decimal, _today: date) -> str:
    if not value.is_finite() or not 0 <= value <= 100:
        return _("A discount is between 0 and 100 %.")
    return "" if value == round(value, 4) else _("A discount has at most 4 decimals.")


def wrong_valid_until(value: date, today: date) -> str:
    if value < today:
        return _("The last valid day is over; choose {today} or later.").format(today=today)
    return (
        ""
        if value <= today + VALID_AT_MOST
        else _("A quote is valid for a year at most; choose {day} or earlier.").format(day=today + VALID_AT_MOST)
    )


def wrong_payment_days(value: int, _today: date) -> str:
    low, high = PAYMENT_DAYS
    return (
        ""
        if low <= value <= high
        else _("Payment is due within {low} to {high} days; you gave {value}.").format(low=low, high=high, value=value)
    )


def wrong_assumptions(value: Mapping[str, Mapping[str, str]], _today: date) -> str:
    for series, levels in value.items():
        try:
            low, base, high = (Decimal(levels[name]) for name in ("low", "base", "high"))
        except (KeyError, ArithmeticError, TypeError, ValueError):
            return _("{series}: give low, base and high as numbers.").format(series=series)
        if not (low.is_finite() and high.is_finite() and 0 <= low <= base <= high):
            return _("{series}: low, base and high must be in this order and not negative.").format(series=series)
    return ""


def wrong_scenario(value: Mapping[str, Any], _today: date) -> str:
    if len(value.get("drivers", ())) > MOST_DRIVERS:
        return _("A quote stands on at most {most} drivers; begin again with a scenario or the base forecast.").format(
            most=MOST_DRIVERS
        )
    try:
        read_drivers(value.get("drivers", ()))
    except Invalid as problem:
        return _("The scenario cannot be used: {sentence}").format(sentence=problem.sentence)
    return ""


def wrong_month(value: int | None, _today: date | None = None) -> str:
    low, high = MONTHS
    if value is None or low <= value <= high:
        return ""
    return _("A month of the term is {low} to {high}; leave it empty for the whole term.").format(low=low, high=high)


def wrong_months_of_discount(first: int | None, last: int | None) -> str:
    """Why a discount cannot run from the first to the last month; "" if it can."""
    if wrong := wrong_month(first) or wrong_month(last):
        return wrong
    if first is None or last is None or first <= last:
        return ""
    return _("The discount begins in month {first}; its last month is that one or a later one.").format(first=first)


def wrong_free_months(value: int, _today: date) -> str:
    high = MONTHS[1]
    return (
        "" if 0 <= value <= high else _("Free months are 0 to {high}; you gave {value}.").format(high=high, value=value)
    )


def wrong_escalator(value: Decimal, _today: date) -> str:
    if not value.is_finite() or not 0 <= value <= 100:
        return _("Prices rise by 0 to 100 % a year.")
    return "" if value == round(value, 4) else _("A rise has at most 4 decimals.")


def wrong_special_terms(value: str, _today: date) -> str:
    if len(value) <= SPECIAL_TERMS:
        return ""
    return _("Special terms have at most {most} characters; you gave {length}.").format(
        most=SPECIAL_TERMS, length=len(value)
    )


def nothing_wrong(_value: Any, _today: date) -> str:
    return ""


CHECKS: dict[str, Callable[[Any, date], str]] = {
    "title": wrong_title,
    "start": wrong_start,
    "months": wrong_months,
    "discount_percent": wrong_percent,
    "valid_until": wrong_valid_until,
    "payment_days": wrong_payment_days,
    "assumptions": wrong_assumptions,
    "scenario": wrong_scenario,
    "discount_from": wrong_month,
    "discount_to": wrong_month,
    "free_months": wrong_free_months,
    "escalator_percent": wrong_escalator,
    "special_terms": wrong_special_terms,
    "selling_entity_id": nothing_wrong,
}
