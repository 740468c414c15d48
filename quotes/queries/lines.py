"""The lines of a version with what they are of."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F

from catalog.models import Price, Product
from catalog.queries import kept_contents, price_slot, slot
from catalog.queries.prices import Contents
from catalog.rules.packages import Slot
from core.data_words import told
from core.prepared import Gap, Prepared
from quotes.models import QuoteLine, QuoteVersion
from quotes.rules.components import months_of
from quotes.rules.line_months import MONTHS, beyond, said_beyond
from quotes.rules.pricing import Problem

VERSION, PRICE, PART = QuoteLine.version.field, QuoteLine.price.field, QuoteLine.part.field
PRODUCT = ("code", "name", "kind", "description")
LINES = Prepared(
    QuoteLine.objects.filter(version=Gap("version"))
    .annotate(**{f"product_{name}": F(f"price__product__{name}") for name in PRODUCT})
    .order_by("position")
)


def lines_of(version: QuoteVersion) -> list[QuoteLine]:
    """In order, with price, product and package; those that an edit has just read are not read again."""
    return read_lines(version) if version.lines_read is None else version.lines_read


def read_lines(version: QuoteVersion) -> list[QuoteLine]:
    """The same from the database: of a published book, which is kept, nothing is read but the lines."""
    book = version.price_book
    contents = kept_contents(book.pk, book.sha256) if book.sha256 else None
    if contents is None:
        return list(version.lines.select_related("price__product", "part__package").order_by("position"))
    lines = LINES.all(version=version.pk)
    one_of_each = {line.price_id: line for line in lines}
    prices = {pk: price_of(line, contents) for pk, line in one_of_each.items()}
    parts = {pk: copy(contents.parts[pk]) for pk in {line.part_id for line in lines} if pk}
    for line in lines:
        VERSION.set_cached_value(line, version)
        PRICE.set_cached_value(line, prices[line.price_id])
        PART.set_cached_value(line, parts[line.part_id] if line.part_id else None)
    return lines


def price_of(line: QuoteLine, contents: Contents) -> Price:
    """The price of a line with its product as it is now."""
    price = copy(contents.prices[line.price_id])
    price.product = Product(pk=price.product_id, **{name: getattr(line, f"product_{name}") for name in PRODUCT})
    return price


@dataclass(frozen=True)
class Slots:
    """The quantities in which the lines of a version are sold, worked out where one is asked for."""

    version: QuoteVersion

    def of(self, key: str) -> Slot | None:
        line = self.lines.get(key)
        return slot_of(line) if line else None

    @cached_property
    def lines(self) -> dict[str, QuoteLine]:
        return {line.key: line for line in lines_of(self.version)}


def slot_of(line: QuoteLine) -> Slot | None:
    """The quantities in which the line is sold: those of its package, else of its price; None for any."""
    if line.part is None:
        alone = price_slot(line.price)
        return alone if (alone.low, alone.high, alone.step) != (None, None, None) else None
    line.part.price = line.price  # a line is of the price of its part
    return slot(line.part)


def month_problems(version: QuoteVersion, lines: Sequence[QuoteLine]) -> Iterator[Problem]:
    """Lines that begin or end after the term, since somebody shortened it."""
    for line in lines:
        if field := beyond(line.component, line.list_component, version.months):
            month = months_of(line.component)[MONTHS.index(field)] or 1
            sentence = said_beyond(field, told(line.component["name"]), month, version.months)
            yield Problem(field, sentence, line.key)
