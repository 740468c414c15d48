"""Several lines of a draft in one step: changed or removed together, all of them or none."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, Unpack, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Price
from catalog.queries import meters, slot
from core.data_words import told
from core.errors import Invalid, refuse
from core.models import User
from quotes.actions.edits import claim, settle
from quotes.actions.lines import LineChanges, added_by_rule, changed_component, fields_of, quantity_is_set
from quotes.actions.placing import add_lines, arrange, close_ranks, order_of, part_for
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.configuration import configured
from quotes.queries.limits import limited, scale_of
from quotes.rules.components import Component, meter_of
from quotes.rules.discounts import wrong_discounts
from quotes.rules.lines import takes, why_not_remove, wrong_fields
from quotes.rules.price_text import Scale

NAMED = 3  # lines that a refusal names one by one


class Bulk(NamedTuple):
    """What became of the lines that were chosen: how many changed, and the names of those that do not take it."""

    changed: int
    left: tuple[str, ...]


@transaction.atomic
def edit_lines(
    version: QuoteVersion,
    *,
    keys: Collection[str],
    by: User,
    at: datetime,
    edit_number: int | None = None,
    **changes: Unpack[LineChanges],
) -> Bulk:
    """Change the same fields on all these lines. A line that has no such field stays as it is, and is named.

    Invalid under "bulk" if a line does not take the value; then no line changes.
    """
    fields = [field for key in keys for field in fields_of(key, changes)]
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=fields)
    lines, left, wrong = chosen(fresh, keys), list[str](), list[str]()
    desk = Desk(fresh)
    for line in lines:
        mine = cast(LineChanges, {name: value for name, value in changes.items() if takes(line.component, name)})
        if not mine:
            left.append(told(line.component["name"]))
        elif errors := desk.change(line, mine):
            wrong.append(f"{line.component['name']}: {' '.join(errors.values())}")
    if wrong:
        raise Invalid({"bulk": first_of(wrong)})
    QuoteLine.objects.bulk_update(lines, ["component", "discount_percent"])
    said = {name: str(value) for name, value in changes.items()}
    settle(fresh, "edit_lines", by=by, at=at, lines=[line.key for line in lines], changes=said)
    return Bulk(len(lines) - len(left), tuple(left))


@transaction.atomic
def remove_lines(
    version: QuoteVersion, *, keys: Collection[str], by: User, at: datetime, edit_number: int | None = None
) -> Bulk:
    """Take all these lines off the draft."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[f"lines/{key}" for key in keys])
    lines = chosen(fresh, keys)
    take_off(fresh, lines)
    settle(fresh, "remove_lines", by=by, at=at, lines=[line.key for line in lines])
    return Bulk(len(lines), ())


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
    lines = [line for line in loaded(version) if line.key in keys]
    if not keys:
        raise Invalid({"bulk": _("Choose at least one line.")})
    if len(lines) < len(set(keys)):
        raise Invalid({"bulk": _("One of the chosen lines is not on this quote any more; choose again.")})
    return lines


def loaded(version: QuoteVersion) -> Iterable[QuoteLine]:
    return version.lines.select_related("part__price", "price__product").order_by("position")


def first_of(sentences: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = len(sentences) - NAMED
    rest = [ngettext("And {n} more line.", "And {n} more lines.", more).format(n=more)] if more > 0 else []
    return " ".join([*sentences[:NAMED], *rest])


@dataclass(frozen=True)
class Desk:
    """Where lines are changed one after another, before any is stored."""

    version: QuoteVersion

    @cached_property
    def scales(self) -> Mapping[str, Scale]:
        return {code: scale_of(meter) for code, meter in meters().items()}

    def change(self, line: QuoteLine, changes: LineChanges) -> dict[str, str]:
        """Put the changes into the line; what it does not take, by field."""
        errors = wrong_fields(changes, component=line.component, part=slot(line.part) if line.part else None)
        if "quantity" in changes and (message := quantity_is_set(self.version, line)):
            errors["quantity"] = message
        if errors:
            return errors
        scale = self.scales.get(meter_of(line.component), Scale())
        try:
            line.component = changed_component(line.component, changes, scale)
        except Invalid as error:
            return error.errors
        line.discount_percent = changes.get("discount_percent", line.discount_percent)
        if not {"prices", "discount_percent"} & changes.keys():
            return {}
        found = wrong_discounts(limited(line, scale), self.version.discount_percent, self.version.currency, named=False)
        text = " ".join(found)
        return {"discount_percent": text} if text else {}
