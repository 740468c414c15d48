"""Rows of a spreadsheet as changes of lines: which column is what, and which number a cell says. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.fields import lenient
from quotes.rules.line_months import MONTHS
from quotes.rules.ramps import MOST as MOST_YEARS
from quotes.rules.ramps import years_in

MOST = 2000
WIDEST = 50  # columns that are looked at
LONGEST = 200

COLUMNS = {
    "line": _("Line"),
    "what": _("Price or product"),
    "name": _("Name"),
    "quantity": _("Quantity"),
    "allowance": _("Included"),
    "discount_percent": _("Discount"),
    "price": _("Unit price"),
    "from_month": _("First month"),
    "to_month": _("Last month"),
}
YEARS = {f"quantity_{year}": year for year in range(2, MOST_YEARS + 1)}
"""The columns of quantities from a later year of the term on."""
NUMBERS = ("quantity", "allowance", "discount_percent", "price", *MONTHS, *YEARS)
TAKEN_BACK = {
    "from_month": _("from the start of the term"),
    "to_month": _("to the end of the term"),
    **dict.fromkeys(YEARS, _("as the year before")),
}
"""What an empty cell says in these columns; in any other it leaves the line as it is."""
EXPORTED = ("Line", "Price", "Name", "Unit", "Quantity", "Included", "Discount", "Unit price", "Per period", "Term")
"""The headings that a file of lines begins with. Such a file writes numbers with a point, in every language."""
EXPORTED_TOO = ("First month", "Last month")
"""What follows them, then a column for each later year of the term; files without them are read as well."""

HEADINGS = {
    "line": ("line", "line key", "key", "zeile", "position"),
    "what": (
        "price",
        "product",
        "item",
        "sku",
        "code",
        "what",
        "article",
        "price or product",
        "preis",
        "preis oder produkt",
        "was",
        "produkt",
        "artikel",
    ),
    "name": ("name", "line name", "bezeichnung"),
    "quantity": ("quantity", "qty", "amount", "count", "number", "menge", "anzahl", "stück", "year 1", "jahr 1"),
    "allowance": ("included", "included usage", "allowance", "inklusive", "enthalten", "inklusivmenge"),
    "discount_percent": ("discount", "discount %", "discount percent", "disc", "disc.", "rebate", "rabatt", "rabatt %"),
    "price": ("unit price", "price per unit", "einzelpreis", "stückpreis"),
    "from_month": ("first month", "from month", "start month", "erster monat", "ab monat"),
    "to_month": ("last month", "to month", "end month", "letzter monat", "bis monat"),
    **{
        name: (
            f"quantity year {n}",
            f"quantity, year {n}",
            f"qty year {n}",
            f"year {n}",
            f"menge jahr {n}",
            f"jahr {n}",
        )
        for name, n in YEARS.items()
    },
}


@dataclass(frozen=True)
class Table:
    """Cells, which column is what ("" for one that is not used), whether the first row is a heading, and which
    rows were taken out."""

    cells: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    heading: bool
    out: frozenset[int] = frozenset()

    @property
    def rows(self) -> list[tuple[int, dict[str, str]]]:
        """Each row's number, as the spreadsheet counts, with its texts by column."""
        return [(number, self.texts(row)) for number, row in self.numbered if number not in self.out]

    @property
    def numbered(self) -> list[tuple[int, tuple[str, ...]]]:
        """All rows below the heading, those taken out too."""
        first = int(self.heading)
        return list(enumerate(self.cells[first:], first + 1))

    def texts(self, row: Sequence[str]) -> dict[str, str]:
        return {name: text for name, text in zip(self.columns, row, strict=True) if name}

    @property
    def is_export(self) -> bool:
        return self.heading and self.cells[0][: len(EXPORTED)] == EXPORTED

    def with_cell(self, number: int, column: str, text: str) -> "Table":
        """The table with another text in the column of that row; without the row or the column, as it is."""
        if column not in self.columns or not 0 < number <= len(self.cells):
            return self
        rows = [list(row) for row in self.cells]
        rows[number - 1][self.columns.index(column)] = text.strip()[:LONGEST]
        return replace(self, cells=tuple(map(tuple, rows)))


def columns_of(months: int, table: Table) -> dict[str, str]:
    """What a column may be on a quote of so many months, or is in the table, and what it is called."""
    later = (name for name, year in YEARS.items() if year <= years_in(months) or name in table.columns)
    return {**{name: str(label) for name, label in COLUMNS.items()}, **{one: year_label(YEARS[one]) for one in later}}


