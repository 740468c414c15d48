"""Amounts, quantities and dates as text, in the language being written: the one place for page, PDF and mail."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateformat import format as formatted

from core.languages import writing
from pricing.money import minor_digits, rounded

MINUS = "−"
"""Before what is less than nothing, as people read it. Programs get the hyphen: what they read is not written here."""


def money(amount: Any, currency: str) -> str:
    """ "USD 12,345.60" or "12.345,60 USD", half up to the currency's minor unit; "" for nothing."""
    if amount is None or amount == "":
        return ""
    return with_currency(rounded(Decimal(str(amount)), currency), currency)


def bare_money(amount: Any, currency: str) -> str:
    """The same without its currency, for a column whose head names it."""
    if amount is None or amount == "":
        return ""
    return number(rounded(Decimal(str(amount)), currency))


def unit_price(amount: Any, currency: str) -> str:
    """All digits, never rounded; at least the minor digits: "USD 0.000003", "USD 12.50"."""
    if amount is None or amount == "":
        return ""
    value = plain(Decimal(str(amount)))
    return with_currency(value, currency, max(minor_digits(currency), -int(value.as_tuple().exponent)))


def fine_money(amount: Any, currency: str) -> str:
    """What one step of a price comes to before it is rounded, to a millionth: "USD 24,207.328623"."""
    return "" if amount is None or amount == "" else unit_price(round(Decimal(str(amount)), 6), currency)


def with_currency(value: Decimal, currency: str, digits: int | None = None) -> str:
    sign = MINUS if value < 0 else ""
    return writing().money.format(sign=sign, currency=currency, amount=number(abs(value), digits))


def quantity(value: Any) -> str:
    """ "1,250,000" or "0.5": no trailing zeros."""
    if value is None or value == "":
        return ""
    return number(plain(Decimal(str(value))))


def percent(value: Any) -> str:
    """ "12.5 %"."""
    return "" if value is None or value == "" else f"{quantity(value)} %"


def number(value: Decimal | float, digits: int | None = None) -> str:
    """Digits in groups of three, all of them or so many decimals."""
    text = f"{value:,f}" if digits is None else f"{value:,.{digits}f}"
    return separated(text)


def separated(text: str) -> str:
    """A number written the English way, with the separators of the language and the sign that people read."""
    return text.translate({ord(","): writing().group, ord("."): writing().point, ord("-"): MINUS})


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def day(value: date | str) -> str:
    """ "31 December 2026" or "31. Dezember 2026"."""
    return formatted(date_of(value), writing().full_day)


def short_day(value: date | str) -> str:
    """ "31 Dec 2026" or "31.12.2026"."""
    return formatted(date_of(value), writing().day)


def day_of_year(value: date | str) -> str:
    """ "31 Dec" or "31. Dez", where the year is said elsewhere."""
    return formatted(date_of(value), writing().day_of_year)


def moment(at: datetime) -> str:
    """ "24 Nov 2026, 14:05" or "24.11.2026, 14:05", in the zone it is given in."""
    return formatted(at, writing().moment)


def month(value: date | str) -> str:
    """ "2027-01" as "Jan 2027"."""
    return formatted(date_of(value, months=True), writing().month)


def month_name(value: date | str) -> str:
    """ "2027-01" as "Jan", for an axis."""
    return formatted(date_of(value, months=True), "M")


def date_of(value: date | str, *, months: bool = False) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(f"{value[:7]}-01" if months else value[:10])
