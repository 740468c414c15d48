"""Forecasts of won deals against what came: the months since, each inside or outside the band it was given."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from core.models import User
from forecasting.models import ForecastRun
from forecasting.queries import usage_bands
from forecasting.rules.bands import UsageBands
from forecasting.rules.months import to_steps
from forecasting.rules.past import by_day
from metering.queries import History, daily_histories
from pricing.periods import month_after
from quotes.models import Contract

NEWEST = 200  # contracts looked at


@dataclass(frozen=True)
class Month:
    """One stream of usage in one month of a won deal."""

    month: date
    p10: float
    p50: float
    p90: float
    actual: float

    @property
    def inside(self) -> bool:
        slack = 1e-9 * abs(self.actual)
        return self.p10 - slack <= self.actual <= self.p90 + slack

    @property
    def error(self) -> float | None:
        """Actual over P50, less one."""
        return self.actual / self.p50 - 1 if self.p50 > 0 else None


@dataclass(frozen=True)
class WonDeal:
    contract: str
    customer: str
    months: int
    inside: int
    count: int
    error: float | None  # median over months and streams


@dataclass(frozen=True)
class WonMonth:
    month: date
    deals: int
    inside: int
    count: int
    error: float | None

    @property
    def share(self) -> float:
        return self.inside / self.count


@dataclass(frozen=True)
class Won:
    deals: list[WonDeal]
    months: list[WonMonth]
    waiting: int  # won, but no full month of usage is known since


def won(user: User) -> Won:
    """The contracts that this person may see; queries do not grow with them."""
    contracts = list(
        Contract.objects.visible_to(user)
        .filter(version__forecast_run__isnull=False)
        .select_related("customer", "version__forecast_run")
        .order_by("-pk")[:NEWEST]
    )
    histories = daily_histories(list({one.customer_id: one.customer for one in contracts}.values()))
    found = [(one, compared(one.version.forecast_run, histories[one.customer_id])) for one in contracts]
    told = [(one, months) for one, months in found if months]
    deals = [
        WonDeal(
            contract=one.number,
            customer=one.customer.name,
            months=len({month.month for month in months}),
            inside=sum(month.inside for month in months),
            count=len(months),
            error=typical(months),
        )
        for one, months in told
    ]
    return Won(deals, by_month(told), len(found) - len(told))


def by_month(told: Sequence[tuple[Contract, list[Month]]]) -> list[WonMonth]:
    grouped: dict[date, list[tuple[int, Month]]] = defaultdict(list)
    for contract, months in told:
        for month in months:
            grouped[month.month.replace(day=1)].append((contract.pk, month))
    return [
        WonMonth(
            month=at,
            deals=len({pk for pk, _ in pairs}),
            inside=sum(month.inside for _, month in pairs),
            count=len(pairs),
            error=typical([month for _, month in pairs]),
        )
        for at, pairs in sorted(grouped.items())
    ]


def compared(run: ForecastRun | None, history: History) -> list[Month]:
    """Every month of every stream that is over and fully known."""
    if run is None or history.data_date is None:
        return []
    aggregations = {one["meter"]: one["aggregation"] for one in run.inputs["series"]}
    return [
        month
        for bands in usage_bands(run)
        if bands.series in history.series
        for month in months_of(bands, run.start, history, aggregations.get(bands.series.meter, "sum"))
    ]


def months_of(bands: UsageBands, start: date, history: History, aggregation: str) -> list[Month]:
    steps = to_steps(*history.series[bands.series])
    days = by_day(steps, aggregation)
    found = []
    for n in range(len(bands.p50)):
        opens, closes = month_after(start, n), month_after(start, n + 1)
        if (actual := actual_of(days, opens, closes, aggregation)) is not None:
            found.append(Month(opens, bands.p10[n], bands.p50[n], bands.p90[n], actual))
    return found


def actual_of(days: Mapping[date, float], opens: date, closes: date, aggregation: str) -> float | None:
    """What was used from one day to the other; None unless every day is known."""
    values = [days.get(opens + timedelta(days=n)) for n in range((closes - opens).days)]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if aggregation == "max":
        return max(known)
    return known[-1] if aggregation == "latest" else sum(known)


def typical(months: Sequence[Month]) -> float | None:
    errors = [month.error for month in months if month.error is not None]
    return median(errors) if errors else None
