"""The lines of a draft for the grid: words, inputs and addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core import formats
from quotes.models import QuoteVersion
from quotes.queries.priced import PricedVersion
from quotes.rules.pricing import LineRow
from quotes.views.edits import Edit

INTERVALS = {"month": "per month", "quarter": "per quarter", "year": "per year", "once": "once"}
TIMINGS = {"advance": "in advance", "arrears": "in arrears"}
KINDS = {"credit": "Prepaid credits", "commitment": "Commitment"}
ACTIONS = ("line", "removal", "position")


@dataclass(frozen=True)
class Cell:
    """An input of a line."""

    id: str
    name: str
    key: str
    label: str
    value: str
    suffix: str
    url: str
    error: str = ""


@dataclass(frozen=True)
class LineView:
    row: LineRow
    first: bool
    last: bool
    words: str
    included: str
    interval_words: str
    uncertain: bool
    urls: Mapping[str, str]
    quantity_cell: Cell | None
    discount_cell: Cell | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def line_views(version: QuoteVersion, deal: PricedVersion, edit: Edit) -> list[LineView]:
    last = len(deal.lines) - 1
    return [
        line_view(row, version, edit if edit.line == row.key else Edit(), first=at == 0, last=at == last)
        for at, row in enumerate(deal.lines)
    ]


def line_view(row: LineRow, version: QuoteVersion, edit: Edit, *, first: bool, last: bool) -> LineView:
    number = version.quote.number
    urls = {name: reverse(f"quotes:{name}", args=[number, row.key]) for name in ACTIONS}
    urls["explanation"] = reverse("quotes:explanation", args=[number, version.number, row.key])
    return LineView(
        row=row,
        first=first,
        last=last,
        words=words(row),
        included=included(row),
        interval_words=INTERVALS.get(row.interval, row.interval),
        uncertain=row.net_term.p10 != row.net_term.p90,
        urls=urls,
        quantity_cell=quantity_cell(row, urls["line"], edit, version.currency),
        discount_cell=discount_cell(row, urls["line"], edit),
    )


def words(row: LineRow) -> str:
    """ "Northlight Assist · per month in advance · Growth": what the line is, how it is billed, whence it came."""
    billed = INTERVALS.get(row.interval, row.interval)
    if row.kind == "charge":
        billed = f"{billed} {TIMINGS.get(row.timing, row.timing)}"
    return " · ".join(part for part in (KINDS.get(row.kind, row.product), billed, row.package) if part)


def included(row: LineRow) -> str:
    if not row.allowance:
        return ""
    return f"{formats.quantity(row.allowance)} {plural(row.unit, row.allowance)} included per {row.allowance_reset}"


def plural(unit: str, count: Any) -> str:
    return unit if count == 1 or unit.endswith("s") else f"{unit}s"


def quantity_cell(row: LineRow, url: str, edit: Edit, currency: str) -> Cell | None:
    if row.quantity is None:
        return None
    unit = plural(row.unit, row.quantity) if row.kind == "charge" else currency
    stored = formats.quantity(row.quantity)
    return cell(row, "quantity", f"Quantity of {row.name}", stored, suffix=unit, url=url, edit=edit)


def discount_cell(row: LineRow, url: str, edit: Edit) -> Cell | None:
    if row.kind != "charge":
        return None
    stored = formats.quantity(row.discount_percent)
    return cell(row, "discount_percent", f"Discount on {row.name}", stored, suffix="%", url=url, edit=edit)


def cell(row: LineRow, name: str, label: str, stored: str, *, suffix: str, url: str, edit: Edit) -> Cell:
    """The input with what is stored; or, where that was refused, with what was typed and why."""
    error = edit.errors.get(name, "")
    return Cell(
        id=f"{name.partition('_')[0]}-{row.key}",
        name=name,
        key=row.key,
        label=label,
        value=edit.typed.get(name, stored) if error else stored,
        suffix=suffix,
        url=url,
        error=error,
    )
