"""The ground every PDF of the product stands on: fonts, styles, page frame, tables and charts. No business noun."""

from core.pdf.charts import fan_chart, range_bar
from core.pdf.document import Running, build, paper_for
from core.pdf.styles import STYLES, CellText, Heading
from core.pdf.tables import facts, figure_table

__all__ = [
    "STYLES",
    "CellText",
    "Heading",
    "Running",
    "build",
    "facts",
    "fan_chart",
    "figure_table",
    "paper_for",
    "range_bar",
]
