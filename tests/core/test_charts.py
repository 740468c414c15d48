import re
from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import translation

from core import charts
from core.charts.daily import rhythm
from core.charts.fan import Fan, table
from core.charts.frame import SIZES, Unit, short
from core.charts.geometry import Scale, nice_ticks, runs, spread
from core.charts.histogram import gather

MONTHS = ["2027-01", "2027-02", "2027-03"]


def fan(**more):
    return charts.fan_chart(
        [("2026-11", 80.0), ("2026-12", 90.0)],
        MONTHS,
        [90, 95, 99],
        [100, 110, 120],
        [130, 150, 180],
        label="Monthly bill",
        currency="USD",
        **more,
    )


DAYS = [date(2026, 11, day) for day in (1, 2, 3, 4)]
USED = [("Input", [4.0, None, 0.0, 6.0]), ("Output", [2.0, None, None, 1.0])]
DRAWN = {
    "fan": lambda: fan(committed=[50, 50, 50]),
    "daily": lambda: charts.daily_chart(date(2026, 1, 1), [1.0, None, None, 3.0, 4.0], label="Tokens", unit="tokens"),
    "bars": lambda: charts.stacked_bars(MONTHS, [("Seats", [1, 2, 3]), ("Tokens", [4, 0, 6])], label="Bill"),
    "usage": lambda: charts.usage_chart(DAYS, USED, grain="day", label="Tokens", unit="tokens", open_from=3),
    "windows": lambda: charts.window_chart(
        [charts.Window("May 2026", "May", 1.0, 2.0, 4.0, 3.0), charts.Window("June 2026", "June", 1.0, 2.0, 4.0, 9.0)],
        label="Backtest",
        unit="tokens",
    ),
    "histogram": lambda: charts.histogram(range(100), p10=10, p50=50, p90=90, label="Bill", currency="USD"),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_every_chart_is_well_formed_named_and_free_of_style_and_script(kind):
    html = DRAWN[kind]()
    root = ElementTree.fromstring(f"<div>{html}</div>")
    pictures = root.findall(".//figure//svg[@role='img']")
    assert [picture.get("class") for picture in pictures] == [f"chart-svg chart-svg--{size.name}" for size in SIZES]
    assert all(picture.get("aria-label") for picture in pictures)
    assert not re.search(r"style=|<style|<script|nan|inf\b", html)


@pytest.mark.parametrize("kind", DRAWN)
def test_every_chart_has_its_table_with_a_row_for_each_place_of_the_cursor(kind):
    root = ElementTree.fromstring(f"<div>{DRAWN[kind]()}</div>")
    rows = len(root.findall(".//figure//tbody/tr"))
    assert rows == {"fan": 5, "daily": 5, "bars": 3, "usage": 4, "histogram": 32, "windows": 2}[kind]
    line, box = root.find(".//*[@class='chart-cursor']"), root.find(".//svg[@role='img']").get("viewBox")
    last = float(line.get("data-first")) + (rows - 1) * float(line.get("data-step"))
    assert 0 < float(line.get("data-first")) < last <= float(box.split()[2])


def test_the_table_of_a_fan_tells_known_from_forecast():
    values = Fan([("2026-12", 90.0)], ["2027-01"], [1.0], [2.0], [3.0], [0.5], Unit("USD"))
    assert table(values).columns == ("Month", "Known", "P10", "P50", "P90", "Committed")
    assert list(table(values).rows) == [
        ("Dec 2026", "USD 90.00", "", "", "", ""),
        ("Jan 2027", "", "USD 1.00", "USD 2.00", "USD 3.00", "USD 0.50"),
    ]


def test_a_fan_without_history_or_commitment_draws_neither():
    html = charts.fan_chart([], ["2027-01"], [1], [2], [3], label="Bill", currency="JPY")
    assert not re.search("chart-history|chart-commit|Known", html)
    assert "P90 JPY 3" in html


def test_the_lines_of_a_fan_differ_by_more_than_colour():
    assert {"chart-p10", "chart-p50", "chart-p90"} <= set(re.findall(r'class="([\w-]+)"', fan()))
    assert re.search(r">P90 180<.*>P50 120<.*>P10 99<", fan())


def test_missing_days_are_a_hatched_gap_not_a_zero():
    html = DRAWN["daily"]()
    assert html.count("chart-gap") == len(SIZES)
    assert html.count("missing</td>") == 2
    assert 'class="chart-usage-dot"' in html


def test_weekly_facts_are_read_as_weeks():
    values = [None, 5.0, *[None] * 6, 6.0, *[None] * 6, 7.0, None]
    assert rhythm(values) == (7, 1)
    html = charts.daily_chart(date(2026, 6, 1), values, label="Tokens", unit="tokens")
    assert "Week from" in html
    assert "chart-gap" not in html


def test_no_usage_at_all_is_said():
    assert "No usage is known" in charts.daily_chart(date(2026, 6, 1), [None, float("nan")], label="Tokens")


def test_labels_are_escaped():
    html = charts.stacked_bars(MONTHS, [("<b>A</b>", [1, 2, 3]), ("B", [1, 2, 3])], label='"><script>')
    assert "<script>" not in html
    assert "<b>" not in html


def test_bins_count_every_future_once_and_keep_the_tails():
    bins = gather([*range(1000), 10**9], None)
    assert sum(bins.counts) == bins.total == 1001
    assert bins.counts[-1] >= 5


def test_one_certain_amount_still_draws():
    assert "chart-bin" in charts.histogram([5.0] * 10, p10=5, p50=5, p90=5, label="Bill", committed=5)


@pytest.mark.parametrize(
    ("high", "low", "ticks"),
    [
        (100, 0, [0, 50, 100]),
        (180, 0, [0, 50, 100, 150, 200]),
        (0.7, 0, [0, 0.2, 0.4, 0.6, 0.8]),
        (9, -3, [-5, 0, 5, 10]),
        (0, 0, [0, 0.5, 1]),
        (2_300_000, 0, [0, 1_000_000, 2_000_000, 3_000_000]),
    ],
)
def test_ticks_are_round_and_enclose_the_numbers(high, low, ticks):
    assert nice_ticks(high, low, about=4 if high != 100 and high != 0 else 2) == ticks


def test_a_scale_is_a_straight_line_even_when_the_range_is_empty():
    assert [Scale(0, 10, 100, 200)(value) for value in (0, 5, 10)] == [100, 150, 200]
    assert Scale(3, 3, 7, 9)(3) == 7


def test_runs_break_at_missing_values():
    assert runs([1, None, 2, 3, float("nan")]) == [[0], [2, 3]]


def test_labels_move_apart_and_stay_inside():
    assert spread([50, 51, 52], 14, 0, 60) == [32, 46, 60]
    assert spread([10, 100], 14, 0, 200) == [10, 100]


def test_small_charts():
    assert 'aria-hidden="true"' in charts.sparkline([1, None, 2])
    assert 'aria-label="Usage"' in charts.sparkline([0, 0], label="Usage")
    assert 'width="100"' in charts.meter_bar(1.7, tone="bad")


def test_a_gap_a_zero_and_what_may_grow_look_apart():
    html = charts.usage_chart(
        DAYS, USED, grain="day", label="Tokens", open_from=3, notes=["", "", "", "may still grow"]
    )
    root = ElementTree.fromstring(f"<div>{html}</div>")
    small = root.find(".//figure//svg")
    drawn = [mark.get("class") for mark in small if mark.get("class") in ("chart-gap", "chart-late", "chart-zero")]
    assert drawn == ["chart-late", "chart-gap", "chart-zero"]
    assert [item.findtext(".") or item[0].tail for item in root.findall(".//ul/li")] == [
        "Input",
        "Output",
        "No data",
        "Zero",
        "May still grow",
    ]
    rows = [[cell.text for cell in row] for row in root.findall(".//tbody/tr")]
    assert rows[1] == ["2 Nov 2026", "–", "–", "no data", "–"]
    assert rows[2] == ["3 Nov 2026", "0", "–", "0", "–"]
    assert rows[3] == ["4 Nov 2026", "6", "1", "7", "may still grow"]


def test_one_series_without_surprises_needs_no_legend():
    html = charts.usage_chart(DAYS[:2], [("Images", [1.0, 2.0])], grain="week", label="Images")
    assert "<ul" not in html
    assert "Week from" in html


def test_usage_that_nobody_knows_is_said():
    html = charts.usage_chart(DAYS[:2], [("Images", [None, None])], grain="month", label="Images")
    assert "No usage is known." in html


def test_a_missed_window_differs_by_its_shape_and_its_word():
    drawn = DRAWN["windows"]()
    assert (drawn.count('class="chart-actual"'), drawn.count('class="chart-missed"')) == (4, 4)  # in four sizes
    assert (drawn.count(">inside<"), drawn.count(">outside<")) == (1, 1)
    assert "In 1 of 2 windows the actual value lay between P10 and P90." in drawn


def test_short_numbers_keep_the_point_of_their_unit():
    assert short(60_000) == "60k"
    with translation.override("de"):
        assert short(1_500) == "1,5 Tsd."


def test_a_choice_has_its_lines_level_and_marks():
    points = [charts.Choice(0.0, 20.0, 30.0), charts.Choice(10.0, 19.0, 31.0), charts.Choice(20.0, 22.0, 33.0)]
    html = charts.choice_chart(
        points, label="Cost", over="USD a year", currency="USD", level=20.0, level_name="pay as you go",
        marks=[charts.Mark(10.0, "best"), charts.Mark(18.0, "chosen")],
    )  # fmt: skip
    assert "On average least at USD\u00a010.00" in html.replace("USD 10", "USD\u00a010")
    assert html.count("best 10") == html.count("chosen 18") == html.count('class="chart-level"') == 4
    assert html.count("<tr>") == 4
