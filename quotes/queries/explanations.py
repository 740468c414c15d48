"""An amount opened: the steps to what a line costs in one month of typical usage."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core import formats
from core.data_words import told_parts
from forecasting.queries import usage_bands
from pricing import Bill, Step, Terms, Usage, explain, rate
from pricing.numbers import Array
from quotes.models import QuoteVersion
from quotes.queries.deals import deal_of
from quotes.rules.step_words import in_words
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
    typical: bool  # usage of the month is the median of the forecast


def explanation(version: QuoteVersion, key: str, *, month: int) -> Explanation:
    """What one line comes to in one month (from 1), at the median usage of each series in that month."""
    terms = terms_of(version)
    if all(part.key != key for part in terms.components):
        terms = sold(deal_of(version).with_options)
    usage = median_usage(version, terms)
    bill = rate(terms, usage)
    at = min(max(month, 1), len(bill.periods))
    lines = list(bill.by_charge.get(key, ()))
    parts = tuple(Part(told_parts(line.name), tuple(map(spoken, explain(bill, line.key, at - 1)))) for line in lines)
    return Explanation(
        month=at,
        months=month_names(bill),
        parts=parts,
        total=sum((line.net[0, at - 1] for line in lines), Decimal(0)),
        typical=any(line.kind == "charge" and charge_is_metered(terms, line.charge) for line in lines),
    )


def spoken(step: Step) -> Step:
    return step._replace(text=in_words(step.text))


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
