"""Terms taken apart into what billing systems know: fees, rates, credit lots and promises. Priced by the kernel alone.

Periods are counted from 0 as the kernel's tiles are; `stop` is the first period after.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.targets.prices import scaled
from pricing import Terms, Usage, idle
from pricing.components import Charge, Commitment, CreditGrant
from pricing.intervals import billed_in, months_of
from pricing.layout import Line, lay_out
from pricing.models import PriceModel
from pricing.periods import Span
from pricing.sheet import Row, Sheet
from pricing.steps.credits import lots_of, prepaid_lots
from pricing.steps.discounts import percent_factor
from pricing.steps.prices import escalation
from pricing.steps.purchases import committed_windows
from pricing.steps.quantities import measure

TEN_DECIMALS = Decimal(1).scaleb(-10)


def there(key: str) -> str:
    return key.replace("/", ".").replace(",", ".").replace("*", "other")


@dataclass(frozen=True)
class Fee:
    """What no usage changes: an amount for each period, after its discounts; zero where nothing is due."""

    key: str
    name: str
    interval: str
    timing: str
    quantities: tuple[Decimal, ...]
    amounts: tuple[Decimal, ...]
    first: int
    stop: int
    source: str
    purchase: bool = False

    @property
    def due(self) -> tuple[tuple[int, Decimal], ...]:
        """The periods in which something is due, each with its amount."""
        return tuple((n, amount) for n, amount in enumerate(self.amounts) if amount)

    def units(self, period: int) -> tuple[int, Decimal]:
        """How many at which price give the amount of a period: 25 seats at 30, or once the amount itself."""
        quantity, amount = self.quantities[period], self.amounts[period]
        if quantity > 1 and not quantity % 1:
            unit = (amount / quantity).quantize(TEN_DECIMALS)
            if unit * quantity == amount:
                return int(quantity), unit
        return 1, amount

    @property
    def name_there(self) -> str:
        """The key as a name in a vendor's system may be written."""
        return there(self.key)


@dataclass(frozen=True)
class Rate:
    """The one price of usage on one bill line from one period to another, escalator and percents off included."""

    key: str
    name: str
    charge: Charge
    when: tuple[tuple[str, str], ...]
    first: int
    stop: int
    price: PriceModel

    @property
    def name_there(self) -> str:
        """The key as a name in a vendor's system may be written."""
        return there(self.key)


@dataclass(frozen=True)
class Lot:
    """Credit in money that pays for some lines from one period to another."""

    key: str
    source: str
    name: str
    amount: Decimal
    first: int
    stop: int
    expires: int
    priority: int
    paid: bool
    prepaid: bool
    lines: tuple[str, ...]

    @property
    def burn_order(self) -> tuple[int, int, int, int, str]:
        """As the kernel burns lots; vendors get the rank as priority, so that no rule of theirs decides."""
        return (self.priority, self.expires, len(self.lines), self.first, self.key)


@dataclass(frozen=True)
class Promise:
    """Money that is trued up at the end of a window."""

    key: str
    source: str
    name: str
    amount: Decimal
    first: int
    stop: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Breakdown:
    terms: Terms
    starts: tuple[date, ...]
    """The first day of each period, and the day after the term."""
    fees: tuple[Fee, ...]
    rates: tuple[Rate, ...]
    lots: tuple[Lot, ...]
    promises: tuple[Promise, ...]

    @property
    def periods(self) -> int:
        return len(self.starts) - 1

    def moment(self, period: int) -> str:
        """The beginning of a period in UTC, as most vendors write it."""
        return f"{self.starts[period].isoformat()}T00:00:00Z"

    def payments(self, lot: Lot) -> list[tuple[int, Decimal]]:
        """What is paid for a lot, by period: what its source costs from this lot to the next."""
        bought = (fee for fee in self.fees if fee.purchase and fee.source == lot.source)
        return [(n, amount) for fee in bought for n, amount in fee.due if self.lot_paid_in(lot.source, n) == lot]

    def lot_paid_in(self, source: str, period: int) -> Lot | None:
        """The lot that a payment of its source is for: the last one granted by then."""
        granted = [lot for lot in self.lots if lot.source == source and lot.first <= period]
        return max(granted, key=lambda lot: lot.first, default=None)


