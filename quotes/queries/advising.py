"""What a draft could promise, and what each promise would do: the simulated futures behind the advice."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from catalog.models import Price
from catalog.queries import unit_costs
from core.data_words import told
from pricing import Charge, Terms, Usage, parse_component
from pricing.components import Commitment, CreditGrant
from pricing.numbers import Array
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.deals import deal_of
from quotes.queries.margins import cost_of, margin
from quotes.queries.priced import Offer, lines_of, usage_of
from quotes.queries.risks import risks_of
from quotes.rules.advice import COMMITMENT, Promise
from quotes.rules.components import Component, is_metered
from quotes.rules.plans import NONE, Plan, is_promise, sized, why_not_advise, windows_of
from quotes.rules.pricing import Margin, Risks
from quotes.rules.terms import compounded, sold


@dataclass(frozen=True)
class Instrument:
    """A promise that is on the quote, or that its price book sells."""

    key: str
    name: str
    component: Component
    on_quote: bool

    @property
    def kind(self) -> str:
        return str(self.component["kind"])

    @cached_property
    def part(self) -> CreditGrant | Commitment:
        found = parse_component(self.component)
        assert not isinstance(found, Charge)
        return found


@dataclass(frozen=True)
class Ground:
    """A draft without any promise: its lines, its futures, and what they cost."""

    version: QuoteVersion
    lines: list[QuoteLine]  # all of the draft
    offer: Offer  # of pay as you go
    costs: Sequence[Charge] | None  # None for those who may not see margin

    @cached_property
    def usage(self) -> Usage:
        return usage_of(self.version)

    @cached_property
    def rest(self) -> Array:
        """What is left of each future's bill after cost; the bill itself for those who may not see margin."""
        bills = self.offer.net.sum(axis=1).astype(np.float64)
        if self.costs is None:
            return bills
        return bills - cost_of(self.offer.terms, self.usage, self.costs).sum(axis=1).astype(np.float64)


def ground(version: QuoteVersion, *, with_margin: bool) -> Ground:
    lines = lines_of(version)
    terms = sold(deal_of(version, without_promises(lines)))
    costs = unit_costs(version.price_book) if with_margin else None
    return Ground(version, lines, Offer.of(terms, usage_of(version)), costs)


def without_promises(lines: Sequence[QuoteLine]) -> list[QuoteLine]:
    return [line for line in lines if not is_promise(line.component)]


def instruments(base: Ground) -> list[Instrument]:
    """Promises on the quote, then those of its book that some metered charge of the quote counts towards."""
    on_quote = [
        Instrument(line.key, told(line.component["name"]), line.component, True)
        for line in base.lines
        if is_promise(line.component)
    ]
    taken = {line.price_id for line in base.lines}
    book = Price.objects.filter(book=base.version.price_book_id).exclude(pk__in=taken).order_by("position")
    sold_by_book = [
        Instrument(price.key, told(price.component["name"]), price.component, False)
        for price in book
        if is_promise(price.component)
    ]
    return [one for one in (*on_quote, *sold_by_book) if scoped(one, base.offer.terms) and not why_not_advise(one.part)]


def scoped(one: Instrument, terms: Terms) -> list[str]:
    """The metered charges that count towards it."""
    return [charge.key for charge in terms.charges if charge.metered and one.part.scope.covers(charge)]


def spend_of(base: Ground, one: Instrument) -> Array:
    """What the charges in question cost in each future and month, paid as you go."""
    keys = set(scoped(one, base.offer.terms))
    rows = [line.net for line in base.offer.simulated.lines if line.kind == "charge" and line.charge in keys]
    return np.asarray(sum(rows[1:], rows[0])).astype(np.float64)


def promise_of(base: Ground, one: Instrument) -> Promise:
    """The promise, with the spend of each of its windows."""
    spend = spend_of(base, one)
    windows = windows_of(one.part, spend.shape[1])
    columns = [spend[:, first:stop].sum(axis=1) for first, stop, _ in windows]
    return Promise(one.kind, np.stack(columns, axis=1), np.array([part for _, _, part in windows]))


@dataclass(frozen=True)
class Tried:
    """What the engine says of a plan."""

    plan: Plan
    offer: Offer
    margin: Margin | None
    risks: Risks


def tried(base: Ground, plan: Plan, one: Instrument | None = None) -> Tried:
    """The draft under this plan, on the same futures; nothing is stored."""
    offer = base.offer
    if plan.kind != NONE and one is not None:
        offer = Offer.of(sold(deal_of(base.version, planned(base, plan, one))), base.usage)
    costs = base.costs
    left = None if costs is None else margin(offer.terms, offer.net, base.usage, costs)
    return Tried(plan, offer, left, risks_of(offer.simulated, offer.net, offer.committed.total))


def planned(base: Ground, plan: Plan, one: Instrument) -> list[QuoteLine]:
    """The draft's lines under a plan; a line that is new is not stored."""
    lines = [copy(line) for line in without_promises(base.lines)]
    if plan.kind == COMMITMENT:
        keys = scoped(one, base.offer.terms)
        for line in lines:
            if line.key in keys and is_metered(line.component):
                line.discount_percent = discounted(line.discount_percent, plan.percent)
    component = sized(one.component, plan, base.version.currency)
    return [*lines, QuoteLine(key=one.key, component=component, list_component=component, discount_percent=Decimal(0))]


def discounted(percent: Decimal, more: Decimal) -> Decimal:
    """A line's discount with another one on top."""
    return round(compounded(percent, more), 4)
