"""Rows of a spreadsheet on a draft: what each would do, and doing all of it in one step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import PackageComponent, Price
from catalog.queries import prices
from catalog.rules.points import price_points
from core.data_words import told
from core.errors import Invalid
from core.formats import plain
from core.models import User
from quotes.actions.batches import Desk
from quotes.actions.edits import claim, settle
from quotes.actions.lines import LineChanges, fields_of
from quotes.actions.placing import packages_on, places_of, start_component
from quotes.actions.ramps import put_year, year_fields
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.configuration import configured
from quotes.queries.lines import read_lines
from quotes.rules.components import allowance_of, fixed_quantity, meter_of, months_of, renamed
from quotes.rules.line_months import MONTHS
from quotes.rules.pasting import NUMBERS, YEARS, Table, numbers_of
from quotes.rules.price_text import Scale
from quotes.rules.ramps import component_in
from quotes.rules.steps import ORDER, Pair, moved, values_of

Texts = Mapping[str, str]


@dataclass
class Planned:
    """What one row would do: add a line, change one, nothing, or nothing because of what is wrong, by column."""

    number: int
    texts: Texts
    line: QuoteLine | None = None
    is_new: bool = False
    changes: LineChanges = field(default_factory=LineChanges)
    years: dict[int, Decimal | None] = field(default_factory=dict)
    """Quantities from later years of the term on; None for that of the year before."""
    moves: dict[str, Pair] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    meant: str = ""
    """The name that comes nearest to one that no price goes by."""

    @property
    def kind(self) -> str:
        return "problem" if self.problems else "new" if self.is_new else "changed" if self.moves else "same"


def plan_rows(version: QuoteVersion, table: Table) -> list[Planned]:
    """What each row of the table would do to the draft as it stands. Writes nothing."""
    return Planner(version, table).planned


@transaction.atomic
def apply_rows(
    version: QuoteVersion, *, table: Table, by: User, at: datetime, edit_number: int | None = None
) -> list[Planned]:
    """Do what the rows say, all of it in one step; Invalid under "rows" if one row has a problem, then nothing."""
    stale = edit_number not in (None, version.edit_number)
    fields = touched(plan_rows(version, table)) if stale else ()
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=fields)
    rows = plan_rows(fresh, table)
    if not rows:
        raise Invalid({"rows": _("There is no row to apply; paste some.")})
    if wrong := [row.number for row in rows if row.problems]:
        told = ", ".join(map(str, wrong[:5]))
        raise Invalid(
            {"rows": _("Nothing was changed: mend or take out what is wrong in row {rows}.").format(rows=told)}
        )
    QuoteLine.objects.bulk_update(
        [row.line for row in rows if row.kind == "changed" and row.line], ["component", "discount_percent", "years"]
    )
    QuoteLine.objects.bulk_create([row.line for row in rows if row.is_new and row.line])
    counts = {kind: sum(row.kind == kind for row in rows) for kind in ("new", "changed")}
    settle(fresh, "paste_rows", by=by, at=at, added=counts["new"], changed=counts["changed"])
    return rows


def touched(rows: Sequence[Planned]) -> list[str]:
    """The fields that the rows move, as the steps of a draft name them."""
    changed = [(row.line.key, row) for row in rows if row.line and not row.is_new]
    found = [name for key, row in changed for name in fields_of(key, row.changes)]
    found += [name for key, row in changed for year in row.years for name in year_fields(key, year, ["quantity"])]
    return [*found, ORDER] if any(row.is_new for row in rows) else found


class Planner:
    """The rows one after another, on the draft as the rows before them leave it."""

    def __init__(self, version: QuoteVersion, table: Table) -> None:
        self.version, self.desk = version, Desk(version)
        self.lines = read_lines(version)
        self.keys = {line.key for line in self.lines}
        self.added: list[QuoteLine] = []
        self.open: dict[str, list[QuoteLine]] = {}
        self.refusals: dict[str, str] = {}
        self.rows = [Planned(number, texts) for number, texts in table.rows]
        self.numbers = {
            column: numbers_of(
                {row.number: row.texts[column] for row in self.rows if row.texts.get(column)},
                exported=table.is_export,
            )
            for column in NUMBERS
        }

    @cached_property
    def planned(self) -> list[Planned]:
        self.match_lines()
        for row in self.rows:
            if row.line is None and not row.problems:
                self.match_price(row)
            if row.line is not None and not row.problems:
                self.change(row, row.line)
        self.miss_charges()
        return self.rows

    def match_lines(self) -> None:
        """Rows that name a line by its key take it; the lines that are left wait for rows that name their price."""
        by_key, taken = {line.key: line for line in self.lines}, dict[str, int]()
        for row in self.rows:
            key = row.texts.get("line", "")
            if key in by_key and key in taken:
                row.problems["line"] = _("Row {row} is this line already.").format(row=taken[key])
            elif key in by_key:
                row.line, taken[key] = by_key[key], row.number
            elif key and not row.texts.get("what"):
                row.problems["line"] = _("There is no line “{key}” on this quote.").format(key=key)
        for line in self.lines:
            if line.key not in taken:
                self.open.setdefault(line.price.key, []).append(line)
        self.wanted = self.wanted_prices()

    def wanted_prices(self) -> dict[str, int]:
        """How many rows name each price without naming a line."""
        counts: dict[str, int] = {}
        for row in self.rows:
            found = self.shelf.get(row.texts.get("what", "").lower(), []) if row.line is None else []
            if len(found) == 1:
                counts[found[0].key] = counts.get(found[0].key, 0) + 1
        return counts

    @cached_property
    def shelf(self) -> dict[str, list[Price]]:
        """The prices of the book by all names they go by: key, name, product, and what a line of it is called."""
        every = list(prices(self.version.price_book))
        by_pk = {price.pk: price for price in every}
        found = {price.key.lower(): [price] for price in every}
        for named in (
            [(line.component["name"], by_pk[line.price_id]) for line in self.lines],
            [(price.component["name"], price) for price in every],
            [(price.product.name, price) for price in every],
            [(told(price.component["name"]), price) for price in every],
        ):
            same: dict[str, dict[int, Price]] = {}
            for name, price in named:
                same.setdefault(name.lower(), {})[price.pk] = price
            found = {**{name: list(those.values()) for name, those in same.items()}, **found}
        return found

    def match_price(self, row: Planned) -> None:
        text = row.texts.get("what", "")
        found = self.shelf.get(text.lower(), [])
        if len(found) != 1:
            row.problems["what"] = self.unknown(row, text, found)
            return
        [price] = found
        waiting = self.open.get(price.key, [])
        if len(waiting) > self.wanted[price.key]:
            keys = ", ".join(line.key for line in waiting)
            row.problems["what"] = _("There are {count} lines of {name}; say which in a column Line: {keys}.").format(
                count=len(waiting), name=told(price.component["name"]), keys=keys
            )
        elif waiting:
            row.line = waiting.pop(0)
            self.wanted[price.key] -= 1
        else:
            self.add(row, price)

    def unknown(self, row: Planned, text: str, found: Sequence[Price]) -> str:
        if not text:
            return _("Say which price or product this row is.")
        if found:
            keys = ", ".join(price.key for price in found)
            return _("Several prices are called that; say which: {keys}.").format(keys=keys)
        near = get_close_matches(text.lower(), self.shelf, n=1, cutoff=0.6)
        if near:
            row.meant = told(self.shelf[near[0]][0].component["name"])
            return _("No price of this book is called that. Did you mean “{name}”?").format(name=row.meant)
        return _("No price of this book is called that.")

    def add(self, row: Planned, price: Price) -> None:
        """A new line at the end, unless packages or rules do not let it in."""
        if why_not := self.why_not_add(price):
            row.problems["what"] = why_not
            return
        part = self.parts.get(price.pk)
        [component] = renamed([start_component(price, part)], self.keys)
        self.keys.add(component["key"])
        row.is_new = True
        row.line = QuoteLine(
            version=self.version,
            position=self.last + len(self.added) + 1,
            key=component["key"],
            price=price,
            part=part,
            component=component,
            list_component=component,
        )
        self.added.append(row.line)

    @cached_property
    def last(self) -> int:
        """The last place that a line, section or note has."""
        return max(places_of(self.version).values(), default=0)

    @cached_property
    def parts(self) -> dict[int, PackageComponent]:
        """The components of packages on the draft, by the price they are."""
        found = PackageComponent.objects.filter(package__in=packages_on(self.version))
        ordered = found.select_related("price", "package").order_by("-package__position")
        return {part.price_id: part for part in ordered}

    def why_not_add(self, price: Price) -> str:
        """Why not, beside the rows so far. Only what is in a group is asked again for a second line of a price."""
        part = self.parts.get(price.pk)
        if price.key not in self.refusals or (part and part.group):
            beside = [*self.beside, *self.added]
            self.refusals[price.key] = configured(self.version, beside).why_not_add(price)
        return self.refusals[price.key]

    @cached_property
    def beside(self) -> list[QuoteLine]:
        return list(self.version.lines.select_related("price", "part__package").order_by("position"))

    def miss_charges(self) -> None:
        """Credits and commitments that are added need what they apply to: a line, or any row of these."""
        held = configured(self.version, [*self.beside, *self.added])
        for row in self.rows:
            if row.is_new and row.line and (why_not := held.why_not_alone(row.line.price)):
                row.problems["what"] = why_not

    def change(self, row: Planned, line: QuoteLine) -> None:
        """Put what the row says into the line; what stays as it is is not asked about."""
        before = said_of(line)
        row.changes = self.changes_of(row, line)
        if row.changes:
            errors = self.desk.change(line, row.changes)
            row.problems |= {COLUMN_OF.get(name.partition(".")[0], name): text for name, text in errors.items()}
        self.change_years(row, line)
        row.moves = moved(before, said_of(line))

    def change_years(self, row: Planned, line: QuoteLine) -> None:
        """Put the quantities of later years into the line; a year that stays as it is is not asked about."""
        for year, quantity in sorted(row.years.items()):
            now, before = (fixed_quantity(component_in(line.component, line.years, n)) for n in (year, year - 1))
            if now != (before if quantity is None else quantity):
                try:
                    put_year(self.version, line, year, {"quantity": quantity})
                except Invalid as error:
                    row.problems[f"quantity_{year}"] = " ".join(error.errors.values())

    def changes_of(self, row: Planned, line: QuoteLine) -> LineChanges:
        wanted: dict[str, Any] = {}
        if name := row.texts.get("name"):
            wanted["name"] = name
        for column in NUMBERS:
            if row.texts.get(column):
                number = self.numbers[column][row.number]
                if number is None:
                    row.problems[column] = _("“{text}” is not a number.").format(text=row.texts[column])
                elif column in MONTHS and number != int(number):
                    row.problems[column] = _("“{text}” is no month: use a whole number.").format(text=row.texts[column])
                else:
                    wanted[column] = int(number) if column in MONTHS else number
        row.years = {YEARS[column]: wanted.pop(column) for column in list(wanted) if column in YEARS}
        row.years |= {year: None for column, year in YEARS.items() if row.texts.get(column) == ""}
        now = self.values(line)
        fresh = {name: value for name, value in wanted.items() if value != now.get(name)}
        runs, listed = months_of(line.component), months_of(line.list_component)
        for column, month, own in zip(MONTHS, runs, listed, strict=True):
            if row.texts.get(column) == "" and month != own:
                fresh[column] = None
        if "price" in fresh:
            paths = [point.path for point in price_points(line.component)]
            if len(paths) != 1:
                row.problems["price"] = _("This line has several prices or none; change them on the quote.")
            fresh["prices"] = dict.fromkeys(paths, fresh["price"])
            del fresh["price"]
        return {} if row.problems else LineChanges(**fresh)  # type: ignore[typeddict-item]

    def values(self, line: QuoteLine) -> dict[str, Any]:
        """What the columns say of the line now."""
        points = price_points(line.component)
        scale = self.desk.scales.get(meter_of(line.component), Scale())
        factor = scale.factor if points and points[0].per_unit else Decimal(1)
        return {
            "name": line.component["name"],
            "quantity": fixed_quantity(line.component),
            "allowance": allowance_of(line.component) or Decimal(0),
            "discount_percent": line.discount_percent,
            "price": points[0].amount * factor if len(points) == 1 else None,
            "from_month": months_of(line.component)[0] or 1,
            "to_month": months_of(line.component)[1] or self.version.months,
        }


COLUMN_OF = {"prices": "price", "component": "what"}


def said_of(line: QuoteLine) -> dict[str, str | None]:
    years = {f"quantity_{year}": said["quantity"] for year, said in line.years.items() if "quantity" in said}
    return {**values_of(line.component), "discount_percent": str(plain(Decimal(line.discount_percent))), **years}


def known_names(version: QuoteVersion) -> Iterator[str]:
    """All names that a row may call something by, in lower case."""
    yield from Planner(version, Table((), (), False)).shelf
