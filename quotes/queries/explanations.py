"""An amount opened: the steps to what a line costs in one month of typical usage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _

from catalog.rules.words import plural
from core import formats
from forecasting.queries import usage_bands
from pricing import Bill, BillLine, Step, Terms, Usage, explain, rate
from pricing.components import Metered
from pricing.numbers import Array
from quotes.models import QuoteVersion
from quotes.queries.deals import deal_of
from quotes.queries.limits import scale_of
from quotes.rules.step_words import Measure, in_words
from quotes.rules.terms import sold
from quotes.rules.transitions import Status


@dataclass(frozen=True)
class Part:
    """A line of the bill, such as one model and direction, with its steps."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Explanation:
    """`month` counts from 1; `total` is what the parts come to in it."""

    month: int
    months: tuple[str, ...]
    parts: tuple[Part, ...]
    total: Decimal
    together: bool  # whether several parts are to be paid
    typical: bool  # usage of the month is the median of the forecast


def explanation(version: QuoteVersion, key: str, *, month: int | None = None, measured: bool = True) -> Explanation:
    """What one line comes to in one month (from 1), at the median usage of each series in that month.

    Where no month is asked for, it is the last one with an amount of what is metered, since usage has grown by then,
    and the first one of everything else: a commitment opens where it is settled. Quantities and prices are in the unit
    that people speak of (M tokens), unless they are not to be so `measured`.
    """
    terms = terms_of(version)
    if all(part.key != key for part in terms.components):
        terms = sold(deal_of(version).with_options)
    usage = median_usage(version, terms)
    bill = rate(terms, usage)
    billed, months = bill.by_charge.get(key, ()), len(bill.periods)
    opens = month_to_open(billed, months, last=charge_is_metered(terms, key))
    at = opens if month is None else min(max(month, 1), months)
    found = [line for line in billed if counts(line, at - 1)]
    lines = [line for line in found if not unused(line, at - 1)] or found[:1]
    measure = measure_of(version, terms, key) if measured else None
    parts = tuple(
        Part(in_words(line.name), tuple(spoken(step, measure) for step in explain(bill, line.key, at - 1)))
        for line in lines
    )
    return Explanation(
        month=at,
        months=month_names(bill),
        parts=(*parts, *left_of(bill, key, at - 1)),
        total=sum((line.net[0, at - 1] for line in lines), Decimal(0)),
        together=len(parts) > 1,
        typical=any(line.kind == "charge" and charge_is_metered(terms, line.charge) for line in lines),
    )


def month_to_open(lines: Sequence[BillLine], months: int, *, last: bool) -> int:
    """The first or last month with an amount; the last of the term where there is none."""
    found = [n for n in range(1, months + 1) if any(has_amount(line, n - 1) for line in lines)]
    return found[-1 if last else 0] if found else months


def has_amount(line: BillLine, period: int) -> bool:
    asked = line.list[0, period] or line.net[0, period]
    return bool(asked) or any(change.step == "basis" and change.amount[0, period] for change in line.changes)


def counts(line: BillLine, period: int) -> bool:
    """Whether there is something to say of it: a minimum or shortfall that asks for nothing is not shown."""
    return line.kind == "charge" or has_amount(line, period)


def unused(line: BillLine, period: int) -> bool:
    """Whether it is of a model or direction that is not used in this month and costs nothing."""
    return line.kind == "charge" and not (line.quantity[0, period] or line.list[0, period])


def left_of(bill: Bill, key: str, period: int) -> Iterator[Part]:
    """What of a credit or prepaid commitment was used in this month, and what is left."""
    balance = bill.left.get(key)
    if balance is None:
        return
    unit = unit_of(bill.terms, key)

    def step(name: str, text: str, amount: Decimal) -> Step:
        return Step("basis", f"{key}/{name}", text, *((amount, None) if unit else (None, amount)))

    before = balance[0, period - 1] if period else Decimal(0)
    granted, drawn = (entries[0, period] for entries in bill.accounts[key])
    left = balance[0, period]
    steps = [step("before", _("Left from the month before"), before)] if period else []
    if expired := before + granted - drawn - left:
        steps.append(step("expired", _("Expired unused"), -expired))
    if granted:
        steps.append(step("granted", _("Granted"), granted))
    steps += [step("drawn", _("Used in this month"), -drawn), step("left", _("Left after this month"), left)]
    yield Part(in_units(unit) if unit else _("Used and left"), tuple(steps))


def unit_of(terms: Terms, key: str) -> str | None:
    """The unit of credits of their own, or of a committed quantity; None for money."""
    for credit in terms.credits:
        if credit.key == key:
            return credit.unit
    [charges] = [one.scope.charges for one in terms.commitments if one.key == key and one.quantity is not None] or [()]
    return next((one.unit for one in terms.charges if one.key in charges), None)


def in_units(unit: str) -> str:
    return _("Used and left, in {unit}").format(unit=plural(unit, Decimal(2)))


def measure_of(version: QuoteVersion, terms: Terms, key: str) -> Measure | None:
    """In what the usage of a charge is shown; None for its own unit, or where its price is of converted units."""
    charge = next((one for one in terms.charges if one.key == key), None)
    if charge is None or not isinstance(charge.quantity, Metered) or charge.conversion is not None:
        return None
    scale = scale_of(version.meters.get(charge.quantity.meter))
    return Measure(scale.factor, scale.unit, terms.currency) if scale.unit else None


def spoken(step: Step, measure: Measure | None = None) -> Step:
    size = step.quantity / measure.factor if measure and step.quantity is not None else step.quantity
    return step._replace(text=in_words(step.text, step.quantity, measure), quantity=size)


def terms_of(version: QuoteVersion) -> Terms:
    """A draft's lines as they are now; the frozen terms of a submitted version."""
    return sold(deal_of(version)) if version.status == Status.DRAFT else Terms.parse(version.terms)


def charge_is_metered(terms: Terms, key: str) -> bool:
    return any(charge.metered for charge in terms.charges if charge.key == key)


def median_usage(version: QuoteVersion, terms: Terms) -> Usage:
    """The median of every series and month, as it was stored with the forecast, in exact numbers."""
    run = version.forecast_run
    if run is None:
        return Usage.zero(terms)
    return Usage({one.series: exact(one.p50) for one in usage_bands(run)}, shape=(1, run.months))


def exact(values: Sequence[float]) -> Array:
    row = np.empty((1, len(values)), dtype=object)
    row[0] = [round(Decimal(repr(float(value))), digits(value)) for value in values]
    return row


def digits(value: float) -> int:
    """No forecast of thousands knows their fractions; of fewer, such as GPU hours, they are most of it."""
    return 0 if value >= 1000 else 6


def month_names(bill: Bill) -> tuple[str, ...]:
    return tuple(formats.month(period.start) for period in bill.periods)
