"""What a forecast would be: collect what is known, draw, test. Stored by `actions.run_forecast`, shown by the panel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from catalog.models import Meter
from catalog.rules.words import series_label
from core.data_words import told
from core.languages import in_house
from customers.models import Customer
from forecasting.models import ForecastRun
from forecasting.queries import drawn
from forecasting.queries.alike import Company, Newcomer, with_company
from forecasting.rules.alike import cold_note, nobody_note
from forecasting.rules.assumptions import Assumption
from forecasting.rules.backtest import backtest
from forecasting.rules.bands import bands_json, usage_bands
from forecasting.rules.drivers import Driver, SeatPlan, part_of
from forecasting.rules.inputs import ENGINE, PARAMETERS, Inputs, SeriesInput
from forecasting.rules.knowledge import basis_of, collect, doubts_of, gaps_of, notes_of
from forecasting.rules.months import Array
from forecasting.rules.requests import Request
from metering.queries import History, daily_history
from pricing import Series


@dataclass(frozen=True)
class Asked:
    """A forecast that was asked for: its inputs, and what the page says of them."""

    customer: Customer
    inputs: Inputs
    history: History
    meters: Mapping[str, Meter]
    company: Sequence[Company]


def history_before(customer: Customer, start: date) -> History:
    """All usage known before the term begins."""
    return daily_history(customer, until=start - timedelta(days=1))


def meters_of(series: Iterable[Series]) -> dict[str, Meter]:
    return {meter.code: meter for meter in Meter.objects.filter(code__in={one.meter for one in series})}


def asked(
    customer: Customer,
    request: Request,
    wanted: Sequence[Series] | None = None,
    assumptions: Mapping[Series, Assumption] | None = None,
) -> Asked:
    """Everything that goes into a forecast: what was metered, stated and believed, and look-alikes.

    It is of the `wanted` series, or of all that the customer uses.
    """
    history = history_before(customer, request.start)
    series = [*(history.series if wanted is None else wanted)]
    series += planned(series, request.drivers)
    meters = meters_of([*history.series, *series])
    stated = stated_by_seats(series, history, assumptions or {}, request.drivers)
    known = known_about(series, history, stated, meters)
    inputs = Inputs(
        customer=customer.slug,
        data_date=history.data_date,
        start=request.start,
        months=request.months,
        seed=request.seed,
        n_paths=request.n_paths,
        series=known,
        drivers=request.drivers,
        replications=request.replications,
    )
    inputs, company = with_company(Newcomer(customer, inputs, history))
    return Asked(customer, inputs, history, meters, company)


def planned(series: Sequence[Series], drivers: Sequence[Driver]) -> list[Series]:
    """What a seat plan states the usage of, and nothing else speaks for."""
    plans = [plan for plan in drivers if isinstance(plan, SeatPlan) and plan.stated]
    missing = [part_of(plan.on) for plan in plans if not plan.concerned(series)]
    return sorted({Series.of(meter, **dimensions) for meter, dimensions in missing})


def stated_by_seats(
    series: Sequence[Series],
    history: History,
    assumptions: Mapping[Series, Assumption],
    drivers: Sequence[Driver],
) -> dict[Series, Assumption]:
    """What a seat plan says of series that have neither history nor an assumption of their own."""
    found = dict(assumptions)
    for plan in drivers:
        if isinstance(plan, SeatPlan) and (stated := plan.stated):
            found.update(
                {one: stated for one in plan.concerned(series) if one not in found and one not in history.series}
            )
    return found


def known_about(
    series: Iterable[Series],
    history: History,
    assumptions: Mapping[Series, Assumption],
    meters: Mapping[str, Meter],
) -> tuple[SeriesInput, ...]:
    """Histories at their own grain, up to one date, beside what was stated."""
    wanted = sorted(set(series))
    steps = collect(wanted, history.series, history.data_date)
    how = {code: meter.aggregation for code, meter in meters.items()}
    return tuple(SeriesInput(one, how.get(one.meter, "sum"), steps.get(one), assumptions.get(one)) for one in wanted)


def label_of(series: Series, meter: Meter | None) -> str:
    """What people call the series: "Tokens: Sonnet · input"."""
    if meter is None:
        return str(series)
    label = series_label(dict(series.dimensions), meter.dimensions, meter.defaults)
    name = told(meter.name)
    return f"{name}: {label}" if label else name


@in_house()
def made(ask: Asked) -> ForecastRun:
    """The run of what was asked, not stored; its notes are kept, so they are in the language of the house."""
    inputs = ask.inputs
    names = {one.series: label_of(one.series, ask.meters.get(one.series.meter)) for one in inputs.series}
    histories = [one.history for one in inputs.series if one.history]
    test = backtest(histories, inputs.seed)
    paths = drawn(inputs)
    return ForecastRun(
        customer=ask.customer,
        start=inputs.start,
        months=inputs.months,
        inputs=inputs.as_json(),
        inputs_hash=inputs.sha256,
        method=ENGINE,
        parameters_hash=PARAMETERS,
        seed=inputs.seed,
        n_paths=inputs.n_paths,
        data_date=ask.history.data_date if histories else None,
        history_days=max((steps.known_days for steps in histories), default=0),
        basis=basis_of(inputs.series),
        source_note=ask.history.source_note if histories else "",
        backtest=test.as_json(),
        bands=bands_json(usage_bands(paths, inputs.start)),
        notes=[*notes_of(inputs.series, names, ask.history.data_date, inputs.start), *doubts_of(test)],
        gaps=gaps_of(inputs.series, names),
        alike=company_json(ask, names, paths),
    )


def company_json(ask: Asked, names: Mapping[Series, str], paths: Mapping[Series, Array]) -> list[dict[str, Any]]:
    """Who spoke beside which series, and how wide the band of its sum is with and without them."""
    if not any(found.alike for found in ask.company):
        alone = paths
    else:
        series = tuple(replace(one, peers=()) for one in ask.inputs.series)
        alone = drawn(replace(ask.inputs, series=series))
    spoken = [
        {
            "note": cold_note(names[found.series], found.days, len(found.alike)),
            "members": [one.as_json() for one in found.alike],
            "width": width(paths.get(found.series)),
            "width_alone": width(alone.get(found.series)),
        }
        for found in ask.company
        if found.alike
    ]
    silent = [found for found in ask.company if found.considered and not found.alike]
    if not silent:
        return spoken
    note = nobody_note([names[found.series] for found in silent], max(found.considered for found in silent))
    return [*spoken, {"note": note, "members": []}]


def width(paths: Array | None) -> float | None:
    """P90 over P10 of the sum; None where nothing can be said."""
    if paths is None:
        return None
    low, high = np.quantile(paths.sum(axis=1), (0.1, 0.9))
    return float(high / low) if low > 0 else None
