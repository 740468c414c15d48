"""Replay: what the customer would have paid under a version's terms for what they really used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.models import Meter
from forecasting.queries.making import meters_of
from forecasting.rules.months import month_index, to_steps
from forecasting.rules.past import by_day, known_days, month_value
from metering.queries import History, daily_history
from pricing import Bill, Series, Terms, Usage, rate
from pricing.periods import month_after
from quotes.models import QuoteVersion
from quotes.queries.deals import deal_of
from quotes.rules.terms import sold

PLACES = Decimal("0.000001")
DATED = ("starts", "ends")


@dataclass(frozen=True)
class ReplayMonth:
    month: date
    bill: Decimal
    known: Decimal  # share of the month's days of which usage is known; the rest is taken at their rate


@dataclass(frozen=True)
class ReplayLine:
    name: str
    net: Decimal


@dataclass(frozen=True)
class Replay:
    """Exact bills of past calendar months, oldest first."""

    months: tuple[ReplayMonth, ...]
    lines: tuple[ReplayLine, ...]
    total: Decimal
    unpriced: tuple[str, ...]  # used, but no line bills it

    @property
    def estimated(self) -> int:
        """How many months are only partly known."""
        return sum(1 for month in self.months if month.known < 1)


def replay(version: QuoteVersion, months: int) -> Replay | None:
    """The last so many calendar months of which usage is known; None where there is none."""
    history = daily_history(version.quote.customer)
    meters = meters_of(history.series)
    spread = {one: by_day(to_steps(*daily), how(meters, one)) for one, daily in history.series.items()}
    names = month_names(history, spread, months)
    if not names:
        return None
    start = date(names[0] // 12, names[0] % 12 + 1, 1)
    terms = moved(sold(deal_of(version)), start, len(names))
    bill = rate(terms, used(spread, meters, names, len(terms.periods)))
    known = [share_known(spread, name) for name in names]
    return of_bill(bill, known)


def of_bill(bill: Bill, known: list[Decimal]) -> Replay:
    """The first months of the bill, as many as are known."""
    count = len(known)
    months = tuple(ReplayMonth(bill.periods[n].start, Decimal(bill.net[0, n]), known[n]) for n in range(count))
    names = {line.charge: line.name.split(" · ")[0] or line.charge for line in reversed(bill.lines)}
    sums: dict[str, Decimal] = {}
    for line in bill.lines:
        sums[line.charge] = sums.get(line.charge, Decimal(0)) + sum(line.net[0, :count], Decimal(0))
    lines = tuple(ReplayLine(names[charge], net) for charge, net in sums.items() if net)
    total = sum((month.bill for month in months), Decimal(0))
    return Replay(months, lines, total, tuple(str(series) for series in bill.unpriced))


def how(meters: Mapping[str, Meter], series: Series) -> str:
    meter = meters.get(series.meter)
    return meter.aggregation if meter else "sum"


def month_names(history: History, spread: Mapping[Series, dict[date, float]], months: int) -> list[int]:
    """The last calendar months (`month_index`) in a row of which something is known and which are over."""
    if history.data_date is None:
        return []
    last = month_index(history.data_date) - (0 if is_over(history.data_date) else 1)
    names: list[int] = []
    for name in range(last, last - months, -1):
        if not share_known(spread, name):
            break
        names.insert(0, name)
    return names


def is_over(data_date: date) -> bool:
    """Whether the data date is the last day of its month."""
    return month_index(data_date) != month_index(date.fromordinal(data_date.toordinal() + 1))


def share_known(spread: Mapping[Series, dict[date, float]], name: int) -> Decimal:
    """The share of the month's days on which the best known series is known."""
    found = [known_days(amounts, name) for amounts in spread.values()]
    return max((Decimal(len(known)) / width for known, width in found), default=Decimal(0))


def used(
    spread: Mapping[Series, dict[date, float]], meters: Mapping[str, Meter], names: list[int], periods: int
) -> Usage:
    """Exact usage of the months; nothing in those of the term that come after."""
    rest = [Decimal(0)] * (periods - len(names))
    return Usage.exactly(
        {
            series: [*(exact(month_value(days, name, how(meters, series))) for name in names), *rest]
            for series, days in spread.items()
        }
    )


def exact(value: float | None) -> Decimal:
    return Decimal(repr(value or 0.0)).quantize(PLACES)


def moved(terms: Terms, start: date, months: int) -> Terms:
    """The same terms as if they had begun on `start`; at least as long as what is replayed."""
    content: dict[str, Any] = terms.model_dump(mode="json")
    shift = (start.year - terms.start.year) * 12 + start.month - terms.start.month
    for charge in content["charges"]:
        for name in DATED:
            if charge.get(name):
                charge[name] = month_after(date.fromisoformat(charge[name]), shift).isoformat()
    length = max(terms.months, months)
    return Terms.parse({**content, "start": start.isoformat(), "months": length, "anchor_day": None})
