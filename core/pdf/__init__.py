"""The ground every PDF of the product stands on: fonts, tags, page frame, tables and charts. No business noun."""

from core.pdf.charts import fan_chart, range_bar
from core.pdf.document import Brand, Running, build, paper_for
from core.pdf.flowables import Figure, Heading, Marked, Text, Title
from core.pdf.styles import STYLES
from core.pdf.tables import facts, figure_table
from core.pdf.text import markup

__all__ = [
    "STYLES",
    "Brand",
    "Figure",
    "Heading",
    "Marked",
    "Running",
    "Text",
    "Title",
    "build",
    "facts",
    "fan_chart",
    "figure_table",
    "markup",
    "paper_for",
    "range_bar",
]
