"""What an edit of the builder asks its answer to contain: which parts to draw again, what is refused, what clashes."""

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from quotes.forms.draft import PRICE
from quotes.views.edits import Edit
from quotes.views.line_views import Cell, LineView, near
from quotes.views.text_views import TextView

UNPRICED = {"title", "valid_until", "payment_days"}  # no amount depends on them


@dataclass(frozen=True)
class FactView:
    """A field that holds for the whole quote."""

    name: str
    field: BoundField
    stored: str
    suffix: str
    disabled: bool

    @property
    def params(self) -> str:
        return f"{self.name},edit_number"


@dataclass(frozen=True)
class Clash:
    """A field that two people changed: what is stored now, and what was typed here."""

    name: str
    label: str
    theirs: str
    mine: str


def outcome(edit: Edit, facts: list[FactView], rows: list[LineView], texts: list[TextView]) -> dict[str, Any]:
    """What an edit asks the answer to contain, and what it says about saving."""
    failed = edit.conflict or " ".join(edit.errors.values())
    edited = next((row for row in rows if row.key == edit.line), None)
    cells = [cell for cell in (edited.quantity_cell, edited.discount_cell) if cell] if edited else []
    words = [text.cell for text in texts if text.key == edit.line]
    everything = edit.whole or bool(edit.conflict)
    return {
        "failed": failed,
        "fresh": everything or not failed,
        "structure": edit.structure,
        "focus": edit.focus,
        "edited_facts": facts if everything else [fact for fact in facts if fact.name in edit.facts],
        "edited_cells": [cell for cell in cells if cell.name in edit.typed],
        "edited_texts": [text for text in texts if text.key == edit.line or text.key in edit.rows],
        "edited_assumptions": edit.assumptions,
        "has_prices": any(name.startswith(PRICE) for name in edit.typed),
        "price_errors": [message for name, message in edit.errors.items() if name.startswith(PRICE)],
        "changed_rows": rows if edit.assumptions or moves_amounts(edit) else [row for row in rows if row is edited],
        "bulk_error": edit.errors.get("bulk", ""),
        "bulk_typed": edit.typed if "bulk" in edit.errors else {},
        "picked": edit.picked,
        "target_error": "" if edit.panel else edit.errors.get("total", ""),
        "panel": edit.panel,
        "panel_errors": list(edit.errors.values()) if edit.panel else [],
        "panel_url": edit.url,
        "panel_fixes": panel_fixes(edit, edited) if edit.panel and edited else (),
        "reordered": edit.order and not failed and not edit.structure,
        "edited_rows": [row for row in rows if row.key in edit.rows or (edit.panel and row is edited)],
        "target_typed": edit.typed.get("total", "") if failed else "",
        "conflict": edit.conflict,
        "conflict_url": edit.url,
        "clashes": clashes(edit, facts, [*cells, *words]) if edit.conflict else [],
    }


def clashes(edit: Edit, facts: list[FactView], cells: list[Cell]) -> list[Clash]:
    """What was typed of the quote's own fields, or of the edited row's; a total that was asked for is no field."""
    typed = edit.typed
    own = [fact for fact in facts if fact.name in edit.facts and fact.name in typed]
    return [
        *(Clash(fact.name, str(fact.field.label), fact.stored, typed[fact.name]) for fact in own),
        *(Clash(cell.name, cell.label, cell.value, typed[cell.name]) for cell in cells if cell.name in typed),
    ]


def panel_fixes(edit: Edit, row: LineView) -> tuple[str, ...]:
    """Quantities that would do in the place of one that was refused in the panel, such as that of a later year."""
    slot = row.slots.of(row.key) if "quantity" in edit.errors else None
    return near(slot, edit.typed.get("quantity", "")) if slot else ()


def moves_amounts(edit: Edit) -> bool:
    """Whether the edit changes what every line comes to."""
    version = edit.written
    change = version.change if version else None
    if version and version.discount_percent and change and change.get("lines"):
        # Cents off the whole quote are shared out anew: a line may move a cent of another.
        return True
    facts = edit.facts if change is None else change.get("facts", {})
    return not UNPRICED.issuperset(facts)
