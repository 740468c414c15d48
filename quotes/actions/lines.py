"""The lines of a draft. Each function takes the edit number that the person looked at (default: the object's)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Package, Price
from catalog.queries import packages
from catalog.rules.packages import started_with
from core.errors import Conflict, Invalid, refuse
from core.models import User
from pricing import InvalidTerms, parse_component
from quotes.actions.edits import claim, settle
from quotes.actions.moves import changed_since
from quotes.actions.placing import add_lines, close_ranks, part_for
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.configuration import configured
from quotes.queries.limits import limited, scale_for, scale_on
from quotes.queries.lines import slot_of
from quotes.rules.components import (
    Component,
    with_allowance,
    with_price,
    with_quantity,
)
from quotes.rules.discounts import wrong_discounts
from quotes.rules.limits import wrong_months_of_discount
from quotes.rules.line_months import changed_months, wrong_months
from quotes.rules.lines import why_not_part, why_not_remove, wrong_fields
from quotes.rules.price_text import Scale
from quotes.rules.steps import ORDER, values_of


class LineChanges(TypedDict, total=False):
    name: str
    quantity: Decimal
    """Of a line with a fixed quantity; the amount of a credit grant or commitment."""
    allowance: Decimal
    """Included units per reset, in the meter's own unit; 0 for none."""
    discount_percent: Decimal
    discount_from: int | None
    discount_to: int | None
    """The months of the term, from 1, in which the discount holds; None for the first and last."""
    from_month: int | None
    to_month: int | None
    """The months of the term, from 1, in which the line runs; None for what its price says, mostly the whole term."""
    optional: bool
    """Whether the customer may pick it; until then it is not part of the deal."""
    prices: Mapping[str, Decimal]
    """Overrides by path and in the unit shown, as in `LineRow.prices`: {"unit": Decimal("2.5")} per M tokens."""


@transaction.atomic
def add_package(
    version: QuoteVersion, *, package: Package, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Add what the package starts with as lines, in the default quantities; refused where a rule would be broken."""
    if package.book_id != version.price_book_id:
        raise Invalid(
            {"package": _("This package is from another price book than the quote; choose one of its own book.")}
        )
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[ORDER])
    whole = packages(fresh.price_book).get(pk=package.pk)
    refuse(configured(fresh).why_not_add_package(whole))
    add_lines(fresh, [(part.price, part) for part in started_with(whole.components.all())])
    return settle(fresh, "add_package", by=by, at=at, package=package.code)


@transaction.atomic
def add_price(
    version: QuoteVersion, *, price: Price, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Add a single price of the version's book as the last line; refused where a rule would be broken."""
    if price.book_id != version.price_book_id:
        raise Invalid({"price": _("This price is from another price book than the quote; choose one of its own book.")})
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[ORDER])
    held = configured(fresh)
    refuse(held.why_not_add(price) or held.why_not_alone(price))
    add_lines(fresh, [(price, part_for(fresh, price))])
    return settle(fresh, "add_price", by=by, at=at, price=price.key)


@transaction.atomic
def edit_line(
    line: QuoteLine, *, by: User, at: datetime, edit_number: int | None = None, **changes: Unpack[LineChanges]
) -> QuoteVersion:
    """Change one line; Invalid names every field that cannot be taken."""
    fresh = claim(line.version, by=by, at=at, edit_number=edit_number, fields=fields_of(line.key, changes))
    lines = fresh.lines_read or []
    mine = next((one for one in lines if one.pk == line.pk), None)
    if mine is None:
        raise Conflict(changed_since(line.version))
    before = described(mine)
    errors = wrong_fields(changes, component=mine.component, part=slot_of(mine), currency=fresh.currency)
    errors |= wrong_months(mine.component, mine.list_component, changes, fresh.months)
    if "quantity" in changes and (message := quantity_is_set(fresh, mine)):
        errors["quantity"] = message
    if "optional" in changes and (message := wrong_option(fresh, mine, lines, optional=changes["optional"])):
        errors["optional"] = message
    for name in ("discount_from", "discount_to", "optional"):
        setattr(mine, name, changes.get(name, getattr(mine, name)))
    if wrong := wrong_months_of_discount(mine.discount_from, mine.discount_to):
        errors["discount_to" if "discount_to" in changes else "discount_from"] = wrong
    if errors:
        raise Invalid(errors)
    mine.component = changed_component(changed_months(mine.component, mine.list_component, changes), changes)
    mine.discount_percent = changes.get("discount_percent", mine.discount_percent)
    check_limits(fresh, mine, changes)
    mine.save(update_fields=["component", "discount_percent", "discount_from", "discount_to", "optional"])
    after = described(mine)
    moved = {name: [before[name], after[name]] for name in after if before.get(name) != after[name]}
    return settle(fresh, "edit_line", by=by, at=at, stored=lines, line=mine.key, changes=moved)


