"""Amounts, quantities and dates as text: the one place for page, PDF and mail."""

from datetime import date
from decimal import Decimal
from typing import Any

from pricing.money import minor_digits, rounded


def money(amount: Any, currency: str) -> str:
    """ "USD 12,345.60", half up to the currency's minor unit; "" for nothing."""
    if amount is None or amount == "":
        return ""
    value = rounded(Decimal(str(amount)), currency)
    sign = "-" if value < 0 else ""
    return f"{sign}{currency} {abs(value):,f}"


def unit_price(amount: Any, currency: str) -> str:
    """All digits, never rounded; at least the minor digits: "USD 0.000003", "USD 12.50"."""
    if amount is None or amount == "":
        return ""
    value = plain(Decimal(str(amount)))
    digits = max(minor_digits(currency), -int(value.as_tuple().exponent))
    return f"{'-' if value < 0 else ''}{currency} {abs(value):,.{digits}f}"


def quantity(value: Any) -> str:
    """ "1,250,000" or "0.5": no trailing zeros."""
    if value is None or value == "":
        return ""
    return f"{plain(Decimal(str(value))):,f}"


def percent(value: Any) -> str:
    """ "12.5 %"."""
    return "" if value is None or value == "" else f"{quantity(value)} %"


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def day(value: date | str) -> str:
    """ "31 December 2026"."""
    at = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{at.day} {at:%B %Y}"


def month(value: str) -> str:
    """ "2027-01" as "Jan 2027"."""
    return f"{date.fromisoformat(f'{value[:7]}-01'):%b %Y}"
