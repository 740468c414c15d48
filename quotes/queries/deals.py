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
        lines=tuple(Line(row.component, row.list_component, row.discount_percent, row.optional) for row in rows),
    )
