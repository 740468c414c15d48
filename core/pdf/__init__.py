"""The ground every PDF of the product stands on: fonts, tags, page frame, tables and charts. No business noun."""

from core.pdf.charts import fan_chart, range_bar
from core.pdf.document import Brand, Running, build, paper_for
from core.pdf.flowables import Figure, Heading, Stack, Text, Title
from core.pdf.styles import STYLES
from core.pdf.tables import facts, figure_table

__all__ = [
    "STYLES",
    "Brand",
    "Figure",
    "Heading",
    "Running",
    "Stack",
    "Text",
    "Title",
    "build",
    "facts",
    "fan_chart",
    "figure_table",
    "paper_for",
    "range_bar",
]
