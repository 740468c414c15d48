"""Charts of the size of a word: a sparkline and a bar of a share."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from core.charts.frame import join, tag
from core.charts.geometry import Scale, area_path, line_path, present, runs

WIDTH, HEIGHT, PAD = 120.0, 32.0, 3.0


def sparkline(values: Sequence[float | None], *, label: str = "") -> SafeString:
    """The course of the values; decorative unless it gets a label."""
    known = present(values)
    low, high = min([0.0, *known]), max([*known, low_not_zero(known)])
    x = Scale(0, max(1, len(values) - 1), PAD, WIDTH - PAD)
    y = Scale(low, high, HEIGHT - PAD, PAD)
    parts = []
    for run in runs(values):
        points = [(x(i), y(float(values[i] or 0))) for i in run]
        parts.append(tag("path", class_="chart-area", d=area_path(points, [(px, HEIGHT - PAD) for px, _ in points])))
        parts.append(tag("path", class_="chart-usage", d=line_path(points)))
    if known:
        last = runs(values)[-1][-1]
        parts.append(tag("circle", class_="chart-usage-dot", cx=x(last), cy=y(known[-1]), r=2))
    return frame("spark", f"0 0 {WIDTH:g} {HEIGHT:g}", join(parts), label)


def meter_bar(share: float, *, tone: str = "", label: str = "") -> SafeString:
    """A bar filled to `share` (0 to 1); tones are good, warn and bad."""
    filled = 100 * min(1.0, max(0.0, float(share)))
    fill = f"bar-fill bar-fill--{tone}" if tone else "bar-fill"
    parts = [tag("rect", class_="bar-track", width=100, height=6), tag("rect", class_=fill, width=filled, height=6)]
    name = label or f"{filled:.0f} %"
    return tag("svg", join(parts), class_="bar", viewBox="0 0 100 6", preserveAspectRatio="none", role="img",
               aria_label=name)  # fmt: skip


def frame(kind: str, box: str, content: SafeString, label: str) -> SafeString:
    if label:
        return tag("svg", content, class_=kind, viewBox=box, role="img", aria_label=label)
    return tag("svg", content, class_=kind, viewBox=box, aria_hidden="true")


def low_not_zero(known: Sequence[float]) -> float:
    """Something above the floor when all values are zero."""
    return 1.0 if not any(known) else 0.0
