"""What is known about the series of a forecast, and the sentences that say so."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from django.utils.translation import gettext_noop as noop

from forecasting.engine.grains import GRAINS
from forecasting.engine.stated import history_weight
from forecasting.rules.backtest import Backtest
from forecasting.rules.inputs import SeriesInput
from forecasting.rules.months import Array, Steps, line_up, to_steps
from pricing import Series

SHORT_DAYS = 90
STALE_DAYS = 45
TOO_NARROW, WINDOWS = 0.65, 8


def collect(
    wanted: Sequence[Series], recorded: Mapping[Series, tuple[date, Array]], data_date: date | None
) -> dict[Series, Steps]:
    """The history of each wanted series: its own, or the sum of the finer series it comprises."""
    if data_date is None:
        return {}
    summed = {series: total_of(parts_of(series, recorded)) for series in wanted}
    found = {series: to_steps(*parts) for series, parts in summed.items() if parts is not None}
    return dict(zip(found, line_up(list(found.values()), data_date), strict=True))


def parts_of(series: Series, recorded: Mapping[Series, tuple[date, Array]]) -> list[tuple[date, Array]]:
    if series in recorded:
        return [recorded[series]]
    wanted = set(series.dimensions)
    return [daily for one, daily in recorded.items() if one.meter == series.meter and wanted <= set(one.dimensions)]


def total_of(parts: Sequence[tuple[date, Array]]) -> tuple[date, Array] | None:
    """Sum by day; a day is unknown only where every part is."""
    if not parts:
        return None
    first = min(start for start, _ in parts)
    last = max(start.toordinal() + len(values) for start, values in parts)
    amounts, known = np.zeros(last - first.toordinal()), np.zeros(last - first.toordinal(), dtype=bool)
    for start, values in parts:
        rows = slice((start - first).days, (start - first).days + len(values))
        amounts[rows] += np.nan_to_num(values)
        known[rows] |= np.isfinite(values)
    return first, np.where(known, amounts, np.nan)


def basis_of(series: Sequence[SeriesInput]) -> str:
    has_history = any(one.history for one in series)
    has_assumption = any(one.assumption for one in series)
    if has_history and has_assumption:
        return "mixed"
    if has_history:
        return "history"
    return "assumption" if has_assumption else "nothing"


def gaps_of(series: Sequence[SeriesInput], names: Mapping[Series, str]) -> list[str]:
    """A sentence for each series of which nothing is known."""
    return [
        noop(
            "{name}: no metered history and no assumption, so it is not in the forecast. State low, base and high."
        ).format(name=names[one.series])
        for one in series
        if not one.known
    ]


def notes_of(
    series: Sequence[SeriesInput], names: Mapping[Series, str], data_date: date | None, start: date
) -> list[str]:
    """What a reader must know before believing the bands."""
    notes = [note for one in series if (note := note_of(one, names[one.series]))]
    if young := [one for one in series if is_young(one)]:
        days = sorted({one.history.known_days for one in young if one.history})
        span = f"{days[0]}–{days[-1]}" if len(days) > 1 else f"{days[0]}"
        notes.append(
            noop(
                "{names}: only {span} days of history, so the bands are wide. "
                "An assumption would narrow or correct them."
            ).format(names=", ".join(names[one.series] for one in young), span=span)
        )
    if data_date and (start - data_date).days > STALE_DAYS:
        notes.append(
            noop("The data ends {days} days before the term begins; the bands widen over that gap.").format(
                days=(start - data_date).days
            )
        )
    return notes


def doubts_of(test: Backtest) -> list[str]:
    """A sentence where the bands did not hold on the customer's own past."""
    if test.coverage is None or test.windows < WINDOWS or test.coverage >= TOO_NARROW:
        return []
    return [
        noop(
            "On this customer's own past the bands were too narrow: they held {coverage} of the time instead of 80%. "
            "Allow for more, or state low, base and high."
        ).format(coverage=f"{test.coverage:.0%}")
    ]


def is_young(one: SeriesInput) -> bool:
    return one.assumption is None and one.history is not None and one.history.known_days < SHORT_DAYS


def note_of(one: SeriesInput, name: str) -> str:
    """How far an assumption speaks."""
    if one.assumption is None:
        return ""
    if one.history is None:
        return noop("{name}: nothing metered yet; the bands are the stated low, base and high.").format(name=name)
    share = history_weight(one.history.values, GRAINS[one.history.grain])
    said = noop("{name}: {history} metered history, {stated} the stated assumption.")
    return said.format(name=name, history=f"{share:.0%}", stated=f"{1 - share:.0%}")
