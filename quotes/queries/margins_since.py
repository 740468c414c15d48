"""What won deals were promised to earn, and what they have earned: each contract's own terms and its price book's unit
costs, rated on what its customer has really used. Internal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

import numpy as np

from catalog.models import Meter
from catalog.queries import meters, unit_costs
from core.models import User
from forecasting.models import ForecastRun
from forecasting.queries import usage_bands
from forecasting.rules.months import to_steps
from forecasting.rules.past import by_day
from metering.queries import History, daily_histories
from pricing import Series, Terms, Usage, rate
from pricing.money import rounded
from pricing.numbers import Array
from pricing.periods import month_after
from quotes.models import Contract
from quotes.queries.margins import cost_of
from quotes.queries.replay import exact, how
from quotes.queries.won import actual_of
from quotes.rules.amending import Kind
from quotes.rules.pricing import Band

NEWEST = 60  # contracts looked at


@dataclass(frozen=True)
class MarginDeal:
    """One contract over its first months, those that are over and fully known."""

    contract: str
    customer: str
    currency: str
    months: int
    inside: int  # months whose margin lies in the band that was promised for it
    bill: Decimal
    earned: Decimal
    middle: Decimal  # the sum of what these months were promised at P50
    promised: Band | None  # percent of the term's bill
    percent: float | None  # of what was billed so far

    @property
    def off(self) -> float | None:
        """Points of margin above the promise at P50."""
        return None if self.promised is None or self.percent is None else self.percent - float(self.promised.p50)

    @property
    def held(self) -> bool | None:
        """Whether the margin so far lies between the promised P10 and P90."""
        if self.promised is None or self.percent is None:
            return None
        return float(self.promised.p10) <= self.percent <= float(self.promised.p90)


@dataclass(frozen=True)
class MarginsSince:
    deals: list[MarginDeal]
    waiting: int  # contracts of which no month is over and known

    @property
    def months(self) -> int:
        return sum(deal.months for deal in self.deals)

    @property
    def inside(self) -> int:
        return sum(deal.inside for deal in self.deals)

    @property
    def off(self) -> float | None:
        found = [deal.off for deal in self.deals if deal.off is not None]
        return median(found) if found else None


def margins_since(user: User) -> MarginsSince:
    """The newest contracts that this person may see and that no other has taken the place of."""
    replaced = Contract.objects.exclude(kind__in=["", Kind.ADDITION]).values("previous")
    contracts = list(
        Contract.objects.visible_to(user)
        .filter(version__forecast_run__isnull=False, version__margin__isnull=False)
        .exclude(pk__in=replaced)
        .select_related("customer", "version__forecast_run", "version__margin", "version__price_book")
        .order_by("-pk")[:NEWEST]
    )
    histories = daily_histories(list({one.customer_id: one.customer for one in contracts}.values()))
    known = meters()
    deals = [deal_of(one, histories[one.customer_id], known) for one in contracts]
    told = [deal for deal in deals if deal is not None]
    return MarginsSince(told, len(deals) - len(told))


def deal_of(contract: Contract, history: History, known: Mapping[str, Meter]) -> MarginDeal | None:
    """The contract rated on what was used; None while no month of it is over and known."""
    terms = Terms.parse(contract.terms)
    run = contract.version.forecast_run
    assert run is not None
    used = used_since(terms, run, history, known)
    months = min((len(values) for values in used.values()), default=0)
    if not months:
        return None
    rest = [Decimal(0)] * (len(terms.periods) - months)
    usage = Usage.exactly({series: [*map(exact, values[:months]), *rest] for series, values in used.items()})
    bill = rate(terms, usage, lines=False).net[0, :months]
    earned = bill - cost_of(terms, usage, unit_costs(contract.version.price_book, known))[0, :months]
    frozen = contract.version.margin.priced["margin"]
    bands = [band(one) for one in frozen["months"][:months]]
    return MarginDeal(
        contract=contract.number,
        customer=contract.customer.name,
        currency=terms.currency,
        months=months,
        inside=sum(one.p10 <= value <= one.p90 for one, value in zip(bands, cents(earned, terms), strict=True)),
        bill=rounded(Decimal(bill.sum()), terms.currency),
        earned=rounded(Decimal(earned.sum()), terms.currency),
        middle=sum((one.p50 for one in bands), Decimal(0)),
        promised=band(frozen["percent"]) if frozen["percent"] else None,
        percent=float(100 * earned.sum() / bill.sum()) if bill.sum() else None,
    )


def used_since(
    terms: Terms, run: ForecastRun, history: History, known: Mapping[str, Meter]
) -> dict[Series, list[float]]:
    """By stream of the forecast: the term's first months that are over and of which every day is known."""
    found: dict[Series, list[float]] = {}
    for bands in usage_bands(run):
        if bands.series not in history.series:
            return {}
        aggregation = how(known, bands.series)
        days = by_day(to_steps(*history.series[bands.series]), aggregation)
        found[bands.series] = values = []
        for n in range(len(terms.periods)):
            actual = actual_of(days, month_after(terms.start, n), month_after(terms.start, n + 1), aggregation)
            if actual is None:
                break
            values.append(actual)
    return found


def band(frozen: Mapping[str, str]) -> Band:
    return Band(*(Decimal(frozen[name]) for name in ("p10", "p50", "p90")))


def cents(values: Array, terms: Terms) -> Sequence[Decimal]:
    """As the bands were frozen: a month on the edge of its band is inside."""
    return [rounded(Decimal(value), terms.currency) for value in np.asarray(values)]
