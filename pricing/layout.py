"""What is known before any usage: which lines the bill has, when each is billed, and at which price.

Phases become segments here (`expand_phases`), so that no later step has to know of ramps.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from .components import Charge, Fixed, Metered
from .conditions import Change, Phase
from .intervals import months_of
from .models import Matrix, Multiplier, PerUnit, PriceModel, label
from .money import ZERO
from .periods import Period, Span, spans
from .terms import Terms
from .usage import Series

ByMeter = dict[str, list[Series]]
_T = TypeVar("_T")
_FREE = PerUnit(unit=ZERO)


class Segment(NamedTuple):
    """A stretch of periods (`first` up to and without `stop`) in which a charge has one price and quantity."""

    first: int
    stop: int
    price: PriceModel
    quantity: Decimal | None  # None: metered


@dataclass(frozen=True, eq=False)
class Line:
    """One line a charge is billed on: the charge itself, or one cell of its matrix price."""

    key: str
    charge: Charge
    name: str
    when: dict[str, str]
    segments: tuple[Segment, ...]
    series: tuple[Series, ...] = ()
    tier_series: tuple[Series, ...] = ()
    event_series: tuple[Series, ...] = ()


@dataclass(frozen=True, eq=False)
class Layout:
    """Terms laid out for rating usage of some series."""

    terms: Terms
    lines: tuple[Line, ...]
    unpriced: tuple[Series, ...]

    @cached_property
    def tiles(self) -> tuple[Period, ...]:
        """The billing periods."""
        return self.terms.periods

    def once(self, key: tuple[Any, ...], make: Callable[[], _T]) -> _T:
        """Return what `make` gave for this key: what no usage changes is computed once for the terms."""
        return self.terms.once(key, make)

    def spans_of(self, charge: Charge) -> tuple[Span, ...]:
        """Return the intervals of a charge that lie in its months."""
        first, stop = months_of(charge.from_month, charge.to_month, len(self.tiles))
        return self.spans(charge.interval, first, stop)

    def spans(self, window: str, first: int, stop: int) -> tuple[Span, ...]:
        """Group the periods `first` to `stop` by a window counted from `first`."""
        return self.once(("spans", window, first, stop), lambda: self._spans(window, first, stop))

    def _spans(self, window: str, first: int, stop: int) -> tuple[Span, ...]:
        found = spans(self.tiles[first:stop], window, self.terms.anchor_day or self.terms.start.day)
        return tuple(Span(span.first + first, span.stop + first, span.share) for span in found)

    def billed_columns(self, line: Line) -> list[tuple[Segment, list[int]]]:
        """Return each segment of a metered line with the periods that are billed at its price, in arrears."""
        return self.once(("columns", line.key), lambda: list(self._columns(line)))

    def _columns(self, line: Line) -> Iterator[tuple[Segment, list[int]]]:
        spans = self.spans_of(line.charge)
        for segment in line.segments:
            if columns := [span.stop - 1 for span in spans if segment.first <= span.first < segment.stop]:
                yield segment, columns


def lay_out(terms: Terms, series: Iterable[Series]) -> Layout:
    """Match the series of a usage with the charges of the terms, once for all usage of these series."""
    listed = tuple(series)
    return terms.once(("layout", listed), lambda: _laid_out(terms, listed))


def _laid_out(terms: Terms, listed: tuple[Series, ...]) -> Layout:
    """Cut each charge at its phases (`expand_phases`) and give each line what it bills."""
    by_meter: dict[str, list[Series]] = {}
    for one in listed:
        by_meter.setdefault(one.meter, []).append(one)
    lines = tuple(line for charge in terms.charges for line in _lines(charge, expand_phases(charge, terms), by_meter))
    used = {one for line in lines for one in (*line.series, *line.tier_series, *line.event_series)}
    for part in terms.guarantees:
        used |= {one for one in listed if _counts(part.outcomes, one) or _counts(part.attempts, one)}
    return Layout(terms, lines, tuple(one for one in listed if one not in used))


def expand_phases(charge: Charge, terms: Terms) -> tuple[Segment, ...]:
    """Cut a charge's months at the phases that change it."""
    first, stop = months_of(charge.from_month, charge.to_month, len(terms.periods))
    price, quantity = charge.price, charge.quantity.value if isinstance(charge.quantity, Fixed) else None
    found = [Segment(first, stop, price, quantity)]
    for month, change in _changes(terms.phases, charge.key):
        price = price if change.price is None else change.price
        quantity = quantity if change.quantity is None else change.quantity
        at = min(max(month - 1, first), stop)
        found[-1] = found[-1]._replace(stop=at)
        found.append(Segment(at, stop, price, quantity))
    return tuple(segment for segment in found if segment.first < segment.stop)


