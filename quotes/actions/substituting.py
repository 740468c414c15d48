"""Putting what billing can bill in the place of what it cannot, by one click."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Refused
from core.models import User
from quotes.actions.edits import claim, settle
from quotes.actions.lines import parsed
from quotes.actions.placing import arrange, close_ranks, order_of
from quotes.actions.versions import revise
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.billable import unbillable
from quotes.queries.deals import deal_of
from quotes.queries.lines import read_lines
from quotes.queries.priced import usage_of
from quotes.rules.billable import DEAL_FIELDS, LINE_FIELDS, Substitute, years_that_fit
from quotes.rules.components import Component


@transaction.atomic
def substitute(
    version: QuoteVersion, *, place: str, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Apply the nearest alternative of the problem at `place` (see `Unbillable.place`)."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    found = unbillable(fresh, deal_of(fresh), usage_of(fresh), fresh=True)
    problem = next((one for one in found if one.place == place), None)
    if problem is None:
        raise Conflict(_("This is not a problem any more; load the page again."))
    if problem.instead is None:
        raise Refused(problem.otherwise)
    lines = fresh.lines_read or []
    put(fresh, lines, problem.instead)
    change_deal(fresh, problem.instead)
    stored = read_lines(fresh)
    return settle(
        fresh,
        "substitute",
        by=by,
        at=at,
        stored=stored,
        construct=problem.construct,
        target=problem.target,
        path=problem.path,
    )


@transaction.atomic
def substitute_in_next(version: QuoteVersion, *, place: str, by: User, at: datetime) -> QuoteVersion:
    """What is frozen stays so: a new draft of the version, with the alternative in it. Neither without the other."""
    return substitute(revise(version, by=by, at=at), place=place, by=by, at=at)


def put(version: QuoteVersion, lines: Sequence[QuoteLine], instead: Substitute) -> None:
    by_key = {line.key: line for line in lines}
    new = [part for part in instead.puts if part["key"] not in by_key]
    for part in instead.puts:
        if line := by_key.get(part["key"]):
            line.component = parsed(part)
            line.years = years_that_fit(line.years, part)
            if "scope" in part:  # it may name lines that are not at the list
                line.list_component = {**line.list_component, "scope": part["scope"]}
            line.save(update_fields=["component", "list_component", "years"])
    for key, fields in instead.lines.items():
        change_line(by_key[key], fields)
    gone = [by_key[key] for key in instead.removes if key in by_key]
    if gone:
        split(version, gone[0], new)
        version.lines.filter(pk__in=[line.pk for line in gone]).delete()
        close_ranks(version)


def split(version: QuoteVersion, line: QuoteLine, parts: Sequence[Component]) -> None:
    """New lines in the place of one: of the same price and discount, each with its own part of the list price."""
    before = order_of(version)
    last = len(before) + 1
    QuoteLine.objects.bulk_create(
        QuoteLine(
            version=version,
            position=last + n,
            key=part["key"],
            price_id=line.price_id,
            part_id=line.part_id,
            component=parsed(part),
            list_component=listed_part(line.list_component, part),
            discount_percent=line.discount_percent,
            discount_from=line.discount_from,
            discount_to=line.discount_to,
            optional=line.optional,
        )
        for n, part in enumerate(parts)
    )
    at = before.index(line.key)
    arrange(version, [*before[:at], *(part["key"] for part in parts), *before[at:]])


def listed_part(listed: Component, part: Component) -> Component:
    """The cell of the list's matrix that the part was made of; the part itself where the list has none."""
    where = {name: values[0] for name, values in part.get("quantity", {}).get("where", {}).items() if len(values) == 1}
    for cell in listed.get("price", {}).get("cells", ()):
        if all(where.get(name) == value for name, value in cell["when"].items()):
            return parsed({**part, "price": cell["price"]})
    return parsed(part)


def change_line(line: QuoteLine, fields: Any) -> None:
    wanted = {name: value for name, value in fields.items() if name in LINE_FIELDS}
    for name, value in wanted.items():
        setattr(line, name, value)
    line.save(update_fields=[*wanted])


def change_deal(version: QuoteVersion, instead: Substitute) -> None:
    wanted = {name: value for name, value in instead.deal.items() if name in DEAL_FIELDS}
    for name, value in wanted.items():
        setattr(version, name, value)
    if wanted:
        version.save(update_fields=[*wanted])
