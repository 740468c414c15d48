"""What holds for every method of the bank."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.engine.grains import GRAINS
from forecasting.engine.methods import REGISTRY
from forecasting.engine.panel import make_panel

RANDOM = np.random.default_rng(2)
GROWTH = 100 * np.exp(np.cumsum(0.03 + 0.1 * RANDOM.standard_normal(48)))
GAPPY = np.where(np.arange(48) % 5 == 2, np.nan, GROWTH)
SERIES = [GROWTH, GAPPY, GROWTH[:1], np.full(30, 7.0), np.array([]), np.zeros(9)]


@pytest.mark.parametrize("freq", GRAINS)
@pytest.mark.parametrize("name", REGISTRY)
def test_it_says_something_finite_at_every_origin_and_lead(name: str, freq: str) -> None:
    panel = make_panel(SERIES, GRAINS[freq])
    fitted = REGISTRY[name](panel)
    assert fitted.final(30).shape == (30, len(SERIES))
    assert np.isfinite(fitted.final(30)).all()
    assert all(np.isfinite(fitted.rolling(lead)).all() for lead in (1, 5, 13))


@pytest.mark.parametrize("freq", GRAINS)
@pytest.mark.parametrize("name", REGISTRY)
def test_what_it_says_last_is_what_it_would_have_said_at_the_last_origin(name: str, freq: str) -> None:
    fitted = REGISTRY[name](make_panel(SERIES, GRAINS[freq]))
    for lead in (1, 2, 7, 14):
        np.testing.assert_allclose(fitted.final(14)[lead - 1], fitted.rolling(lead)[-1], atol=1e-12)


@pytest.mark.parametrize("name", REGISTRY)
def test_it_never_looks_ahead(name: str) -> None:
    whole = make_panel([GROWTH], GRAINS["M"])
    early = replace(whole, y=whole.y[:40], z=whole.z[:40], seen=whole.seen[:40])
    said, would_have = REGISTRY[name](whole).rolling(3)[39], REGISTRY[name](early).rolling(3)[39]
    np.testing.assert_allclose(said, would_have, atol=1e-9)


@pytest.mark.parametrize("name", REGISTRY)
def test_a_constant_stays_constant(name: str) -> None:
    panel = make_panel([np.full(40, 7.0)], GRAINS["M"])
    np.testing.assert_allclose(panel.to_y(REGISTRY[name](panel).final(12)), 7.0, rtol=1e-6)
