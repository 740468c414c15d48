"""The engine stays as good as it was on the public benchmark; skipped where the benchmark is not at hand."""

import pytest

from bench.benchmark import cases, folder
from bench.forecasting import quality

pytestmark = pytest.mark.skipif(
    not folder().exists(), reason="the forecasting benchmark is not beside the checkout (shared/data/forecast)"
)

# Every fourth series of the dev part, as scored when the weights were fitted; a change may cost the tolerance at most.
STEPS_VS_NAIVE, SUMS_VS_NAIVE, TOLERANCE = 0.727, 0.670, 0.02


def test_it_is_as_good_as_it_was() -> None:
    found = quality(cases()[::4])
    assert found["loss of steps against the naive"] <= STEPS_VS_NAIVE + TOLERANCE
    assert found["loss of sums against the naive"] <= SUMS_VS_NAIVE + TOLERANCE
    assert 0.77 <= found["steps inside"] <= 0.85
    assert 0.74 <= found["sums inside"] <= 0.86
    assert found["missing, negative or crossing values, exceptions"] == 0
