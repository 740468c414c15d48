"""A table of customers: read, checked row by row, and compared with who is known already."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.spreadsheets import read_cells
from customers.models import Customer
from customers.rules import slug_for
from customers.shapes import NewCustomer

MOST_ROWS = 500
COLUMNS = tuple(NewCustomer().fields)
WHOLE_ROW = ""
"""Where a problem is of a row as a whole."""


@dataclass
class Row:
    """A row of the table: what it holds, what is wrong with it, and what would become of it."""

    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    known: Customer | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.known is None and not self.errors

    @property
    def slug(self) -> str:
        return self.known.slug if self.known else slug_for(self.values)


def rows_of(text: str) -> list[Row]:
    """Every row under the row of names; Invalid where this is no such table."""
    try:
        cells = read_cells(text)
    except csv.Error as error:
        raise Invalid({"body": f"body: this is not CSV ({error})."}) from None
    if not 2 <= len(cells) <= MOST_ROWS + 1:
        sentence = _("body: between 1 and {most} rows under a row of names; these are {count}.")
        raise Invalid({"body": sentence.format(most=MOST_ROWS, count=max(len(cells) - 1, 0))})
    names = [name.lower().replace(" ", "_") for name in cells[0]]
    if unknown := [name for name in names if name not in COLUMNS]:
        sentence = _("body: no column is called {names}; the columns are {known}.")
        called = ", ".join(f'"{name[:60]}"' for name in unknown[:10])
        raise Invalid({"body": sentence.format(names=called, known=", ".join(COLUMNS))})
    rows = [checked(number, names, some) for number, some in enumerate(cells[1:], start=1)]
    compare(rows)
    repeated(rows)
    return rows


def checked(number: int, names: list[str], some: list[str]) -> Row:
    if len(some) != len(names):
        sentence = _("{number}: as many cells as names are needed.").format(number=number)
        return Row(number, dict(zip(names, some, strict=False)), errors={WHOLE_ROW: sentence})
    given = {name: cell for name, cell in zip(names, some, strict=True) if cell}
    days = given.get("payment_days", "")
    one = NewCustomer(data={**given, **({"payment_days": int(days)} if days.isdecimal() else {})})
    if one.is_valid():
        return Row(number, given, values=dict(one.validated_data))
    errors = {name: str(texts[0]) for name, texts in one.errors.items()}
    return Row(number, given, errors={name: named(name, text) for name, text in errors.items()})


def named(name: str, text: str) -> str:
    return text if text.startswith(f"{name}:") else f"{name}: {text}"


def compare(rows: Iterable[Row]) -> None:
    """Who is known by external id is changed where the row says otherwise. Who is known by slug stays as they are,
    but takes an external id that they had none of; with another one it is another company of the same name."""
    good = [row for row in rows if not row.errors]
    ids = [row.values["external_id"] for row in good if row.values.get("external_id")]
    slugs = [slug_for(row.values) for row in good]
    found = list(Customer.objects.select_related("parent").filter(Q(external_id__in=ids) | Q(slug__in=slugs)))
    by_id = {one.external_id: one for one in found if one.external_id}
    by_slug = {one.slug: one for one in found}
    for row in good:
        wanted = row.values.get("external_id", "")
        same_slug = by_slug.get(slug_for(row.values))
        if wanted in by_id:
            row.known, row.changes = by_id[wanted], dict(differing(by_id[wanted], row.values))
        elif same_slug is not None and (not wanted or not same_slug.external_id):
            row.known, row.changes = same_slug, {"external_id": wanted} if wanted else {}
        elif same_slug is not None and "slug" in row.values:
            sentence = _("slug: {slug} is another customer, with external id {id}.")
            row.errors["slug"] = sentence.format(slug=same_slug.slug, id=same_slug.external_id)


def differing(known: Customer, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name != "slug" and getattr(known, name) != value:
            yield name, value


def repeated(rows: Iterable[Row]) -> None:
    """Rows of a customer that stands further up already."""
    first: dict[str, int] = {}
    for row in rows:
        if row.errors:
            continue
        if first.setdefault(row.slug, row.number) != row.number:
            sentence = _("slug: {slug} stands in row {number} already.")
            row.errors["slug"] = sentence.format(slug=row.slug, number=first[row.slug])


def problems(rows: Iterable[Row]) -> dict[str, str]:
    """Each cell that is wrong as "3.country", each row as "3"; the sentences begin so too."""
    return {
        f"{row.number}.{name}".rstrip("."): f"{row.number}.{text}" if name else text
        for row in rows
        for name, text in row.errors.items()
    }
