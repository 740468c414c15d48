"""Rows in and out of a quote: pasted or read from a file, looked at, mended in place, applied in one step; as CSV."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.queries import prices
from catalog.rules.packages import fitting, wrong_quantity
from core import formats
from core.data_words import told
from core.errors import Conflict, Invalid
from core.http import is_partial, render_page, see_other
from core.languages import in_house
from core.roles import Permission, may
from core.spreadsheets import csv_answer, decoded, read_cells, written
from quotes import access
from quotes.actions.pasting import Planned, apply_rows, known_names, plan_rows
from quotes.actions.trying import tried
from quotes.models import QuoteVersion
from quotes.queries.lines import slot_of
from quotes.queries.priced import priced
from quotes.queries.version_changes import Figures
from quotes.rules.pasting import (
    COLUMNS,
    EXPORTED,
    EXPORTED_TOO,
    MOST,
    NUMBERS,
    TAKEN_BACK,
    YEARS,
    Table,
    columns_of,
    mark_of,
    once,
    table_of,
    year_label,
)
from quotes.rules.pricing import Depth, LineRow
from quotes.rules.ramps import years_in
from quotes.views.edits import draft, seen

LARGEST = 2 * 2**20
MOST_OUT = 500  # rows that can be taken out one by one
MENDED = 50  # rows with problems that have inputs at once
ALL_INPUTS = 20  # up to so many rows, each has inputs


@dataclass(frozen=True)
class CellView:
    column: str
    text: str
    error: str
    input: str  # its name and id; "" where the cell is only read
    is_number: bool
    taken: bool = False  # whether a click has just filled it


@dataclass(frozen=True)
class RowView:
    number: int
    kind: str  # new, changed, same, problem or out
    name: str
    says: list[str]
    problems: list[str]
    cells: list[CellView]
    fixes: tuple[tuple[str, str], ...] = ()  # what a click takes, as it is sent and as it is read


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, number: str) -> HttpResponse:
    """Where rows are pasted; with rows, what each of them would do. Writes nothing."""
    _user, version = draft(request, number)
    if request.method != "POST":
        return show(request, version, None)
    table, wrong = typed_table(request, version)
    return show(request, version, table, wrong=wrong)


@require_POST
def trial(request: HttpRequest, number: str) -> HttpResponse:
    """What the bill would be with the rows beside what it is: they are applied, priced and taken back."""
    user, version = draft(request, number)
    table, wrong = typed_table(request, version)
    figures: dict[str, object] = {"currency": version.currency}
    if table is not None:
        sees, at, number_seen = may(user, Permission.SEE_MARGIN), now(), seen(request)
        try:
            done = tried(
                version,
                lambda: apply_rows(version, table=table, by=user, at=at, edit_number=number_seen),
                with_margin=sees,
            )
        except (Invalid, Conflict) as error:
            wrong = error.sentence
        else:
            before, after = Figures.of(priced(version, with_margin=sees, depth=Depth.TOTALS)), Figures.of(done)
            figures |= {"before": before, "after": after, "difference": after - before}
    if is_partial(request):
        return render_page(request, "quotes/paste.html", {**figures, "wrong": wrong}, part="trial")
    return show(request, version, table, wrong=wrong, figures=figures)


@require_POST
def application(request: HttpRequest, number: str) -> HttpResponse:
    """Do what the rows say, all in one step; with a problem or a newer draft, look at them again."""
    user, version = draft(request, number)
    table, wrong = typed_table(request, version)
    if table is None:
        return show(request, version, None, wrong=wrong)
    try:
        done = apply_rows(version, table=table, by=user, at=now(), edit_number=seen(request))
    except Invalid as error:
        return show(request, version, table, wrong=error.sentence)
    except Conflict:
        _user, fresh = draft(request, number)
        sentence = _("Somebody edited this draft meanwhile. This is what the rows would do now; apply them again.")
        return show(request, fresh, table, wrong=sentence, status=409)
    messages.success(request, said(done))
    return see_other(request, reverse("quotes:detail", args=[number]) + "#lines")


def said(done: list[Planned]) -> str:
    added, changed = (sum(row.kind == kind for row in done) for kind in ("new", "changed"))
    sentence = ngettext("{n} line added, {changed} changed.", "{n} lines added, {changed} changed.", added)
    return sentence.format(n=added, changed=changed)


def typed_table(request: HttpRequest, version: QuoteVersion) -> tuple[Table | None, str]:
    """The table that was pasted or sent as a file, with what was mended and taken out since; or what is wrong."""
    text, wrong = typed_text(request)
    cells = read_cells(text)
    if wrong or not cells:
        return None, wrong or _("There are no rows yet: paste them from a spreadsheet, or choose a CSV file.")
    if len(cells) > MOST:
        sentence = _("These are {count} rows; {most} are taken at once. Paste them in parts.")
        return None, sentence.format(count=formats.quantity(len(cells)), most=formats.quantity(MOST))
    table = table_of(cells, set(known_names(version)))
    chosen = [request.POST.get(f"column-{place}") for place in range(len(table.columns))]
    if None not in chosen:
        columns = once(name if name in COLUMNS or name in YEARS else "" for name in map(str, chosen))
        table = replace(table, columns=columns, heading="heading" in request.POST)
    out = frozenset(int(text) for text in request.POST.getlist("out")[:MOST_OUT] if text.isdecimal())
    table = replace(table, out=out)
    for name, typed in [*request.POST.items(), *clicked(request)]:
        if name.startswith("cell-") and (parts := name.split("-"))[1].isdecimal() and len(parts) == 3:
            table = table.with_cell(int(parts[1]), parts[2], str(typed))
    if "out_problems" in request.POST:
        wrong_rows = {row.number for row in plan_rows(version, table) if row.problems}
        table = replace(table, out=table.out | wrong_rows)
    return table, ""


def clicked(request: HttpRequest) -> list[tuple[str, str]]:
    """The cells that a click fills: "cell-2-what=Seats"."""
    return [(name, value) for name, _, value in (one.partition("=") for one in request.POST.getlist("take"))]


def typed_text(request: HttpRequest) -> tuple[str, str]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return request.POST.get("text", ""), ""
    if (file.size or 0) > LARGEST:
        return "", _("The file has more than 2 MB; save only the rows that are needed as CSV.")
    content = file.read()
    if content.startswith(b"PK"):
        return "", _("This is a workbook. Save the sheet as CSV, or copy the cells and paste them here.")
    return decoded(content), ""


def show(
    request: HttpRequest,
    version: QuoteVersion,
    table: Table | None,
    *,
    wrong: str = "",
    status: int = 0,
    figures: Mapping[str, object] | None = None,
) -> HttpResponse:
    number = version.quote.number
    context = {
        "version": version,
        "quote": version.quote,
        "wrong": wrong,
        "most": MOST,
        "text": request.POST.get("text", "") if table is None else written(table.cells),
        "urls": {
            "page": reverse("quotes:detail", args=[number]),
            "paste": reverse("quotes:paste", args=[number]),
            "trial": reverse("quotes:paste_trial", args=[number]),
            "application": reverse("quotes:paste_application", args=[number]),
            "export": reverse("quotes:lines_csv", args=[number, version.number]),
        },
        **({} if table is None else preview(version, table, {name for name, _ in clicked(request)})),
        **(figures or {}),
    }
    return render_page(request, "quotes/paste.html", context, part="preview", status=status or (422 if wrong else 200))


def preview(version: QuoteVersion, table: Table, filled: Collection[str]) -> dict[str, object]:
    planned = {row.number: row for row in plan_rows(version, table)}
    problems = [row.number for row in planned.values() if row.problems]
    with_inputs = set(planned) if len(planned) <= ALL_INPUTS else set(problems[:MENDED])
    views = [
        row_view(number, cells, planned.get(number), table, number in with_inputs, filled)
        for number, cells in table.numbered
    ]
    counts = {kind: sum(view.kind == kind for view in views) for kind in ("new", "changed", "same", "problem", "out")}
    return {
        "table": table,
        "columns": columns_of(version.months, table),
        "rows": views,
        "counts": counts,
        "doing": counts["new"] + counts["changed"],
        "more_problems": max(0, len(problems) - MENDED),
        "too_many": len(problems) > MOST_OUT,
        "names": [told(price.component["name"]) for price in prices(version.price_book)],
        "why_not": why_not_apply(counts, table),
    }


def why_not_apply(counts: dict[str, int], table: Table) -> str:
    """Why the rows cannot be applied as they are; "" if they can."""
    if not {"what", "line"} & set(table.columns):
        return _("Say which column holds the price or product.")
    if wrong := counts["problem"]:
        sentence = ngettext(
            "Mend the row with a problem, or take it out.", "Mend the {n} rows with problems, or take them out.", wrong
        )
        return sentence.format(n=wrong)
    return "" if counts["new"] + counts["changed"] else _("These rows change nothing.")


def row_view(
    number: int, cells: tuple[str, ...], row: Planned | None, table: Table, has_inputs: bool, filled: Collection[str]
) -> RowView:
    problems = row.problems if row else {}
    views = [
        CellView(
            column=column,
            text=text,
            error=problems.get(column, ""),
            input=f"cell-{number}-{column}" if column and row and has_inputs else "",
            is_number=column in NUMBERS,
            taken=f"cell-{number}-{column}" in filled,
        )
        for column, text in zip(table.columns, cells, strict=True)
    ]
    return RowView(
        number=number,
        kind=row.kind if row else "out",
        name=told(row.line.component["name"]) if row and row.line else "",
        says=list(moves_said(row)) if row and not problems else [],
        problems=list(problems.values()),
        cells=views,
        fixes=tuple(fixes_of(row, table)) if row and has_inputs else (),
    )


def fixes_of(row: Planned, table: Table) -> Iterator[tuple[str, str]]:
    """What would do in the place of what was refused: the price that was meant; quantities that the package takes,
    written as the numbers of their column are."""
    if row.meant:
        yield f"cell-{row.number}-what={row.meant}", row.meant
    slot = slot_of(row.line) if row.line else None
    for column in ("quantity", *YEARS) if slot else ():
        quantity = row.years.get(YEARS[column]) if column in YEARS else row.changes.get("quantity")
        if slot and column in row.problems and quantity is not None and wrong_quantity(slot, quantity):
            mark = mark_of(texts[column] for _number, texts in table.rows) or "."
            for fit in fitting(slot, quantity):
                yield f"cell-{row.number}-{column}={digits(fit).replace('.', mark)}", formats.quantity(fit)


def moves_said(row: Planned) -> Iterator[str]:
    """ "Quantity 25 → 30": what the row changes on its line."""
    labels = {**COLUMNS, "prices": COLUMNS["price"], **{name: year_label(year) for name, year in YEARS.items()}}
    for field, (before, after) in row.moves.items():
        name, _point, path = field.partition(".")
        label = _("Paid for the credits") if path == "purchase" else labels[name]
        if name == "prices":
            yield f"{label} → {formats.quantity(row.changes.get('prices', {}).get(path, after))}"
        elif name == "name":
            yield f"{label} {before} → {after}"
        else:
            yield f"{label} {formats.quantity(before) or '–'} → {formats.quantity(after) or TAKEN_BACK.get(name, '–')}"


@require_safe
def lines_csv(request: HttpRequest, number: str, version_number: int) -> StreamingHttpResponse:
    """The lines of a version as a file that the same page reads again."""
    _user, version = access.version(request, number, version_number)
    keys = dict(version.lines.values_list("key", "price__key"))
    with in_house():
        years = range(2, years_in(version.months) + 1)
        lines = priced(version, with_margin=False, depth=Depth.TOTALS).lines
        rows = [[*exported(row, keys.get(row.key, "")), *exported_years(row, years)] for row in lines]
    headings = (*EXPORTED, *EXPORTED_TOO, *(f"Quantity year {year}" for year in years))
    return csv_answer(f"{number}-v{version_number}-lines.csv", [headings, *rows])


def exported(row: LineRow, price: str) -> list[str]:
    """One line, in the order of the headings; numbers with a point and all their digits."""
    single = row.prices[0].price if len(row.prices) == 1 else None
    discount = row.discount_percent if row.kind == "charge" else None
    return [
        row.key,
        price,
        row.name,
        row.unit,
        *map(digits, (row.quantity, row.allowance, discount, single, row.per_period, row.net_term.p50)),
        *("" if month is None else str(month) for month in (row.from_month, row.to_month)),
    ]


def exported_years(row: LineRow, years: Iterable[int]) -> list[str]:
    """How many from each later year on; empty where no year differs."""
    quantities = {year.year: year.quantity for year in row.years}
    return [digits(quantities.get(year)) for year in years]


def digits(value: Decimal | None) -> str:
    return "" if value is None else f"{formats.plain(value):f}"
