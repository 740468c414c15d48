"""A price as a picture: its amounts over quantities, its falls, and worked examples."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalog.forms.prices import PriceEditor
from catalog.models import PriceBook
from catalog.rules import examples
from catalog.rules.editing import read
from catalog.rules.wordbooks import plural
from catalog.rules.words import Display, words
from core import formats
from core.charts import Fall, Unit, curve_chart
from core.data_words import told
from pricing import Charge, Cliff, cliffs
from pricing.values import plain


def picture(editor: PriceEditor, book: PriceBook, cell: str) -> dict[str, Any]:
    """What the page shows of the price as it is typed; of one of its cells where it has several."""
    component, _ = read(editor.tree, {**editor.stored, "key": editor.stored.get("key") or "new"}, editor.display)
    if component is None:
        return {"words": None}
    shown = {"words": words(component, book.currency, editor.shelf.displays)}
    if not isinstance(component, Charge) or getattr(component.price, "by_event", False):
        return shown
    cells = examples.cells_of(component)
    chosen = next((one for one in cells if one.name == cell), cells[0])
    return {**shown, "cells": cells, "chosen": chosen, **drawn(component, chosen, editor.display, book.currency)}


def drawn(charge: Charge, cell: examples.Cell, display: Display, currency: str) -> dict[str, Any]:
    line = examples.line_of(charge, cell, display, currency)
    included = charge.allowance.quantity if charge.allowance else Decimal(0)
    found = cliffs(cell.price)
    falls = [
        Fall(float((one.quantity + included) / display.scale), float(one.before), float(one.after)) for one in found
    ]
    over = told(display.unit or plural(charge.unit))
    return {
        "examples": examples.examples(charge, cell, display, currency),
        "cliffs": [fallen(one, included, charge, display, currency) for one in found],
        "amount_chart": curve_chart(
            floats(line.points),
            [(at(place), formats.money(amount, currency)) for place, amount in line.samples],
            label=_("Amount by quantity"),
            over=over,
            unit=Unit(currency=currency),
            falls=falls,
        ),
        "average_chart": curve_chart(
            floats(averages(line.points)),
            [(at(place), each(amount, place, currency)) for place, amount in line.samples],
            label=_("Average price of a unit by quantity"),
            over=over,
            unit=Unit(currency=currency),
        ),
    }


def fallen(cliff: Cliff, included: Decimal, charge: Charge, display: Display, currency: str) -> str:
    where = examples.counted(cliff.quantity + included, charge, display)
    before, after = (formats.money(amount, currency) for amount in (cliff.before, cliff.after))
    return _("{where} cost {before}; one more brings it down to {after}.").format(
        where=where, before=before, after=after
    )


def averages(points: Sequence[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """The amount of one unit on average; where nothing was used there is none, so the line begins at the first use."""
    found = [(place, amount / place) for place, amount in points if place]
    return [(Decimal(0), found[0][1]), *found] if found else [(Decimal(0), Decimal(0))]


def floats(points: Sequence[tuple[Decimal, Decimal]]) -> list[tuple[float, float]]:
    return [(float(place), float(amount)) for place, amount in points]


def at(place: Decimal) -> str:
    return formats.quantity(plain(round(place, 2)))


def each(amount: Decimal, place: Decimal, currency: str) -> str:
    if not place:
        return "–"
    value = amount / place
    return formats.unit_price(
        value.quantize(Decimal(1).scaleb(max(-12, value.adjusted() - 3))) if value else value, currency
    )
