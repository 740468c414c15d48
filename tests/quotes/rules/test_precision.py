from decimal import Decimal

import pytest

from quotes.rules.precision import paths_enough, sentence


@pytest.mark.parametrize(
    ("error", "steps", "paths"),
    [
        (None, 60, 2_000),
        (0.4, 60, 2_000),
        (1.0, 60, 2_000),
        (1.2, 60, 4_000),
        (1.9, 60, 8_000),
        (2.5, 60, 16_000),
        (9.0, 60, 16_000),
        (9.0, 2_400, 16_000),
        (9.0, 9_000, 4_000),
        (9.0, 900_000, 2_000),
    ],
)
def test_paths_are_added_until_chance_moves_little_and_the_machine_allows(error, steps, paths):
    assert paths_enough(2_000, error, steps=steps) == paths


def test_what_was_drawn_is_never_taken_back():
    assert paths_enough(8_000, 0.1, steps=60) == 8_000
    assert paths_enough(16_000, 5.0, steps=60) == 16_000


def test_the_page_says_how_exact_it_is_and_when_the_bound_was_met():
    assert sentence(2000, Decimal("0.42")).endswith("about 0.42 % of P50.")
    assert sentence(8000, Decimal("1.31")) == (
        "8,000 futures: chance alone moves P10, P50 or P90 of the term by about 1.31 % of P50. "
        "That is more than the 1 % aimed at, and a page may draw no more: do not read the last digits."
    )
    assert sentence(2000, None) == ""
