"""Sections and notes of a draft for the grid, and the whole outline with the lines between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from quotes.models import QuoteVersion
from quotes.queries.priced import PricedVersion
from quotes.rules.outline import LONGEST, SECTION
from quotes.rules.pricing import LineRow, Subtotal, TextRow
from quotes.views.edits import Edit
from quotes.views.line_views import INTERVALS, Cell, LineView

ACTIONS = ("text", "text_removal", "text_position", "text_panel", "text_target")


@dataclass(frozen=True)
class TextView:
    """A section or note: its input, its subtotal, its addresses."""

    key: str
    kind: str
    text: str
    name: str  # what a screen reader calls the row
    cell: Cell
    most: int
    subtotal: Subtotal | None
    per_period: tuple[tuple[str, object], ...]  # words of the interval, and the amount
    urls: dict[str, str]
    first: bool
    last: bool

    @property
    def is_section(self) -> bool:
        return self.kind == SECTION


def outline_views(
    version: QuoteVersion, deal: PricedVersion, lines: Sequence[LineView], edit: Edit
) -> list[LineView | TextView]:
    """Lines, sections and notes in their order."""
    views = {line.key: line for line in lines}
    rows = deal.outline
    return [text_view(row, version, edit, rows) if isinstance(row, TextRow) else views[row.key] for row in rows]


def text_view(row: TextRow, version: QuoteVersion, edit: Edit, rows: Sequence[LineRow | TextRow]) -> TextView:
    number = version.quote.number
    urls = {name.removeprefix("text_"): reverse(f"quotes:{name}", args=[number, row.key]) for name in ACTIONS}
    urls["comments"] = reverse("quotes:line_comments", args=[number, row.key])
    error = edit.errors.get("text", "") if edit.line == row.key else ""
    name = _("section {text}").format(text=row.text) if row.kind == SECTION else _("this note")
    return TextView(
        key=row.key,
        kind=row.kind,
        text=row.text,
        name=name,
        cell=Cell(
            id=f"text-{row.key}",
            name="text",
            key=row.key,
            label=_("Name of the section") if row.kind == SECTION else _("Note for the customer"),
            value=edit.typed.get("text", row.text) if error else row.text,
            suffix="",
            url=urls["text"],
            error=error,
        ),
        most=LONGEST[row.kind],
        subtotal=row.subtotal,
        per_period=tuple((INTERVALS.get(name, name), amount) for name, amount in row.subtotal.per_period)
        if row.subtotal
        else (),
        urls=urls,
        first=row == rows[0],
        last=row == rows[-1],
    )