def year_label(year: int) -> str:
    return gettext("Quantity, year {year}").format(year=year)


def table_of(cells: Sequence[Sequence[str]], known: Set[str]) -> Table:
    """The table with its columns guessed: by their headings, else by what stands in them.

    `known` are the names that lines and prices go by, in lower case.
    """
    width = min(max((len(row) for row in cells), default=0), WIDEST)
    square = tuple((*row[:width], *[""] * (width - len(row))) for row in cells)
    if not square:
        return Table((), (), False)
    named = tuple(column_of(text) for text in square[0])
    if any(named) and not any(is_number(text) or text.lower() in known - ALL_HEADINGS for text in square[0]):
        return Table(square, with_what(once(named), square[1:], known), True)
    return Table(square, by_content(square, known), False)


def with_what(columns: tuple[str, ...], rows: Sequence[Sequence[str]], known: Set[str]) -> tuple[str, ...]:
    """The columns; where no heading says what is sold, the one whose cells do is that."""
    if not rows or {"line", "what"} & set(columns):
        return columns
    guessed = by_content(rows, known)
    place = guessed.index("what") if "what" in guessed else -1
    if place < 0 or columns[place] not in ("", "name"):
        return columns
    return (*columns[:place], "what", *columns[place + 1 :])


def column_of(heading: str) -> str:
    text = heading.strip().lower()
    return next((name for name, headings in HEADINGS.items() if text in headings), "")


ALL_HEADINGS = {heading for headings in HEADINGS.values() for heading in headings}


def once(columns: Iterable[str]) -> tuple[str, ...]:
    """Each column the first time it comes."""
    seen = {""}
    return tuple("" if name in seen else seen.add(name) or name for name in columns)  # type: ignore[func-returns-value]


def by_content(cells: Sequence[Sequence[str]], known: Set[str]) -> tuple[str, ...]:
    """The column with most known names is what is sold; of the numbers, those in percent are discounts."""
    columns = list(zip(*cells, strict=True))
    hits = [sum(text.lower() in known for text in column) for column in columns]
    texts = [not mostly_numbers(column) for column in columns]
    what = hits.index(max(hits)) if any(hits) else texts.index(True) if any(texts) else -1
    found = ["what" if place == what else kind_of(column) for place, column in enumerate(columns)]
    return once(found)


def kind_of(column: Sequence[str]) -> str:
    if not mostly_numbers(column):
        return ""
    return "discount_percent" if any("%" in text for text in column) else "quantity"


def mostly_numbers(column: Sequence[str]) -> bool:
    filled = [text for text in column if text]
    return 2 * sum(map(is_number, filled)) > len(filled)


def is_number(text: str) -> bool:
    try:
        lenient(text)
    except InvalidOperation:
        return False
    return True


def numbers_of(texts: Mapping[int, str], *, exported: bool) -> dict[int, Decimal | None]:
    """The numbers of one column, by row; None for what is none. One cell that shows which mark is the decimal one
    speaks for its whole column: beside "1.200,50" also "1.200" is 1200."""
    mark = mark_of(texts.values())
    return {row: number_in(text, mark, exported) for row, text in texts.items()}


def mark_of(texts: Iterable[str]) -> str:
    """The decimal mark of a column, as its first clear cell shows it; "" where none does."""
    return next(filter(None, map(decimal_mark, texts)), "")


def decimal_mark(text: str) -> str:
    """The decimal mark, where the text leaves no doubt; "" where it does."""
    marks = re.findall(r"[.,]", text)
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return "." if marks[0] == "," else ","
    return marks[0] if re.search(r"[.,](\d{1,2}|\d{4,})\D*$", text) else ""


def number_in(text: str, mark: str, exported: bool) -> Decimal | None:
    marks = re.findall(r"[.,]", text)
    if exported and len(marks) == 1:
        mark = marks[0]
    if mark:
        other = "," if mark == "." else "."
        text = text.replace(other, "")
        # Four digits behind it, so that nothing takes the mark for one that groups thousands.
        text = re.sub(rf"{re.escape(mark)}(\d{{3}})(?!\d)", rf"{mark}\g<1>0", text)
    try:
        return lenient(text)
    except InvalidOperation:
        return None
