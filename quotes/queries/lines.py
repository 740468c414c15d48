"""The lines of a version with what they are of."""

from dataclasses import dataclass
from functools import cached_property

from catalog.queries import slot
from catalog.rules.packages import Slot
from quotes.models import QuoteLine, QuoteVersion


def lines_of(version: QuoteVersion) -> list[QuoteLine]:
    """In order, with price, product and package; those that an edit has just read are not read again."""
    return read_lines(version) if version.lines_read is None else version.lines_read


def read_lines(version: QuoteVersion) -> list[QuoteLine]:
    return list(version.lines.select_related("price__product", "part__package").order_by("position"))


@dataclass(frozen=True)
class Slots:
    """What packages ask of the lines of a version, worked out where one is asked for."""

    version: QuoteVersion

    def of(self, key: str) -> Slot | None:
        line = self.lines.get(key)
        return slot_of(line) if line else None

    @cached_property
    def lines(self) -> dict[str, QuoteLine]:
        return {line.key: line for line in lines_of(self.version)}


def slot_of(line: QuoteLine) -> Slot | None:
    """What its package asks of the line."""
    if line.part is None:
        return None
    line.part.price = line.price  # a line is of the price of its part
    return slot(line.part)
