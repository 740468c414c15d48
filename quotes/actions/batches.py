"""Several lines of a draft in one step: changed or removed together, all of them or none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Unpack, cast

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Price
from catalog.queries import meters
from core.data_words import told
from core.errors import Invalid, refuse
from core.models import User
from quotes.actions.edits import claim, settle
from quotes.actions.lines import (
    LineChanges,
    added_by_rule,
    changed_component,
    fields_of,
    quantity_is_set,
    wrong_option,
)
from quotes.actions.placing import add_lines, arrange, close_ranks, order_of, part_for
from quotes.actions.ramps import put_year, year_fields
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.configuration import configured
from quotes.queries.limits import limited, scale_of
from quotes.queries.lines import lines_of, slot_of
from quotes.rules.components import Component, meter_of
from quotes.rules.discounts import wrong_discounts
from quotes.rules.limits import wrong_months_of_discount
from quotes.rules.line_months import changed_months, wrong_months
from quotes.rules.lines import YEARLY, takes, why_not_remove, wrong_fields
from quotes.rules.outline import into, is_section
from quotes.rules.price_text import Scale
from quotes.rules.steps import ORDER, Change


@dataclass(frozen=True)
class Bulk:
    """What became of the lines that were chosen: how many changed, and the names of those that do not take it."""

    changed: int
    left: tuple[str, ...]
    change: Change = field(default_factory=Change, compare=False)


class BulkChanges(LineChanges, total=False):
    """What many lines can be given at once."""

    year: int
    """From which year of the term on quantity and discount hold; the first unless said."""
    section: str
    """Where the lines go, as its last rows; "" is the part above the first section."""


@transaction.atomic
def edit_lines(
    version: QuoteVersion,
    *,
    keys: Collection[str],
    by: User,
    at: datetime,
    edit_number: int | None = None,
    strict: bool = False,
    **changes: Unpack[BulkChanges],
) -> Bulk:
    """Change the same fields on all these lines. A line that has no such field stays as it is and is named, unless it
    is to be `strict`.

    Invalid, by line, if some do not take the value; then no line changes.
    """
    said = {name: str(value) for name, value in changes.items()}
    section, year = changes.pop("section", None), changes.pop("year", 1)
    values = cast(LineChanges, changes)
    moves = [ORDER] if section is not None else []
    fields = [field for key in keys for field in bulk_fields(key, values, year)]
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[*fields, *moves])
    lines = chosen(fresh, keys)
    taking = [line for line in lines if mine(line, values, year)]
    left = [line for line in lines if section is None and line not in taking]
    if left and strict:
        sentence = _("{name}: it has nothing of the kind; leave it out.")
        raise Invalid({f"lines.{line.key}": sentence.format(name=told(line.component["name"])) for line in left})
    Desk(fresh).change_all(taking, values, year)
    QuoteLine.objects.bulk_update(taking, STORED)
    if section is not None:
        arrange(fresh, gathered(fresh, [line.key for line in lines], section))
        fresh.lines_read = None
    settle(fresh, "edit_lines", by=by, at=at, stored=fresh.lines_read, lines=[line.key for line in lines], changes=said)
    names = tuple(told(line.component["name"]) for line in left)
    return Bulk(len(lines) - len(left), names, fresh.change or Change())


def bulk_fields(key: str, changes: LineChanges, year: int) -> list[str]:
    if year == 1:
        return fields_of(key, changes)
    now = cast(LineChanges, {name: value for name, value in changes.items() if name not in YEARLY})
    return [*fields_of(key, now), *year_fields(key, year, YEARLY & changes.keys())]


STORED = ("component", "discount_percent", "discount_from", "discount_to", "optional", "years")


def gathered(version: QuoteVersion, keys: Sequence[str], section: str) -> list[str]:
    """The order with these lines as the last ones of the section, as they followed each other."""
    if section and not is_section(section, version.texts):
        raise Invalid({"section": _("This section is not on the quote any more.")})
    order = order_of(version)
    for key in keys:
        order = into(order, key, section, version.texts)
    return order


@transaction.atomic
def remove_lines(
    version: QuoteVersion, *, keys: Collection[str], by: User, at: datetime, edit_number: int | None = None
) -> Bulk:
    """Take all these lines off the draft."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[f"lines/{key}" for key in keys])
    lines = chosen(fresh, keys)
    take_off(fresh, lines)
    settle(fresh, "remove_lines", by=by, at=at, lines=[line.key for line in lines])
    return Bulk(len(lines), (), fresh.change or Change())


@transaction.atomic
def rearrange(
    version: QuoteVersion,
    *,
    adds: Sequence[str] = (),
    removes: Collection[str] = (),
    quantities: Mapping[str, Decimal] | None = None,
    by: User,
    at: datetime,
    edit_number: int | None = None,
) -> QuoteVersion:
    """Add these prices, remove these lines and set these quantities in one step: a way out of a problem.

    A line that takes the place of another stands where that one stood.
    """
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    order = order_of(fresh)
    if removes:
        take_off(fresh, chosen(fresh, removes))
    fresh.lines_read = None
    for price in priced_as(fresh, adds):
        refuse(configured(fresh).why_not_add(price))
        add_lines(fresh, [(price, part_for(fresh, price))])
    place_instead(fresh, order, removes)
    set_quantities(fresh, quantities or {})
    said = {key: str(quantity) for key, quantity in (quantities or {}).items()}
    return settle(fresh, "rearrange", by=by, at=at, adds=list(adds), removes=sorted(removes), quantities=said)


