"""What all charts share: sizes, the plot with its axes, the figure around it and the table beside it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core import formats
from core.charts.geometry import Scale, nice_ticks
from core.languages import writing

CHARACTER = 6.6  # about the width of a figure at the size of labels


class Size(NamedTuple):
    """One drawing of a chart, for a range of widths; css/charts.css shows the one that fits its container."""

    name: str
    width: int
    height: int
    labels: int  # how many labels the x axis has room for


SIZES = (Size("s", 360, 230, 4), Size("m", 540, 260, 8), Size("l", 800, 300, 12), Size("xl", 1100, 330, 16))


class Unit(NamedTuple):
    """What the numbers are: an amount of a currency, or a quantity of something."""

    currency: str = ""
    name: str = ""

    @property
    def heading(self) -> str:
        return self.currency or self.name

    def full(self, value: float) -> str:
        if self.currency:
            return formats.money(round(value, 6), self.currency)
        text = formats.quantity(round(value, 2 if abs(value) < 1000 else 0))
        return f"{text} {self.name}".strip()


class Table(NamedTuple):
    """The numbers of a chart; the first column names the place on the x axis."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]


class Plot(NamedTuple):
    """The inner area of a drawing with its two scales."""

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    x: Scale
    y: Scale
    ticks: Sequence[float]

    @property
    def step(self) -> float:
        """The width between two neighbouring places of the x axis."""
        return (self.right - self.left) / max(1.0, self.x.high - self.x.low)


def plot(
    size: Size, count: int, high: float, *, low: float = 0.0, margin_right: float = 12.0, inset: float = 0.0
) -> Plot:
    """A plot of `count` places and amounts from `low` to `high`; `inset` is half a place where bars need room."""
    ticks = nice_ticks(high, low, about=3 if size.name == "s" else 4)
    left = max(len(short(tick)) for tick in ticks) * CHARACTER + 12
    right, top, bottom = size.width - margin_right, 26.0, size.height - 36.0
    x = Scale(-inset, max(1, count - 1) + inset, left, right)
    return Plot(size, left, right, top, bottom, x, Scale(ticks[0], ticks[-1], bottom, top), ticks)


def short(value: float) -> str:
    """A tick's text: "1.5k", "20M", "0.2"."""
    for unit, size in writing().units:
        if abs(value) >= size:
            return formats.separated(f"{value / size:g}") + unit
    return formats.separated(f"{value:g}")


def y_axis(drawing: Plot, unit: Unit) -> SafeString:
    """Hairlines with their amounts, and what they count above them."""
    parts = [tag("text", unit.heading, class_="chart-unit", x=0, y=11)]
    for tick in drawing.ticks:
        y = drawing.y(tick)
        kind = "chart-base" if tick == 0 else "chart-grid"
        parts.append(tag("line", class_=kind, x1=drawing.left, x2=drawing.right, y1=y, y2=y))
        parts.append(tag("text", short(tick), class_="chart-tick chart-end", x=drawing.left - 8, y=y + 4))
    return join(parts)


def month_axis(drawing: Plot, months: Sequence[str]) -> SafeString:
    """Names of months, as many as have room; the year under the first and under each January."""
    every = next(n for n in (1, 2, 3, 4, 6, 12, 24, 60, 600) if len(months) <= n * drawing.size.labels)
    start = next((i for i, month in enumerate(months) if every in (3, 4, 6, 12) and month[5:7] == "01"), 0) % every
    parts, year = [], ""
    for index in range(start, len(months), every):
        at, month = drawing.x(index), date.fromisoformat(f"{months[index][:7]}-01")
        parts.append(x_label(drawing, formats.month_name(month), at))
        if f"{month:%Y}" != year:
            year = f"{month:%Y}"
            parts.append(year_label(drawing, year, at))
    return join(parts)


def x_label(drawing: Plot, text: str, at: float) -> SafeString:
    return tag("text", text, class_="chart-tick chart-middle", x=at, y=drawing.bottom + 17)


def year_label(drawing: Plot, text: str, at: float) -> SafeString:
    return tag("text", text, class_="chart-tick chart-year chart-middle", x=at, y=drawing.bottom + 31)


def figure(draw: Callable[[Size], SafeString], *, kind: str, label: str, summary: str, table: Table) -> SafeString:
    """The drawings of one chart in all sizes, and its numbers as a table."""
    drawings = [svg(size, f"{label}. {summary}", draw(size)) for size in SIZES]
    return tag("figure", join([tag("div", join(drawings), class_="chart-plot"), as_table(table, label)]),
               class_=f"chart chart--{kind}", data_chart="")  # fmt: skip


def svg(size: Size, label: str, content: SafeString) -> SafeString:
    box = f"0 0 {size.width} {size.height}"
    return tag("svg", content, class_=f"chart-svg chart-svg--{size.name}", viewBox=box, role="img", tabindex=0,
               aria_label=label)  # fmt: skip


def cursor(drawing: Plot, first: float, step: float) -> SafeString:
    """The line that follows the pointer; quantile.js finds the row of the table by these numbers."""
    return tag("line", class_="chart-cursor", x1=0, x2=0, y1=drawing.top, y2=drawing.bottom,
               data_first=first, data_step=step)  # fmt: skip


def as_table(table: Table, label: str) -> SafeString:
    """The numbers behind a line "Show as table"."""
    head = join(tag("th", name, scope="col", class_="num" if i else None) for i, name in enumerate(table.columns))
    rows = join(tag("tr", cells(row)) for row in table.rows)
    content = join(
        [
            tag("caption", label, class_="visually-hidden"),
            tag("thead", tag("tr", head)),
            tag("tbody", rows),
        ]
    )
    box = tag("div", tag("table", content, class_="table table--dense"), class_="table-wrap chart-table", tabindex=0,
              role="group", aria_label=_("{label}, as a table").format(label=label))  # fmt: skip
    return tag("details", join([tag("summary", _("Show as table")), box]), class_="disclosure")


def cells(row: Sequence[str]) -> SafeString:
    return join([tag("th", row[0], scope="row"), *(tag("td", cell, class_="num") for cell in row[1:])])


def tag(name: str, content: object = None, **attributes: object) -> SafeString:
    """One element. `class_` is class, underscores become hyphens, floats get one decimal, None leaves out."""
    text = "".join(
        format_html(' {}="{}"', key.rstrip("_").replace("_", "-"), number(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = "" if content is None else conditional_escape(str_of(content))
    return mark_safe(f"<{name}{text}>{inner}</{name}>")


def str_of(value: object) -> str:
    """Text as it is (safe text stays safe), anything else in words."""
    return value if isinstance(value, str) else str(value)


def number(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def join(parts: Iterable[object]) -> SafeString:
    return mark_safe("".join(conditional_escape(str_of(part)) for part in parts))
