"""Two versions of a quote side by side: every field that changed, and what each change does to the money.

The older version is turned into the newer one field by field, and rated after each: so the effects add up to the whole
difference. What no rating can tell apart (start, term and the forecast they lead to; a line and the credit that names
it) is one effect, told with the last of its fields.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from catalog.queries import unit_costs
from core.data_words import told
from pricing import Charge, InvalidTerms, Terms, Usage
from pricing.numbers import Array
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.bands import band_of
from quotes.queries.deals import deal_of
from quotes.queries.limits import scale_of
from quotes.queries.margins import cost_of
from quotes.queries.priced import Offer, lines_of, usage_of
from quotes.queries.version_words import facts_told, forecast_told, texts_told
from quotes.rules.components import Component, meter_of
from quotes.rules.edit_rows import line as told_line
from quotes.rules.fields import CONDITIONS, DISCOUNT, fields_of, taken
from quotes.rules.price_text import Scale
from quotes.rules.pricing import Pricing
from quotes.rules.steps import FACTS
from quotes.rules.terms import sold

WITHOUT_MONEY = ("title", "valid_until", "payment_days")
OF_FORECAST = ("start", "months", "assumptions", "scenario")
OF_LINE = ("optional", "discount_from", "discount_to", "years")
"""What a person sets of a line beside its component and discount."""
MOST = 24  # fields told apart in money; beyond that, the fields of a line are one effect


@dataclass(frozen=True)
class Figures:
    """What a deal comes to."""

    committed: Decimal
    expected: Decimal  # P50 of the bill
    margin: Decimal | None  # its P50, for those who may see it

    @classmethod
    def of(cls, pricing: Pricing) -> "Figures":
        margin = pricing.margin
        return cls(pricing.totals.committed, pricing.term.p50, margin.margin.p50 if margin else None)

    def __sub__(self, other: "Figures") -> "Figures":
        left = None if self.margin is None or other.margin is None else self.margin - other.margin
        return Figures(self.committed - other.committed, self.expected - other.expected, left)

    @property
    def nothing(self) -> bool:
        return not (self.committed or self.expected or self.margin)


@dataclass(frozen=True)
class Row:
    """One field: "" where it was not there. Without an effect it is told with the next one, or has none."""

    what: str
    before: str
    after: str
    effect: Figures | None
    joined: bool = False  # its effect is in that of the next row


@dataclass(frozen=True)
class Comparison:
    rows: tuple[Row, ...]
    before: Figures
    after: Figures

    @property
    def difference(self) -> Figures:
        return self.after - self.before


@dataclass
class State:
    """A version on its way from the older to the newer one; nothing of it is stored."""

    version: QuoteVersion
    lines: list[QuoteLine]

    def terms(self) -> Terms | None:
        """None while it is no whole deal: a credit whose charge is gone."""
        try:
            return sold(deal_of(self.version, self.lines))
        except InvalidTerms:
            return None

    def line(self, key: str) -> QuoteLine:
        return next(line for line in self.lines if line.key == key)


@dataclass(frozen=True)
class Move:
    """A field's change, and how it is made; `make` is None where no money hangs on it."""

    what: str
    before: str
    after: str
    make: Callable[[State], None] | None
    joined: bool = False


def compared(older: QuoteVersion, newer: QuoteVersion, *, with_margin: bool) -> Comparison:
    """Every field in which they differ."""
    state, goal = (State(copy(version), lines_of(version)) for version in (older, newer))
    rater = Rater(unit_costs(newer.price_book) if with_margin else None)
    first = last = rater.figures(state)
    rows = []
    for move in thinned(list(moves(state, goal))):
        if move.make is None:
            rows.append(Row(move.what, move.before, move.after, None))
            continue
        move.make(state)
        found = None if move.joined or state.terms() is None else rater.figures(state)
        rows.append(Row(move.what, move.before, move.after, found and found - last, joined=found is None))
        last = found or last
    after = rater.figures(goal)
    if after != last:
        rows.append(Row(_("What else is different"), "", "", after - last))
    return Comparison(tuple(rows), first, after)