def amounts_by_phase(key: str, amount: Decimal, terms: Terms) -> list[Decimal]:
    """Return the amount of a credit or commitment (money or quantity) in force in each period."""
    in_force = [amount] * len(terms.periods)
    for month, change in _changes(terms.phases, key):
        changed = change.amount if change.amount is not None else change.quantity
        if changed is not None:
            in_force[month - 1 :] = [changed] * (len(in_force) - month + 1)
    return in_force


def _lines(charge: Charge, segments: tuple[Segment, ...], by_meter: ByMeter) -> Iterator[Line]:
    """Yield a line for each cell of a matrix price (of any phase), or one line for any other price."""
    if not isinstance(charge.quantity, Metered):
        yield Line(charge.key, charge, charge.name or charge.key, {}, segments)
        return
    mine = _series_of(charge.quantity, by_meter)
    others = {
        "tier_series": _series_of(charge.tier_quantity, by_meter),
        "event_series": _series_of(charge.events, by_meter),
    }
    cells = _cells(segments)
    if not cells:
        yield Line(charge.key, charge, charge.name or charge.key, {}, segments, mine, **others)
        return
    for name, when in cells.items():
        cell = tuple(one for one in mine if _cell_of(one, cells) == name)
        priced = tuple(one._replace(price=_cell_price(one.price, when)) for one in segments)
        title = f"{charge.name or charge.key} · {' · '.join(when.values()) or 'other'}"
        yield Line(f"{charge.key}/{name}", charge, title, when, priced, cell, **others)


def _cells(segments: tuple[Segment, ...]) -> dict[str, dict[str, str]]:
    """Return the cells of all phases by name; `*` is the default price."""
    found: dict[str, dict[str, str]] = {}
    default = False
    for segment in segments:
        matrix = _matrix(segment.price)
        if matrix is not None:
            found |= {label(cell.when, matrix.dimensions): dict(cell.when) for cell in matrix.cells}
            default = default or matrix.default is not None
    if default:
        found["*"] = {}
    return found


def _matrix(price: PriceModel) -> Matrix | None:
    inner = price.innermost
    return inner if isinstance(inner, Matrix) else None


def _cell_of(series: Series, cells: dict[str, dict[str, str]]) -> str | None:
    values = dict(series.dimensions)
    fits = (name for name, when in cells.items() if all(values.get(key) == value for key, value in when.items()))
    return next(fits, None)


def _cell_price(price: PriceModel, when: dict[str, str]) -> PriceModel:
    """Return what one cell costs: its own price, times the multiplier's factor if there is one."""
    matrix = _matrix(price)
    if matrix is None:
        return price
    cell = matrix.price_for(tuple(sorted(when.items())))
    if cell is None:
        return _FREE
    return price.of(cell) if isinstance(price, Multiplier) else cell


def _series_of(source: Metered | None, by_meter: ByMeter) -> tuple[Series, ...]:
    if source is None:
        return ()
    return tuple(one for one in by_meter.get(source.meter, ()) if _counts(source, one))


def _counts(source: Metered, series: Series) -> bool:
    return source.matches(series.meter, series.dimensions)


def _changes(phases: tuple[Phase, ...], key: str) -> Iterator[tuple[int, Change]]:
    for phase in phases:
        for change in phase.changes:
            if change.key == key:
                yield phase.from_month, change
