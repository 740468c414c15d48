"""Any total opened: the bill behind it, step by step; of a band, the simulated future that comes nearest to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from catalog.models import Meter
from catalog.queries import unit_costs
from catalog.queries.pages import cost_name
from catalog.rules.words import plural
from pricing import Bill, Charge, Series, Step, Terms, Usage, explain, idle, rate
from pricing.components import Metered
from pricing.money import minor_unit
from pricing.numbers import Array
from quotes.models import QuoteVersion
from quotes.queries import forecasts
from quotes.queries.deals import deal_of
from quotes.queries.explanations import spoken, terms_of
from quotes.queries.margins import cost_of
from quotes.queries.priced import Offer, lines_of, usage_of
from quotes.queries.rows import is_one_time
from quotes.rules.step_words import in_words
from quotes.rules.terms import at_list

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Used:
    """Usage of one series in a future, in the unit people speak of."""

    label: str
    unit: str
    amount: Decimal


@dataclass(frozen=True)
class Part:
    """One line of a bill, or of what it costs."""

    name: str
    amount: Decimal


@dataclass(frozen=True)
class Future:
    """The simulated future whose amount is nearest to a quantile, rated exactly."""

    number: int  # from 1
    futures: int
    below: int  # futures with less
    value: Decimal  # the amount in question
    bill: Decimal
    cost: Decimal | None
    used: tuple[Used, ...]
    steps: tuple[Step, ...]  # of its bill; empty for a stretch that has no waterfall of its own
    parts: tuple[Part, ...]
    costs: tuple[Part, ...]


@dataclass(frozen=True)
class Span:
    """The months that an amount is of: the term, a contract year or a month."""

    first: int
    stop: int
    name: str  # term, year or month
    number: int = 0

    @property
    def months(self) -> slice:
        return slice(self.first, self.stop)

    @property
    def period(self) -> int | None:
        """For the kernel's waterfall: one period, or None for all."""
        return self.first if self.name == "month" else None


def span_of(text: str, months: int) -> Span | None:
    """ "term", "year-2", "month-14"; None for anything else or outside the term."""
    name, _, number = text.partition("-")
    if text in ("", "term"):
        return Span(0, months, "term")
    if not number.isdecimal() or name not in ("year", "month"):
        return None
    n, width = int(number), 12 if name == "year" else 1
    first = (n - 1) * width
    return Span(first, min(first + width, months), name, n) if 0 <= first < months else None


def committed_steps(version: QuoteVersion) -> list[Step]:
    """The waterfall of what is owed whatever happens."""
    terms = terms_of(version)
    return shown(explain(idle(terms)), terms)


def shown(steps: list[Step], terms: Terms) -> list[Step]:
    """The steps in words; what rounding did only where it comes to a cent."""
    cent = minor_unit(terms.currency)
    return [spoken(step) for step in steps if step.key != "bill/rounding" or 2 * abs(step.amount or Decimal(0)) >= cent]


def one_time_parts(version: QuoteVersion) -> list[Part]:
    """What is billed once, whatever happens."""
    terms = terms_of(version)
    once = {line.key for line in lines_of(version) if is_one_time(line.component)}
    bill = idle(terms)
    return [
        Part(in_words(line.name), Decimal(line.term[0])) for line in bill.lines if line.charge in once and line.term[0]
    ]


def discount_parts(version: QuoteVersion) -> tuple[Decimal, Decimal]:
    """P50 of the bill at list, and as it is sold."""
    usage, deal = usage_of(version), deal_of(version)
    listed, sold = Offer.of(at_list(deal), usage), Offer.of(terms_of(version), usage)
    return tuple(Decimal(repr(float(np.median(one.net.sum(axis=1).astype(float))))) for one in (listed, sold))  # type: ignore[return-value]


def future(version: QuoteVersion, what: str, quantile: str, span: Span, *, with_margin: bool) -> Future:
    """The future nearest to P10, P50 or P90 of bill, cost or margin in a span."""
    terms, usage = terms_of(version), usage_of(version)
    offer = Offer.of(terms, usage)
    costs = unit_costs(version.price_book) if with_margin else []
    bills = offer.net[:, span.months].sum(axis=1).astype(np.float64)
    spent = cost_of(terms, usage, costs)[:, span.months].sum(axis=1).astype(np.float64) if with_margin else None
    amounts = {"bill": bills, "cost": spent, "margin": None if spent is None else bills - spent}[what]
    assert amounts is not None
    at = int(np.abs(amounts - np.quantile(amounts, QUANTILES[quantile])).argmin())
    exact = exactly(usage, at)
    bill = rate(terms, exact)
    spend = cost_bill(terms, exact, costs) if with_margin else None
    net, cost = (total(one, span) for one in (bill, spend))
    return Future(
        number=at + 1,
        futures=len(amounts),
        below=int((amounts < amounts[at]).sum()),
        value={"bill": net, "cost": cost, "margin": net - cost}[what],
        bill=net,
        cost=None if spend is None else cost,
        used=used(exact, span, version.meters),
        steps=tuple(shown(explain(bill, period=span.period), terms)) if span.name != "year" else (),
        parts=parts(bill, span),
        costs=() if spend is None else tuple(replace(one, name=cost_name(one.name)) for one in parts(spend, span)),
    )


def exactly(usage: Usage, row: int) -> Usage:
    """One future in exact numbers."""
    if not usage.series:
        return Usage({}, shape=(1, usage.periods))
    found: dict[Series, Array] = {}
    for series, values in usage.series.items():
        line = np.empty((1, usage.periods), dtype=object)
        line[0] = [Decimal(repr(float(value))).quantize(PLACES) for value in values[row]]
        found[series] = line
    return Usage(found, shape=(1, usage.periods))


def cost_bill(terms: Terms, usage: Usage, costs: Sequence[Charge]) -> Bill:
    meters = {series.meter for series in usage.series}
    counted = [one for one in costs if isinstance(one.quantity, Metered) and one.quantity.meter in meters]
    return rate(Terms(currency=terms.currency, start=terms.start, months=terms.months, charges=tuple(counted)), usage)


def total(bill: Bill | None, span: Span) -> Decimal:
    return Decimal(0) if bill is None else sum(bill.net[0, span.months], Decimal(0))


def parts(bill: Bill, span: Span) -> tuple[Part, ...]:
    sums = ((in_words(line.name), sum(line.net[0, span.months], Decimal(0))) for line in bill.lines)
    return tuple(Part(name, amount) for name, amount in sums if amount)


def used(usage: Usage, span: Span, meters: Mapping[str, Meter]) -> tuple[Used, ...]:
    found = []
    for series, values in usage.series.items():
        meter = meters.get(series.meter)
        amount = round(sum(values[0, span.months], Decimal(0)) / Decimal(forecasts.scale(meter)), 2)
        found.append(Used(forecasts.label(series, meter), unit_of(meter, amount), amount))
    return tuple(found)


def unit_of(meter: Meter | None, amount: Decimal) -> str:
    """ "resolution" for one, else "resolutions"."""
    return plural((meter.display_unit or meter.unit) if meter else "unit", amount)
