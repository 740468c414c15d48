"""A quote like another one: started, filled and priced by the same actions as any other, so that no rule is skipped."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Package
from catalog.rules.points import price_points
from core.errors import Invalid, Problem
from core.models import User
from customers.models import Customer
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.edits import claim, settle
from quotes.actions.lines import LineChanges, add_package, edit_line, remove_line
from quotes.actions.moves import record
from quotes.actions.outline import add_text
from quotes.actions.pasting import apply_rows, plan_rows
from quotes.actions.placing import arrange
from quotes.actions.ramps import YearChanges, edit_year
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.limits import scale_for
from quotes.queries.patterns import pattern_of
from quotes.rules.patterns import PatternLine, lines_of, table_for


class Started(NamedTuple):
    """The new draft, and in sentences what of the pattern could not be carried over."""

    version: QuoteVersion
    left_out: list[str]


def start_like(source: QuoteVersion, *, customer: Customer, title: str = "", by: User, at: datetime) -> Started:
    """A new draft for this customer with what that version offers. Usage is the customer's own: for the same one
    what was assumed of it is kept, for another nothing is."""
    kept = source.assumptions if source.quote.customer_id == customer.pk else {}
    origin = f"{source.quote.number} v{source.number}"
    return start_from(pattern_of(source), customer=customer, title=title, origin=origin, kept=kept, by=by, at=at)


@transaction.atomic
def start_from(
    pattern: Mapping[str, Any],
    *,
    customer: Customer,
    title: str = "",
    origin: str,
    kept: Mapping[str, Any] | None = None,
    by: User,
    at: datetime,
) -> Started:
    """A new draft from the price book of today; what that book or its rules do not allow is left out and named."""
    version = create_quote(customer=customer, by=by, at=at, title=title or pattern["title"], months=pattern["months"])
    left_out = [*add_packages(version, pattern, by=by, at=at)]
    left_out += put_lines(version, lines_of(pattern), by=by, at=at)
    left_out += change_prices(version, pattern, by=by, at=at)
    left_out += put_months(version, pattern, by=by, at=at)
    left_out += put_years(version, pattern, by=by, at=at)
    put_texts(version, pattern, by=by, at=at)
    put_rest(version, pattern.get("rest", {}), by=by, at=at)
    left_out += set_terms(version, Decimal(pattern["discount"]), kept or {}, by=by, at=at)
    record(by, "start_like", version, at=at, origin=origin, comment=" ".join(left_out))
    return Started(fresh(version), left_out)


def fresh(version: QuoteVersion) -> QuoteVersion:
    return QuoteVersion.objects.select_related("quote__customer", "price_book").get(pk=version.pk)


def add_packages(version: QuoteVersion, pattern: Mapping[str, Any], *, by: User, at: datetime) -> Iterator[str]:
    there = {package.code: package for package in Package.objects.filter(book=version.price_book_id)}
    for code in pattern["packages"]:
        if code not in there:
            yield _("The package {code} is not sold any more; its lines stand alone.").format(code=code)
            continue
        try:
            add_package(fresh(version), package=there[code], by=by, at=at)
        except Problem as problem:
            yield f"{there[code].name}: {problem.sentence}"


def put_lines(version: QuoteVersion, lines: list[PatternLine], *, by: User, at: datetime) -> Iterator[str]:
    """Like a paste; but what is wrong in a row is left out of it instead of refusing all of them."""
    table = table_for(lines)
    draft = fresh(version)
    while wrong := [row for row in plan_rows(draft, table) if row.problems]:
        for row in wrong:
            name = row.line.component["name"] if row.line else row.texts.get("name") or row.texts["what"]
            for column, sentence in row.problems.items():
                yield f"{name}: {sentence}"
                if column == "what" or not row.texts.get(column):
                    table = replace(table, out=table.out | {row.number})
                else:
                    table = table.with_cell(row.number, column, "")
    if table.rows:
        apply_rows(draft, table=table, by=by, at=at)
    wanted = [line["price"] for line in lines]
    for line in fresh(version).lines.select_related("price").filter(rule=""):
        if line.price.key not in wanted:
            yield from taken_off(line, by=by, at=at)


def taken_off(line: QuoteLine, *, by: User, at: datetime) -> Iterator[str]:
    """A line that the package starts with and the pattern has not."""
    try:
        remove_line(again(line), by=by, at=at)
    except Problem as problem:
        yield f"{line.component['name']}: {problem.sentence}"


def again(line: QuoteLine) -> QuoteLine:
    """The line as the edits before left it."""
    return QuoteLine.objects.select_related("version__quote", "price", "part").get(pk=line.pk)


def matched(version: QuoteVersion, lines: list[PatternLine]) -> list[tuple[PatternLine, QuoteLine]]:
    """The lines of the draft beside those of the pattern; of several with one price the first is the first."""
    there: dict[str, list[QuoteLine]] = {}
    for line in version.lines.select_related("price").order_by("position"):
        there.setdefault(line.price.key, []).append(line)
    return [(line, there[line["price"]].pop(0)) for line in lines if there.get(line["price"])]


def change_prices(version: QuoteVersion, pattern: Mapping[str, Any], *, by: User, at: datetime) -> Iterator[str]:
    """Prices that were sold instead of the list's, where the list still says the same; and what is optional."""
    for wanted, line in matched(version, lines_of(pattern)):
        changes = LineChanges(optional=True) if wanted["optional"] else LineChanges()
        first, last = wanted.get("discount_months", [None, None])
        if (first, last) != (None, None):
            changes |= LineChanges(discount_from=first, discount_to=last)
        if wanted["prices"]:
            yield from add_prices(changes, wanted, line, same_currency=pattern["currency"] == version.currency)
        try:
            if changes:
                edit_line(again(line), by=by, at=at, **changes)
        except Problem as problem:
            yield f"{line.component['name']}: {problem.sentence}"


