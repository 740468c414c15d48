from dataclasses import dataclass

import pytest

from quotes.rules.signing import LONGEST, waiting, why_not_sign, wrong_drawing


@dataclass(frozen=True)
class One:
    pk: int
    name: str
    order: int


CLEO, OMAR, ZOE = One(1, "Cleo", 1), One(2, "Omar", 2), One(3, "Zoe", 2)
ALL = [ZOE, CLEO, OMAR]


@pytest.mark.parametrize(
    ("signed", "turn"),
    [(set(), {"Cleo"}), ({1}, {"Omar", "Zoe"}), ({1, 3}, {"Omar"}), ({2}, {"Cleo"}), ({1, 2, 3}, set())],
)
def test_the_lowest_number_signs_and_equal_ones_in_any_order(signed, turn):
    assert {one.name for one in waiting(ALL, signed)} == turn


def test_whoever_is_not_next_hears_who_is():
    assert why_not_sign(CLEO, ALL, set()) == ""
    assert why_not_sign(OMAR, ALL, set()) == "Cleo signs first; we write to you when it is your turn."
    assert why_not_sign(OMAR, ALL, {1}) == ""
    assert why_not_sign(CLEO, ALL, {1}) == "You have signed this quote."


WAVE = "M10 100 " + " ".join(f"L{20 * n} {100 + n}.5" for n in range(1, 12))


@pytest.mark.parametrize("path", [WAVE, f"{WAVE} M10 10 L20 20", "M0 0 " + " ".join(["L600 200"] * 8)])
def test_lines_in_the_field_are_a_signature(path):
    assert wrong_drawing(path) == ""


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("M10 10 L20 20", "too short"),
        (f"{WAVE} L601 10", "leaves its field"),
        (f"{WAVE} L10 201", "leaves its field"),
        (f"{WAVE}Z", "cannot be read"),
        (f'{WAVE}"/><script>alert(1)</script>', "cannot be read"),
        (f"{WAVE} C1 1 1 1 1 1", "cannot be read"),
        (f"{WAVE}\n", "cannot be read"),
        (f"{WAVE} L-5 5", "cannot be read"),
        (WAVE + " L1 1" * (LONGEST // 5), "too detailed"),
    ],
)
def test_nothing_else_is(path, word):
    assert word in wrong_drawing(path)
