"""A quantity against an amount, with its falls marked."""

from core.charts import Fall, Unit, curve_chart


def chart(**more):
    points = [(0.0, 0.0), (100.0, 290.0), (100.0, 200.0), (160.0, 320.0)]
    samples = [("0", "USD 0.00"), ("80", "USD 232.00"), ("160", "USD 320.00")]
    return curve_chart(points, samples, label="Amount", over="seats", unit=Unit(currency="USD"), **more)


def test_it_is_drawn_in_four_widths_beside_its_table():
    html = chart()
    assert html.count("<svg") == 4
    assert html.count("<tr>") == 1 + 3
    assert 'aria-label="Amount. USD 320.00 at 160 seats"' in html


def test_a_fall_is_marked_and_told():
    html = chart(falls=[Fall(100, 290, 200)])
    assert html.count("chart-cliff") == 4
    assert "it falls at 100 seats" in html


def test_nothing_at_all_is_a_flat_line():
    assert "NaN" not in curve_chart([(0.0, 0.0), (1.0, 0.0)], [("0", "0")], label="A", over="b", unit=Unit(name="c"))