class Rater:
    """Rates states; usage and cost are those of the forecast run that the state stands on."""

    def __init__(self, costs: list[Charge] | None) -> None:
        self.costs = costs
        self.known: dict[int | None, tuple[Usage, Array | None]] = {}

    def figures(self, state: State) -> Figures:
        terms = sold(deal_of(state.version, state.lines))
        usage, cost = self.ground(state.version, terms)
        offer = Offer.of(terms, usage)
        bills = offer.net.sum(axis=1)
        left = None if cost is None else band_of(bills - cost, terms.currency).p50
        return Figures(offer.committed.total, band_of(bills, terms.currency).p50, left)

    def ground(self, version: QuoteVersion, terms: Terms) -> tuple[Usage, Array | None]:
        run = version.forecast_run
        if run is None:
            return Usage.zero(terms), None if self.costs is None else np.array([Decimal(0)], dtype=object)
        if run.pk not in self.known:
            usage = usage_of(version)
            cost = None if self.costs is None else cost_of(terms, usage, self.costs).sum(axis=1)
            self.known[run.pk] = usage, cost
        return self.known[run.pk]


def thinned(found: list[Move]) -> list[Move]:
    """The moves; with very many, only the last field of each line keeps an effect of its own."""
    if sum(1 for move in found if move.make) <= MOST:
        return found
    following = [*found[1:], None]
    return [
        replace(move, joined=True) if same_line(move, after) else move
        for move, after in zip(found, following, strict=True)
    ]


def same_line(move: Move, after: Move | None) -> bool:
    return after is not None and ": " in move.what and move.what.partition(": ")[0] == after.what.partition(": ")[0]


def moves(state: State, goal: State) -> Iterator[Move]:
    """In the order in which they are made: what goes is rated on the old forecast, what comes on the new one."""
    gone, others_of_lines = lines(state, goal)
    yield from facts(state.version, goal.version, WITHOUT_MONEY, without_money=True)
    yield from texts(state, goal)
    yield from gone
    yield from forecast(state.version, goal.version)
    yield from others_of_lines
    others = [name for name in FACTS if name not in (*WITHOUT_MONEY, *OF_FORECAST)]
    yield from facts(state.version, goal.version, others)


def facts(old: QuoteVersion, new: QuoteVersion, names: Iterable[str], *, without_money: bool = False) -> Iterator[Move]:
    for name, row in facts_told(old, new, names):
        yield Move(*row, None if without_money else setting(name, getattr(new, name)))


def setting(name: str, value: Any) -> Callable[[State], None]:
    return lambda state: setattr(state.version, name, value)


def texts(state: State, goal: State) -> Iterator[Move]:
    """Sections, notes and the order of the rows: no money hangs on them."""
    yield from (Move(*row, None) for row in texts_told(state.version, goal.version, state.lines, goal.lines))


def forecast(old: QuoteVersion, new: QuoteVersion) -> Iterator[Move]:
    """Start, term, scenario and assumptions lead to another forecast together; so may newer usage or another meter."""
    found = [replace(move, joined=True) for move in facts(old, new, OF_FORECAST)]
    if old.forecast_run_id == new.forecast_run_id:
        yield from (replace(move, joined=move is not found[-1]) for move in found)
        return
    yield from found

    def make(state: State) -> None:
        for name in ("start", "months"):
            setattr(state.version, name, getattr(new, name))
        state.version.forecast_run = new.forecast_run

    yield Move(_("Forecast"), forecast_told(old), forecast_told(new), make)


