"""The engine stays as good as it was on the public benchmark; skipped where the benchmark is not at hand."""

import pytest

from bench.forecasting import cases, folder, quality

pytestmark = pytest.mark.skipif(
    not folder().exists(), reason="the forecasting benchmark is not beside the checkout (shared/data/forecast)"
)

# Every fourth series of the dev part, as scored when the weights were fitted; a change may cost the tolerance at most.
STEPS_VS_NAIVE, SUMS_VS_NAIVE, TOLERANCE = 0.713, 0.627, 0.02


def test_it_is_as_good_as_it_was() -> None:
    found = quality(cases()[::4])
    assert found["steps_vs_naive"] <= STEPS_VS_NAIVE + TOLERANCE
    assert found["sums_vs_naive"] <= SUMS_VS_NAIVE + TOLERANCE
    assert 0.77 <= found["steps_covered"] <= 0.83
    assert 0.74 <= found["sums_covered"] <= 0.85