def put_months(version: QuoteVersion, pattern: Mapping[str, Any], *, by: User, at: datetime) -> Iterator[str]:
    """The months in which lines run, where the seller chose them."""
    for wanted, line in matched(version, lines_of(pattern)):
        if "months" in wanted:
            first, last = wanted["months"]
            try:
                edit_line(again(line), by=by, at=at, from_month=first, to_month=last)
            except Problem as problem:
                yield f"{line.component['name']}: {problem.sentence}"


def put_years(version: QuoteVersion, pattern: Mapping[str, Any], *, by: User, at: datetime) -> Iterator[str]:
    """Quantities and discounts of later years."""
    for wanted, line in matched(version, lines_of(pattern)):
        for year, step in sorted(wanted.get("years", {}).items()):
            said = cast(YearChanges, {name: Decimal(value) for name, value in step.items()})
            try:
                edit_year(again(line), year=int(year), by=by, at=at, **said)
            except Problem as problem:
                yield f"{line.component['name']}: {problem.sentence}"


def add_prices(changes: LineChanges, wanted: PatternLine, line: QuoteLine, *, same_currency: bool) -> Iterator[str]:
    listed = {point.path: point for point in price_points(line.list_component)}
    kept = {
        path: Decimal(sold)
        for path, (before, sold) in wanted["prices"].items()
        if same_currency and path in listed and listed[path].amount == Decimal(before)
    }
    if len(kept) < len(wanted["prices"]):
        yield _("{name}: the list price is another one now, and stands instead of the one agreed then.").format(
            name=line.component["name"]
        )
    if kept:
        changes["prices"] = shown(kept, line)


def shown(prices: Mapping[str, Decimal], line: QuoteLine) -> dict[str, Decimal]:
    """The amounts in the unit that the page shows, as `edit_line` takes them."""
    factor = scale_for(line.component).factor
    return {path: amount * factor if path.endswith("unit") else amount for path, amount in prices.items()}


def put_texts(version: QuoteVersion, pattern: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Sections and notes, and every row in its place."""
    if not any("text" in row for row in pattern["rows"]):
        return
    keys = iter([line.key for wanted, line in matched(version, lines_of(pattern))])
    order: list[str] = []
    for row in pattern["rows"]:
        if "text" in row:
            before = set(fresh(version).texts)
            changed = add_text(fresh(version), **row["text"], by=by, at=at)
            order += set(changed.texts) - before
        else:
            order += [key] if (key := next(keys, "")) else []
    draft = claim(fresh(version), by=by, at=at, edit_number=None)
    arrange(draft, [*order, *version.lines.exclude(key__in=order).order_by("position").values_list("key", flat=True)])
    settle(draft, "move_row", by=by, at=at)


def put_rest(version: QuoteVersion, rest: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Free months, yearly rise, months of the discount; what a pattern of before does not say stays as it is."""
    changes: dict[str, Any] = {name: value for name, value in rest.items() if value and name != "escalator"}
    if rise := Decimal(rest.get("escalator", 0)):
        changes["escalator_percent"] = rise
    if changes:
        edit_version(fresh(version), by=by, at=at, **changes)


def set_terms(
    version: QuoteVersion, discount: Decimal, kept: Mapping[str, Any], *, by: User, at: datetime
) -> Iterator[str]:
    if kept:
        edit_version(fresh(version), by=by, at=at, assumptions=dict(kept))
    try:
        if discount:
            edit_version(fresh(version), by=by, at=at, discount_percent=discount)
    except Invalid as problem:
        yield " ".join(problem.errors.values())
