import pytest

from core.pdf.charts import scale


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0, [0, 1]),
        (1, [0, 0.25, 0.5, 0.75, 1.0]),
        (16_895, [0, 5_000, 10_000, 15_000, 20_000]),
        (99, [0, 25, 50, 75, 100]),
        (0.0003, [0, 0.0001, 0.0002, 0.0003]),
    ],
)
def test_axis_marks_are_round_and_reach_the_highest_value(highest, marks):
    assert scale(highest) == pytest.approx(marks)
