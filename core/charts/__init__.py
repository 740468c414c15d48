"""Charts drawn by the server as SVG, each with the table of its numbers beside it.

Plain numbers in, markup out: no query, no style attribute, no script. Colours come from css/charts.css; the
tooltip of quantile.js reads the table. Numbers here are for looking at: floats are welcome.
"""

from core.charts.bars import stacked_bars
from core.charts.choice import Choice, Mark, choice_chart
from core.charts.curve import Fall, curve_chart
from core.charts.daily import daily_chart
from core.charts.fan import fan_chart
from core.charts.frame import Unit
from core.charts.geometry import Scale, nice_ticks
from core.charts.histogram import histogram
from core.charts.small import meter_bar, sparkline
from core.charts.usage import usage_chart
from core.charts.windows import Window, window_chart

__all__ = [
    "Choice",
    "Fall",
    "Mark",
    "Scale",
    "Unit",
    "Window",
    "choice_chart",
    "curve_chart",
    "daily_chart",
    "fan_chart",
    "histogram",
    "meter_bar",
    "nice_ticks",
    "sparkline",
    "stacked_bars",
    "usage_chart",
    "window_chart",
]
