from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from quotes.models import QuoteLine, QuoteVersion
from quotes.rules.components import Component
from quotes.rules.ramps import faces
from quotes.rules.terms import Deal, Line


def deal_of(version: QuoteVersion, lines: Sequence[QuoteLine] | None = None) -> Deal:
    """What the terms of a version are made from."""
    rows = version.lines_read if lines is None else lines
    if rows is None:
        rows = list(version.lines.order_by("position"))
    facts: dict[str, Any] = {
        "currency": version.currency,
        "start": version.start,
        "months": version.months,
        "discount_percent": version.discount_percent,
        "discount_from": version.discount_from,
        "discount_to": version.discount_to,
        "free_months": version.free_months,
        "escalator_percent": version.escalator_percent,
    }
    left = version.deal_left
    if left is not None and rows is version.lines_read and all(getattr(left, name) == facts[name] for name in facts):
        return left
    return Deal(lines=tuple(line_of(row) for row in rows), **facts)


def line_of(row: QuoteLine) -> Line:
    return Line(
        component=row.component,
        list_component=row.list_component,
        discount_percent=row.discount_percent,
        optional=row.optional,
        discount_from=row.discount_from,
        discount_to=row.discount_to,
        years=row.years,
    )


def faces_of(row: QuoteLine) -> list[tuple[Component, Decimal]]:
    """The component of a line and its discount, first as it is and then in each year that says something else."""
    return list(faces(line_of(row))) if row.years else [(row.component, row.discount_percent)]
