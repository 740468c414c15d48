"""What a customer wants worked out: when which invoice comes, and what a month of usage costs step by step.

Both are bills of the engine over the frozen terms: of no usage at all, and of the middle forecast.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np

from core.formats import money, quantity, unit_price
from pricing import Bill, BillLine, Charge, Step, Terms, Usage, explain, idle, rate
from quotes.rules.step_words import in_words
from quotes.rules.worked import Payment, Worked, WorkedStep

MOST = 3


def payments(terms: Terms) -> tuple[Payment, ...]:
    """The invoices of what is owed in any case, in order; they add up to the committed total."""
    bill = idle(terms)
    due: dict[date, Decimal] = defaultdict(Decimal)
    for line in bill.lines:
        advance = in_advance(terms, line)
        for at, period in enumerate(bill.periods):
            due[period.start if advance else period.end] += line.net[0, at]
    return tuple(runs_of([(day, amount) for day, amount in sorted(due.items()) if amount]))


def in_advance(terms: Terms, line: BillLine) -> bool:
    component = next((one for one in terms.components if one.key == line.charge), None)
    if isinstance(component, Charge):
        return line.kind == "charge" and component.timing == "advance"
    if component is not None and component.kind == "commitment":
        return component.settle == "prepaid" and line.kind != "commitment"
    return component is not None


def runs_of(invoices: list[tuple[date, Decimal]]) -> Iterator[Payment]:
    """Neighbours of one amount and one distance in months become one row."""
    run: list[tuple[date, Decimal]] = []
    for invoice in invoices:
        if run and not continues(run, invoice):
            yield Payment(run[0][0], run[-1][0], len(run), run[0][1])
            run = []
        run.append(invoice)
    if run:
        yield Payment(run[0][0], run[-1][0], len(run), run[0][1])


def continues(run: list[tuple[date, Decimal]], invoice: tuple[date, Decimal]) -> bool:
    steps = {months_between(one[0], two[0]) for one, two in pairwise([*run, invoice])}
    return invoice[1] == run[0][1] and len(steps) == 1


def months_between(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month


def examples(terms: Terms, usage: Usage, *, keys: tuple[str, ...]) -> tuple[Worked, ...]:
    """For some lines that are billed by usage, those with an included amount first: the month that first shows one."""
    bill = rate(terms, usage)
    metered = [charge for charge in terms.charges if charge.metered and charge.key in keys]
    found = (worked(bill, charge) for charge in sorted(metered, key=lambda charge: charge.allowance is None))
    return tuple([example for example in found if example][:MOST])


def worked(bill: Bill, charge: Charge) -> Worked | None:
    """The part of the line that comes to most, in its first month with usage."""
    parts = [line for line in bill.by_charge.get(charge.key, ()) if line.kind == "charge" and line.quantity.any()]
    if not parts:
        return None
    line = max(parts, key=lambda part: part.net.sum())
    at = next(n for n, quantity in enumerate(line.quantity[0]) if quantity)
    explained = explain(bill, line.key, at)
    steps = tuple(WorkedStep(in_words(step.text, step.quantity), value_of(step, bill)) for step in explained)
    return Worked(line.name, bill.periods[at].start, steps, line.net[0, at])


def value_of(step: Step, bill: Bill) -> str:
    """As the page of the quote shows it."""
    if step.amount is None:
        return quantity(step.quantity)
    write = unit_price if step.kind == "price" else money
    return write(step.amount, bill.terms.currency)


def in_whole_units(usage: Usage) -> Usage:
    """The same usage as somebody would say it."""
    series = {key: exact([[round(value) for value in row] for row in values]) for key, values in usage.series.items()}
    return Usage(series, shape=(usage.rows, usage.periods))


def exact(rows: list[list[int]]) -> np.ndarray:
    found = np.empty((len(rows), len(rows[0])), dtype=object)
    found[:] = [[Decimal(value) for value in row] for row in rows]
    return found