def lines(state: State, goal: State) -> tuple[list[Move], list[Move]]:
    """What goes; what changes, field by field, and what comes."""
    currency = goal.version.currency
    scales = {code: scale_of(meter) for code, meter in goal.version.meters.items()}
    old, new = ({line.key: line for line in one.lines} for one in (state, goal))
    gone = [
        Move(told(line.component["name"]), whole(line, scales, currency), "", removing(key))
        for key, line in old.items()
        if key not in new
    ]
    # What becomes optional goes too: the new forecast may not have its usage any more.
    gone += [
        move
        for key, line in new.items()
        if key in old and line.optional and not old[key].optional
        for move in part_moves("optional", old[key], line, scales.get(meter_of(line.component), Scale()), currency)
    ]
    changed = [
        move
        for key, line in new.items()
        if key in old
        for move in line_fields(old[key], line, scales.get(meter_of(line.component), Scale()), currency)
    ]
    added = [
        Move(told(line.component["name"]), "", whole(line, scales, currency), adding(line))
        for key, line in new.items()
        if key not in old
    ]
    return gone, [*changed, *added]


def whole(line: QuoteLine, scales: dict[str, Scale], currency: str) -> str:
    """ "25 seats, USD 29.00 per seat": the line in a few words."""
    scale = scales.get(meter_of(line.component), Scale())
    found = fields_of(line.component, line.discount_percent, scale, currency)
    words = [found[path].value for path in found if path == "quantity" or path.startswith("prices.")]
    return ", ".join(words[:2]) or _("by usage")


def removing(key: str) -> Callable[[State], None]:
    def make(state: State) -> None:
        state.lines = [line for line in state.lines if line.key != key]

    return make


def adding(line: QuoteLine) -> Callable[[State], None]:
    return lambda state: state.lines.append(copy(line))


def line_fields(old: QuoteLine, new: QuoteLine, scale: Scale, currency: str) -> Iterator[Move]:
    name = told(new.component["name"])
    before, after = (fields_of(one.component, one.discount_percent, scale, currency) for one in (old, new))
    reached: Component = old.component
    for path in {**before, **after}:
        if before.get(path) == after.get(path):
            continue
        label = (after.get(path) or before[path]).label
        was, is_now = (found[path].value if path in found else "" for found in (before, after))
        reached = reached if path == DISCOUNT else taken(reached, path, new.component)
        yield Move(f"{name}: {label}", was, is_now, taking(path, new))
    for part in [part for part in OF_LINE if getattr(old, part) != getattr(new, part)]:
        if part != "optional" or old.optional:
            yield from part_moves(part, old, new, scale, currency)
    if bare(reached) != bare(new.component):
        yield Move(
            _("{name}: other conditions").format(name=name), _("as before"), _("changed"), taking(CONDITIONS, new)
        )


def part_moves(part: str, old: QuoteLine, new: QuoteLine, scale: Scale, currency: str) -> Iterator[Move]:
    pairs = {part: [getattr(one, part) for one in (old, new)]}
    *first, last = told_line(told(new.component["name"]), pairs, {meter_of(new.component): scale}, currency)
    yield from (Move(*row, part_setting(new, part), joined=True) for row in first)
    yield Move(*last, part_setting(new, part))


def bare(component: Component) -> Component:
    """Without what it does not say: whether that is left out or stored as nothing is no difference."""
    return {name: value for name, value in component.items() if value is not None}


def part_setting(new: QuoteLine, part: str) -> Callable[[State], None]:
    def make(state: State) -> None:
        line = copy(state.line(new.key))
        setattr(line, part, getattr(new, part))
        state.lines = [line if one.key == line.key else one for one in state.lines]

    return make


def taking(path: str, new: QuoteLine) -> Callable[[State], None]:
    def make(state: State) -> None:
        line = copy(state.line(new.key))
        if path == DISCOUNT:
            line.discount_percent = new.discount_percent
        else:
            line.component = taken(line.component, path, new.component)
        state.lines = [line if one.key == line.key else one for one in state.lines]

    return make


def version_before(version: QuoteVersion) -> QuoteVersion | None:
    """The last approved version before this one, else the last that was submitted, else the one before."""
    earlier = QuoteVersion.objects.filter(quote=version.quote_id, number__lt=version.number).order_by("-number")
    approved, submitted = earlier.exclude(approved_at=None), earlier.exclude(snapshot="")
    return approved.first() or submitted.first() or earlier.first()
