"""What a version shows of its forecast."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from catalog.models import Meter
from catalog.rules.words import series_label
from core.data_words import told
from forecasting.models import ForecastRun
from pricing import Series, Usage
from quotes.queries.bands import plain_bands
from quotes.rules.pricing import Band, ForecastFacts, UsageMonths


def facts(run: ForecastRun | None) -> ForecastFacts | None:
    if run is None:
        return None
    return ForecastFacts(
        method=run.method,
        seed=run.seed,
        paths=run.n_paths,
        data_date=run.data_date,
        history_days=run.history_days,
        basis=run.basis,
        coverage=number(run.backtest.get("coverage")),
        windows=int(run.backtest.get("windows") or 0),
        pinball_ratio=number(run.backtest.get("pinball_ratio")),
        source_note=run.source_note,
    )


def number(value: object) -> Decimal | None:
    return None if value is None else round(Decimal(str(value)), 4)


def usage_months(usage: Usage, meters: Mapping[str, Meter]) -> tuple[UsageMonths, ...]:
    """Usage per series and month, in the meter's display unit."""
    scales = tuple(scale(meters.get(series.meter)) for series in usage.series)
    bands = lasting_bands(usage, scales) if usage.lasting else usage_bands(usage, scales)
    return tuple(
        UsageMonths(label=label(series, meters.get(series.meter)), unit=unit(meters.get(series.meter)), months=months)
        for series, months in zip(usage.series, bands, strict=True)
    )


def usage_bands(usage: Usage, scales: tuple[float, ...]) -> list[tuple[Band, ...]]:
    return [plain_bands(values / scale, 3) for values, scale in zip(usage.series.values(), scales, strict=True)]


# Of the usage of one run the same at every edit; a large usage is not held for it.
lasting_bands = lru_cache(maxsize=4)(usage_bands)


def label(series: Series, meter: Meter | None) -> str:
    """ "Tokens · Sonnet · input"."""
    if meter is None:
        return " · ".join([series.meter, *(told(value) for _, value in series.dimensions)])
    values = series_label(dict(series.dimensions), meter.dimensions, meter.defaults)
    return " · ".join(part for part in (told(meter.name), values) if part)


def unit(meter: Meter | None) -> str:
    return told(meter.display_unit or meter.unit) if meter else "units"


def scale(meter: Meter | None) -> float:
    return float(meter.display_scale) if meter else 1.0
