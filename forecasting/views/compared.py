"""Scenarios side by side: a chart for each column, drawn to one scale."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from core.charts import fan_chart
from forecasting.queries.comparison import Column, ComparedSeries, Comparison


@dataclass(frozen=True)
class Shown:
    """One scenario's chart of one series."""

    column: Column | None
    chart: SafeString | str


def comparison_context(comparison: Comparison) -> dict[str, Any]:
    return {
        "compared": [
            {"series": one, "columns": [shown(column, one) for column in one.columns]} for one in comparison.series
        ],
        "names": comparison.names,
    }


def shown(column: Column | None, series: ComparedSeries) -> Shown:
    if column is None:
        return Shown(None, "")
    label = f"{series.label}, {column.name}"
    chart = fan_chart(
        [], column.months, column.p10, column.p50, column.p90, label=label, unit=series.unit, top=series.top
    )
    return Shown(column, chart)