def break_down(terms: Terms) -> Breakdown:
    """Take terms apart; only what the target's capability check let through comes out whole."""
    sheet = Sheet(lay_out(terms, ()), Usage.zero(terms))
    measure(sheet)
    rows = [row for row in sheet.charge_rows() if row.line is not None]
    return Breakdown(
        terms=terms,
        starts=(*(period.start for period in terms.periods), terms.end),
        fees=tuple(_fees(terms)),
        rates=tuple(one for row in rows if row.metered for one in _rates(sheet, row)),
        lots=tuple(sorted(_lots(sheet), key=lambda lot: lot.burn_order)),
        promises=tuple(_promises(sheet)),
    )


def _fees(terms: Terms) -> Iterator[Fee]:
    """Every line that is billed whatever is used: fixed charges, and what is paid for credits and prepayments."""
    charges, periods = {charge.key: charge for charge in terms.charges}, len(terms.periods)
    for line in idle(terms).lines:
        charge = charges.get(line.charge)
        if charge is not None and charge.metered:
            continue
        if charge is None and not line.key.endswith("/purchase"):
            continue
        months = months_of(charge.from_month, charge.to_month, periods) if charge else (0, periods)
        yield Fee(
            key=line.key,
            name=line.name,
            interval=charge.interval if charge else "once",
            timing=charge.timing if charge else "advance",
            quantities=tuple(line.quantity[0]) if charge and line.key == charge.key else (Decimal(1),) * periods,
            amounts=tuple(line.discounted[0]),
            first=months[0],
            stop=months[1],
            source=line.charge,
            purchase=charge is None,
        )


def _rates(sheet: Sheet, row: Row) -> Iterator[Rate]:
    """Neighbouring intervals at the same price are one rate."""
    line = row.line
    if line is None:
        return
    found: list[Rate] = []
    for span in sheet.layout.spans_of(line.charge):
        price = _price(sheet, row, line, span)
        if found and found[-1].price == price and found[-1].stop == span.first:
            last = found.pop()
            found.append(_rate(line, last.first, span.stop, price))
        else:
            found.append(_rate(line, span.first, span.stop, price))
    yield from found


def _price(sheet: Sheet, row: Row, line: Line, span: Span) -> PriceModel:
    billed = billed_in(line.charge, span, sheet.layout.tiles)
    factor = percent_factor(sheet, row)[billed] * escalation(sheet, row)[billed]
    segment = next(one for one in line.segments if one.first <= span.first < one.stop)
    return scaled(segment.price, factor)


def _rate(line: Line, first: int, stop: int, price: PriceModel) -> Rate:
    return Rate(line.key, line.name, line.charge, tuple(sorted(line.when.items())), first, stop, price)


def _lots(sheet: Sheet) -> Iterator[Lot]:
    sources: list[CreditGrant | Commitment] = [one for one in sheet.terms.credits if one.unit is None]
    sources += [one for one in sheet.terms.commitments if one.settle == "prepaid" and one.amount is not None]
    for source in sources:
        granted = lots_of(sheet, source) if isinstance(source, CreditGrant) else prepaid_lots(sheet, source)
        for lot in granted:
            if lot.amount and lot.rows:
                yield Lot(
                    key=f"{source.key}.{lot.first + 1}",
                    source=source.key,
                    name=source.name or source.key,
                    amount=lot.amount,
                    first=lot.first,
                    stop=lot.stop,
                    expires=lot.expires,
                    priority=source.priority,
                    paid=lot.paid,
                    prepaid=isinstance(source, Commitment),
                    lines=tuple(row.key for row in lot.rows),
                )


def _promises(sheet: Sheet) -> Iterator[Promise]:
    for one in sheet.terms.commitments:
        if one.settle == "true_up" and one.amount is not None:
            lines = tuple(row.key for row in sheet.in_scope(one))
            for first, stop, amount in committed_windows(sheet, one):
                yield Promise(f"{one.key}.{first + 1}", one.key, one.name or one.key, amount, first, stop, lines)
