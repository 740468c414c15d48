"""The charts of a priced quote."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts import fan_chart
from core.data_words import told, told_parts
from core.languages import lazily as _lazy
from quotes.queries.priced import PricedVersion

BILL = _lazy("Monthly bill")


@dataclass(frozen=True)
class Fan:
    """A chart and its heading."""

    title: str
    unit: str
    chart: SafeString


@dataclass(frozen=True)
class Charts:
    bill: SafeString | None
    usage: tuple[Fan, ...]


NO_CHARTS = Charts(None, ())
"""Of a draft: the explorer draws them."""


def charts_of(deal: PricedVersion) -> Charts:
    months = [f"{row.month:%Y-%m}" for row in deal.months]
    if not months or not deal.lines:
        return Charts(None, ())
    bill = fan_chart(
        [],
        months,
        *([float(getattr(row.band, name)) for row in deal.months] for name in ("p10", "p50", "p90")),
        label=BILL,
        currency=deal.currency,
        committed=[float(row.committed) for row in deal.months],
    )
    usage = (
        usage_fan(
            told_parts(one.label), told(one.unit), months, *(floats(one.months, name) for name in ("p10", "p50", "p90"))
        )
        for one in deal.usage
    )
    return Charts(bill, tuple(usage))


def floats(bands: Sequence[Any], name: str) -> list[float]:
    return [float(getattr(band, name)) for band in bands]


def usage_fan(title: str, unit: str, months: list[str], *bands: list[float]) -> Fan:
    return Fan(
        title,
        unit,
        fan_chart([], months, *bands, label=_("{title}, {unit} a month").format(title=title, unit=unit), unit=unit),
    )