def priced_as(version: QuoteVersion, keys: Sequence[str]) -> list[Price]:
    found = {price.key: price for price in Price.objects.filter(book=version.price_book_id, key__in=keys)}
    if len(found) < len(set(keys)):
        raise Invalid({"adds": _("A price is not in the price book of this quote; load the page again.")})
    return [found[key] for key in keys]


def place_instead(version: QuoteVersion, before: Sequence[str], removed: Collection[str]) -> None:
    """New lines move from the end to where the first removed one was."""
    places = [place for place, key in enumerate(before) if key in removed]
    now = order_of(version)
    new = [key for key in now if key not in before]
    if places and new:
        kept = [key for key in now if key in before]
        arrange(version, [*kept[: places[0]], *new, *kept[places[0] :]])


def set_quantities(version: QuoteVersion, quantities: Mapping[str, Decimal]) -> None:
    if not quantities:
        return
    lines, desk = chosen(version, quantities.keys()), Desk(version)
    for line in lines:
        if errors := desk.change(line, {"quantity": quantities[line.key]}):
            raise Invalid({"bulk": f"{line.component['name']}: {' '.join(errors.values())}"})
    QuoteLine.objects.bulk_update(lines, ["component"])


def take_off(version: QuoteVersion, leaving: Sequence[QuoteLine]) -> None:
    """Delete the lines; refused while one that stays needs one of them, or where a rule would bring it back."""
    gone = {line.pk for line in leaving}
    staying = list(version.lines.exclude(pk__in=gone).order_by("position"))
    others: list[Component] = [line.component for line in staying]
    for line in leaving:
        refuse(why_not_remove(line.key, others) or added_by_rule(version, line))
    version.lines.filter(pk__in=gone).delete()
    close_ranks(version)


def chosen(version: QuoteVersion, keys: Collection[str]) -> list[QuoteLine]:
    """The lines of these keys, in their order on the quote."""
    lines = [line for line in lines_of(version) if line.key in keys]
    if not keys:
        raise Invalid({"bulk": _("Choose at least one line.")})
    if len(lines) < len(set(keys)):
        raise Invalid({"bulk": _("One of the chosen lines is not on this quote any more; choose again.")})
    return lines


@dataclass(frozen=True)
class Desk:
    """Where lines are changed one after another, before any is stored."""

    version: QuoteVersion

    @cached_property
    def scales(self) -> Mapping[str, Scale]:
        return {code: scale_of(meter) for code, meter in meters().items()}

    def change_all(self, lines: Sequence[QuoteLine], changes: LineChanges, year: int) -> None:
        """Put into each line what it has a field for; Invalid, by line, with what they do not take."""
        wrong = {
            line.key: errors for line in lines if (errors := self.change_in(line, mine(line, changes, year), year))
        }
        # Only all of them together say what applies to what is optional now.
        for line in lines if "optional" in changes else ():
            if message := wrong_option(self.version, line, lines_of(self.version), optional=line.optional):
                wrong[line.key] = {**wrong.get(line.key, {}), "optional": message}
        if wrong:
            names = {line.key: told(line.component["name"]) for line in lines}
            raise Invalid(
                {f"lines.{key}": f"{names[key]}: {' '.join(errors.values())}" for key, errors in wrong.items()}
            )

    def change_in(self, line: QuoteLine, changes: LineChanges, year: int) -> dict[str, str]:
        """The same as `change`, with quantity and discount from this year of the term on."""
        later = {name: value for name, value in changes.items() if year > 1 and name in YEARLY}
        now = {name: value for name, value in changes.items() if name not in later}
        errors = self.change(line, cast(LineChanges, now))
        if later and not errors:
            try:
                put_year(self.version, line, year, cast(Mapping[str, Decimal | None], later))
            except Invalid as error:
                return error.errors
        return errors

    def change(self, line: QuoteLine, changes: LineChanges) -> dict[str, str]:
        """Put the changes into the line; what it does not take, by field."""
        errors = wrong_fields(changes, component=line.component, part=slot_of(line), currency=self.version.currency)
        errors |= wrong_months(line.component, line.list_component, changes, self.version.months)
        if "quantity" in changes and (message := quantity_is_set(self.version, line)):
            errors["quantity"] = message
        for name in ("discount_from", "discount_to", "optional"):
            setattr(line, name, changes.get(name, getattr(line, name)))
        if wrong := wrong_months_of_discount(line.discount_from, line.discount_to):
            errors["discount_from"] = wrong
        if errors:
            return errors
        scale = self.scales.get(meter_of(line.component), Scale())
        try:
            within = changed_months(line.component, line.list_component, changes)
            line.component = changed_component(within, changes, scale)
        except Invalid as error:
            return error.errors
        line.discount_percent = changes.get("discount_percent", line.discount_percent)
        if not {"prices", "discount_percent"} & changes.keys():
            return {}
        found = wrong_discounts(limited(line, scale), self.version.discount_percent, self.version.currency, named=False)
        text = " ".join(found)
        return {"discount_percent": text} if text else {}


def mine(line: QuoteLine, changes: LineChanges, year: int = 1) -> LineChanges:
    """Of the changes what this line has a field for."""
    return cast(LineChanges, {name: value for name, value in changes.items() if takes(line.component, name, year)})
