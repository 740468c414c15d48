"""The lines of a version with what they are of."""

from quotes.models import QuoteLine, QuoteVersion


def lines_of(version: QuoteVersion) -> list[QuoteLine]:
    """In order, with price, product and package; those that an edit has just read are not read again."""
    return read_lines(version) if version.lines_read is None else version.lines_read


def read_lines(version: QuoteVersion) -> list[QuoteLine]:
    return list(version.lines.select_related("price__product", "part__package").order_by("position"))