def fields_of(key: str, changes: LineChanges) -> list[str]:
    """The fields that these changes move, as the steps of a draft name them."""
    plain = [name for name in changes if name != "prices"]
    return [f"lines/{key}/{name}" for name in [*plain, *(f"prices.{path}" for path in changes.get("prices", {}))]]


def wrong_option(version: QuoteVersion, line: QuoteLine, lines: Sequence[QuoteLine], *, optional: bool) -> str:
    """Why the line cannot be optional, or cannot be part of the deal, beside these; "" if it can."""
    if optional and line.rule:
        return added_by_rule(version, line)
    others = [other.component for other in lines if other.key != line.key and other.optional != optional]
    return why_not_remove(line.key, others) if optional else why_not_part(line.component, others)


def quantity_is_set(version: QuoteVersion, line: QuoteLine) -> str:
    """Why a rule, and not the seller, says how many; "" if none does."""
    rule = configured(version).rule(line.rule) if line.rule else None
    return (
        _("A rule sets this quantity: {message}").format(message=rule.message)
        if rule and rule.adds and rule.adds.quantity
        else ""
    )


def check_limits(version: QuoteVersion, line: QuoteLine, changes: LineChanges) -> None:
    """Invalid if the line goes beyond what anybody may give, under the field that was changed."""
    fields = [*(f"prices.{path}" for path in changes.get("prices", {}))]
    fields += ["discount_percent"] if "discount_percent" in changes else []
    if not fields:
        return
    found = list(
        wrong_discounts(limited(line, scale_on(version, line)), version.discount_percent, version.currency, named=False)
    )
    if found:
        raise Invalid({fields[-1]: " ".join(found)})


def changed_component(component: Component, changes: LineChanges, scale: Scale | None = None) -> Component:
    """The component with the changes in it; what the kernel does not take is Invalid by field."""
    if "name" in changes:
        component = {**component, "name": changes["name"].strip()}
    if "quantity" in changes:
        component = with_quantity(component, changes["quantity"])
    if "allowance" in changes:
        component = with_allowance(component, changes["allowance"])
    scale = scale or scale_for(component)
    for path, amount in changes.get("prices", {}).items():
        try:
            component = with_price(component, path, amount / scale.factor if path.endswith("unit") else amount)
        except KeyError:
            raise Invalid({f"prices.{path}": _("This line has no such price; load the page again.")}) from None
    return parsed(component)


def parsed(component: Component) -> Component:
    """The component as the kernel writes it."""
    try:
        return dict(parse_component(component).model_dump(mode="json"))
    except InvalidTerms as error:
        raise Invalid({path or "component": f"{path} {message}." for path, message in error.problems}) from None


def described(line: QuoteLine) -> dict[str, Any]:
    """What the audit log compares before and after."""
    return {
        **values_of(line.component),
        "discount_percent": str(line.discount_percent),
        "discount_from": str(line.discount_from or ""),
        "discount_to": str(line.discount_to or ""),
        "optional": "yes" if line.optional else "no",
    }


@transaction.atomic
def remove_line(line: QuoteLine, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Take the line off the draft."""
    fresh = claim(line.version, by=by, at=at, edit_number=edit_number, fields=[f"lines/{line.key}"])
    others = [other.component for other in fresh.lines.exclude(pk=line.pk).order_by("position")]
    refuse(why_not_remove(line.key, others) or added_by_rule(fresh, line))
    fresh.lines.filter(pk=line.pk).delete()
    close_ranks(fresh)
    return settle(fresh, "remove_line", by=by, at=at, line=line.key)


def added_by_rule(version: QuoteVersion, line: QuoteLine) -> str:
    """Why the line would come back at once; "" if it would not."""
    rule = configured(version).rule(line.rule) if line.rule else None
    return _("A rule of the price book adds this line: {message}").format(message=rule.message) if rule else ""


@transaction.atomic
def remove_package(
    version: QuoteVersion, *, package: Package, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Take all lines of the package off the draft."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    leaving = {line.pk: line.key for line in fresh.lines.filter(part__package=package)}
    if not leaving:
        raise Invalid({"package": _("{name} is not on this quote any more.").format(name=package.name)})
    others = [other.component for other in fresh.lines.exclude(pk__in=leaving).order_by("position")]
    for key in leaving.values():
        refuse(why_not_remove(key, others))
    fresh.lines.filter(pk__in=leaving).delete()
    close_ranks(fresh)
    return settle(fresh, "remove_package", by=by, at=at, package=package.code)
