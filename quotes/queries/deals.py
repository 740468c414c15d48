from collections.abc import Sequence

from quotes.models import QuoteLine, QuoteVersion
from quotes.rules.terms import Deal, Line


def deal_of(version: QuoteVersion, lines: Sequence[QuoteLine] | None = None) -> Deal:
    """What the terms of a version are made from."""
    rows = version.lines_read if lines is None else lines
    if rows is None:
        rows = list(version.lines.order_by("position"))
    return Deal(
        currency=version.currency,
        start=version.start,
        months=version.months,
        discount_percent=version.discount_percent,
        lines=tuple(line_of(row) for row in rows),
        discount_from=version.discount_from,
        discount_to=version.discount_to,
        free_months=version.free_months,
        escalator_percent=version.escalator_percent,
    )


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
