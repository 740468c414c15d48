"""Which series of a draft have no metered history, and what is taken for them."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Meter
from core import formats
from core.data_words import told
from pricing import Series
from pricing.values import plain
from quotes.models import QuoteVersion
from quotes.rules.price_text import Scale
from quotes.rules.series import name_of

LEVELS = ("low", "base", "high")


@dataclass(frozen=True)
class AssumptionRow:
    """Use in a month, in the meter's display unit; empty texts where nothing is stated yet."""

    name: str
    label: str
    unit: str
    factor: Decimal
    low: str
    base: str
    high: str

    @property
    def stated(self) -> bool:
        return bool(self.base)


def assumption_rows(version: QuoteVersion) -> tuple[AssumptionRow, ...]:
    """A row for every series that the forecast run knows no history of."""
    unknown = unknown_series(version)
    if not unknown:
        return ()
    return tuple(row(one, version.meters.get(one.meter), version.assumptions) for one in unknown)


def unknown_series(version: QuoteVersion) -> list[Series]:
    run = version.forecast_run
    unknown = [one for one in run.inputs["series"] if one["values"] is None] if run else []
    return [Series(one["meter"], tuple((key, value) for key, value in one["dimensions"])) for one in unknown]


def row(series: Series, meter: Meter | None, stated: dict[str, dict[str, str]]) -> AssumptionRow:
    name = name_of(series)
    scale = Scale(meter.display_scale, told(meter.display_unit)) if meter and meter.display_unit else Scale()
    levels = stated.get(name, {})
    return AssumptionRow(
        name=name,
        label=" · ".join(
            [told(meter.name) if meter else series.meter, *(told(value) for _, value in series.dimensions)]
        ),
        unit=scale.unit or (told(meter.unit) if meter else "units"),
        factor=scale.factor,
        **{level: shown(levels.get(level), scale.factor) for level in LEVELS},
    )


def shown(value: str | None, factor: Decimal) -> str:
    return "" if value is None else formats.quantity(plain(Decimal(value) / factor))
