"""What a forecast would be: collect what is known, draw, test. Stored by `actions.run_forecast`, shown by the panel."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from catalog.models import Meter
from catalog.rules.words import series_label
from customers.models import Customer
from forecasting.models import ForecastRun
from forecasting.rules.assumptions import Assumption
from forecasting.rules.backtest import backtest
from forecasting.rules.bands import bands_json, usage_bands
from forecasting.rules.drawing import draw
from forecasting.rules.inputs import ENGINE, Inputs, SeriesInput
from forecasting.rules.knowledge import basis_of, collect, doubts_of, gaps_of, notes_of
from metering.queries import History, daily_history
from pricing import Series


def history_before(customer: Customer, start: date) -> History:
    """All usage known before the term begins."""
    return daily_history(customer, until=start - timedelta(days=1))


def meters_of(series: Iterable[Series]) -> dict[str, Meter]:
    return {meter.code: meter for meter in Meter.objects.filter(code__in={one.meter for one in series})}


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
    return f"{meter.name}: {label}" if label else meter.name


def made(customer: Customer, inputs: Inputs, history: History, meters: Mapping[str, Meter]) -> ForecastRun:
    """The run of these inputs, not stored."""
    names = {one.series: label_of(one.series, meters.get(one.series.meter)) for one in inputs.series}
    histories = [one.history for one in inputs.series if one.history]
    test = backtest(histories, inputs.seed)
    return ForecastRun(
        customer=customer,
        start=inputs.start,
        months=inputs.months,
        inputs=inputs.as_json(),
        inputs_hash=inputs.sha256,
        method=ENGINE,
        seed=inputs.seed,
        n_paths=inputs.n_paths,
        data_date=history.data_date if histories else None,
        history_days=max((steps.known_days for steps in histories), default=0),
        basis=basis_of(inputs.series),
        source_note=history.source_note if histories else "",
        backtest=test.as_json(),
        bands=bands_json(usage_bands(draw(inputs), inputs.start)),
        notes=[*notes_of(inputs.series, names, history.data_date, inputs.start), *doubts_of(test)],
        gaps=gaps_of(inputs.series, names),
    )
