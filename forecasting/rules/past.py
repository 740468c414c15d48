"""The months before a forecast, at the rate of what is known of them."""

from datetime import date

import numpy as np

from forecasting.rules.months import DAY, Steps, month_index, next_end

FEWEST = 3  # months
ENOUGH = 0.25  # share of a month that must be known for its rate to be shown


def past_months(steps: Steps, start: date, aggregation: str, count: int) -> list[tuple[str, float | None]]:
    """("2026-11", value) of the last calendar months before `start`; None where too little is known.

    A month that is partly known is shown at the rate of its known days. A few months are there even if unknown, so that
    a chart has room for what is known.
    """
    first = next_end(steps.grain, steps.end, -len(steps.values)) + DAY
    last = month_index(start)
    names = range(min(max(month_index(first), last - count), last - FEWEST), last)
    amounts = by_day(steps, aggregation)
    found = [(f"{name // 12}-{name % 12 + 1:02}", month_value(amounts, name, aggregation)) for name in names]
    while len(found) > FEWEST and found[0][1] is None:
        found.pop(0)
    return found if any(value is not None for _, value in found) else []


def by_day(steps: Steps, aggregation: str) -> dict[date, float]:
    """Known amounts spread over the days of their steps; a gauge stands at its level on each."""
    days: dict[date, float] = {}
    length = len(steps.values)
    for number in np.flatnonzero(np.isfinite(steps.values)):
        opens = next_end(steps.grain, steps.end, int(number) - length) + DAY
        closes = next_end(steps.grain, steps.end, int(number) - length + 1)
        width = (closes - opens).days + 1
        share = 1 if aggregation in ("max", "latest") else width
        days.update({opens + n * DAY: float(steps.values[number]) / share for n in range(width)})
    return days


def month_value(amounts: dict[date, float], name: int, aggregation: str) -> float | None:
    """The month's amount at the rate of its known days; None where too few are known."""
    known, width = known_days(amounts, name)
    if len(known) < ENOUGH * width:
        return None
    if aggregation == "max":
        return max(known)
    return known[-1] if aggregation == "latest" else sum(known) / len(known) * width


def known_days(amounts: dict[date, float], name: int) -> tuple[list[float], int]:
    """What is known of the days of a month (`month_index`), and how many days it has."""
    opens = date(name // 12, name % 12 + 1, 1)
    closes = date((name + 1) // 12, (name + 1) % 12 + 1, 1)
    width = (closes - opens).days
    return [amounts[day] for n in range(width) if (day := opens + n * DAY) in amounts], width
