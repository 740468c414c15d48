"""The lines of a version as the `Terms` that the price kernel rates: sold, and at list."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.kept import remembered
from pricing import InvalidTerms, Terms, parse_component
from pricing.values import plain
from quotes.rules.components import Component, at_quantity_of
from quotes.rules.line_months import within
from quotes.rules.ramps import Years, phases, ranged, segments

LAST = 8  # terms at list that a process knows again: an edit of a discount leaves them as they are
GROUPS = {"charge": "charges", "credit": "credits", "commitment": "commitments"}
QUOTE_DISCOUNT = "quote-discount"


@dataclass(frozen=True)
class Line:
    """What the terms need of a line."""

    component: Component
    list_component: Component
    discount_percent: Decimal
    optional: bool = False
    discount_from: int | None = None
    discount_to: int | None = None
    years: Years = field(default_factory=dict)

    @property
    def key(self) -> str:
        return str(self.component["key"])


@dataclass(frozen=True)
class Deal:
    """What the terms need of a version."""

    currency: str
    start: date
    months: int
    discount_percent: Decimal
    lines: tuple[Line, ...]
    discount_from: int | None = None
    discount_to: int | None = None
    free_months: int = 0
    escalator_percent: Decimal = Decimal(0)

    @cached_property
    def firm(self) -> "Deal":
        """The deal without what the customer may still pick."""
        lines = tuple(line for line in self.lines if not line.optional)
        return self if len(lines) == len(self.lines) else replace(self, lines=lines)

    @cached_property
    def with_options(self) -> "Deal":
        """The deal if the customer picked everything."""
        if self.firm is self:
            return self
        return replace(self, lines=tuple(replace(line, optional=False) for line in self.lines))

    @cached_property
    def sold(self) -> Terms:
        """The terms of all its lines."""
        return Terms.parse(
            {
                **frame(self, (line.component for line in self.lines)),
                "discounts": discounts(self),
                "phases": phases(self.lines, self.months),
                "free_months": min(self.free_months, self.months),
            }
        )

    @cached_property
    def listed(self) -> Terms:
        """The same at list."""
        components = (at_quantity_of(line.component, line.list_component) for line in self.lines)
        rising = {"phases": phases(self.lines, self.months, at_list=True)}
        return met_before(Terms.parse({**frame(self, components), **rising}))


def sold(deal: Deal) -> Terms:
    """What the customer is offered, without what is optional. Raises `pricing.InvalidTerms` with every problem."""
    return deal.firm.sold


def at_list(deal: Deal) -> Terms:
    """The same quantities at the price book's prices and allowances, without a discount; prices rise all the same."""
    return deal.firm.listed


recent: deque[Terms] = deque(maxlen=LAST)


def met_before(terms: Terms) -> Terms:
    """The terms that said the same a while ago, if there were any: with all that is known of them by now.

    Components are read once each, so two deals that share theirs are compared in no time.
    """
    for known in tuple(recent):
        if known == terms:
            return known
    recent.append(terms)
    return terms


def frame(deal: Deal, components: Iterable[Component]) -> dict[str, Any]:
    groups: dict[str, list[Any]] = {group: [] for group in GROUPS.values()}
    for component in components:
        groups[GROUPS[component["kind"]]].append(read(within(component, deal.months)))
    rise = {"escalator": {"percent": plain(deal.escalator_percent)}} if deal.escalator_percent else {}
    return {"currency": deal.currency, "start": deal.start.isoformat(), "months": deal.months, **rise, **groups}


@remembered
def read(component: Component) -> Any:
    """The component as the kernel reads it; as it is where the kernel refuses it, to say so with all else."""
    try:
        return parse_component(component)
    except InvalidTerms:
        return component


def discounts(deal: Deal) -> list[dict[str, Any]]:
    """One for each stretch of months that a line is discounted, and one for the whole quote."""
    found: list[dict[str, Any]] = [
        {
            "key": f"discount:{line.key}" if n == 1 else f"discount:{line.key}:{n}",
            "name": "Line discount",
            "percent": plain(segment.percent),
            "charges": [line.key],
            **ranged(segment.first, segment.last, deal.months),
        }
        for line in deal.lines
        for n, segment in enumerate(segments(line, deal.months), 1)
    ]
    first, last = deal.discount_from or 1, min(deal.discount_to or deal.months, deal.months)
    if deal.discount_percent and first <= last:
        whole = {"key": QUOTE_DISCOUNT, "name": "Quote discount", "percent": plain(deal.discount_percent)}
        found.append({**whole, **ranged(first, last, deal.months)})
    return found


def compounded(line_percent: Decimal, quote_percent: Decimal) -> Decimal:
    """What two discounts, one after the other, come to: 10 % and 20 % are 28 %."""
    hundred = Decimal(100)
    return hundred - (hundred - line_percent) * (hundred - quote_percent) / hundred
