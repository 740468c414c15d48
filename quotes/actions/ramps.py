"""A line in the later years of its term."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.rules.points import price_points
from core.errors import Conflict, Invalid
from core.models import User
from pricing.values import plain
from quotes.actions.edits import claim, settle
from quotes.actions.lines import LineChanges, changed_component
from quotes.actions.moves import changed_since
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.limits import limited, scale_on
from quotes.queries.lines import slot_of
from quotes.rules.discounts import wrong_discounts
from quotes.rules.lines import wrong_fields
from quotes.rules.ramps import MOST, YEAR, component_in, years_in


class YearChanges(TypedDict, total=False):
    """None takes back what was said: then the year is as the one before."""

    quantity: Decimal | None
    discount_percent: Decimal | None
    prices: Mapping[str, Decimal | None]
    """By path and in the unit shown, as in `LineChanges`."""


@transaction.atomic
def edit_year(
    line: QuoteLine,
    *,
    year: int,
    by: User,
    at: datetime,
    edit_number: int | None = None,
    **changes: Unpack[YearChanges],
) -> QuoteVersion:
    """Say what a line is from this year of the term on; Invalid names every field that cannot be taken."""
    values = flat(changes)
    fields = year_fields(line.key, year, values)
    fresh = claim(line.version, by=by, at=at, edit_number=edit_number, fields=fields)
    mine = next((one for one in fresh.lines_read or [] if one.pk == line.pk), None)
    if mine is None:
        raise Conflict(changed_since(line.version))
    before = mine.years.get(str(year), {})
    put_year(fresh, mine, year, values)
    mine.save(update_fields=["years"])
    moved = {f"year {year}": [before, mine.years.get(str(year), {})]}
    return settle(fresh, "edit_year", by=by, at=at, stored=fresh.lines_read, line=mine.key, changes=moved)


def year_fields(key: str, year: int, names: Iterable[str]) -> list[str]:
    """The fields that a change of the year moves, as the steps of a draft name them."""
    return [f"lines/{key}/years.{year}.{name}" for name in names]


def put_year(version: QuoteVersion, line: QuoteLine, year: int, values: Mapping[str, Decimal | None]) -> None:
    """Put the values into the year of the line, not stored yet; Invalid names every one that it cannot take."""
    if wrong := why_not_year(line, year, version.months):
        raise Invalid(dict.fromkeys(values, wrong))
    years = {**line.years, str(year): said(version, line, year, values)}
    line.years = {name: step for name, step in years.items() if step}
    check_limits(version, line, list(values))


def flat(changes: YearChanges) -> dict[str, Decimal | None]:
    """Each value under the name of its field: "quantity", "prices.unit"."""
    prices = {f"prices.{path}": value for path, value in changes.get("prices", {}).items()}
    return {**{name: cast(Decimal | None, value) for name, value in changes.items() if name != "prices"}, **prices}


def why_not_year(line: QuoteLine, year: int, months: int) -> str:
    """Why nothing can be said of this year of the line; "" if something can."""
    if line.component["kind"] == "credit":
        return _("A credit is granted as it is; add another one that starts later.")
    if 2 <= year <= years_in(months):
        return ""
    if not 2 <= year <= MOST:
        return _("Later years are the years 2 to {last}; year 1 is the line itself.").format(last=MOST)
    sentence = ngettext(
        "The term is {n} month, so it has no year {year}; "
        "make it longer than {enough} months, or leave that year empty.",
        "The term is {n} months, so it has no year {year}; "
        "make it longer than {enough} months, or leave that year empty.",
        months,
    )
    return sentence.format(n=months, year=year, enough=YEAR * (year - 1))


def said(version: QuoteVersion, line: QuoteLine, year: int, values: Mapping[str, Decimal | None]) -> dict[str, Any]:
    """What is then said of the year, checked like any other change of the line."""
    given = {name: value for name, value in values.items() if value is not None}
    plainly = {name: value for name, value in given.items() if not name.startswith("prices.")}
    priced = {name.removeprefix("prices."): value for name, value in given.items() if name.startswith("prices.")}
    changes = cast(LineChanges, {**plainly, **({"prices": priced} if priced else {})})
    before = component_in(line.component, line.years, year)
    if errors := wrong_fields(changes, component=before, part=slot_of(line), currency=version.currency):
        raise Invalid(errors)
    after = changed_component(before, changes, scale_on(version, line))
    amounts = {point.path: plain(point.amount) for point in price_points(after)}
    step: dict[str, Any] = {name: value for name, value in line.years.get(str(year), {}).items() if name not in values}
    step |= {name: plain(value) for name, value in plainly.items()}
    kept = {path: amount for path, amount in step.pop("prices", {}).items() if f"prices.{path}" not in values}
    prices = {**kept, **{path: amounts[path] for path in priced}}
    return {**step, **({"prices": prices} if prices else {})}


def check_limits(version: QuoteVersion, line: QuoteLine, fields: list[str]) -> None:
    """Invalid if the line goes beyond what anybody may give in any year."""
    held = limited(line, scale_on(version, line))
    found = list(dict.fromkeys(wrong_discounts(held, version.discount_percent, version.currency, named=False)))
    if found and fields:
        raise Invalid({fields[-1]: " ".join(found)})
