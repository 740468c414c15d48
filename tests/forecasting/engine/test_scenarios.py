"""What-ifs: what every change keeps, and what each one does."""

import numpy as np
import pytest

from forecasting.engine.curves import SHAPES, adopted
from forecasting.engine.scenarios import (
    KINDS,
    Adoption,
    Change,
    Churn,
    Growth,
    Migration,
    PriceResponse,
    SeatPlan,
    Step,
    transform,
)

RANDOM = np.random.default_rng(6)
PATHS = {name: 100 * np.exp(0.3 * RANDOM.standard_normal((40, 24))) for name in ("opus", "sonnet")}
FLAT = {name: np.full((10, 24), 100.0) for name in ("opus", "sonnet")}

EXAMPLES: list[Change] = [
    Growth(per_year=0.3, start=2.5),
    Growth(per_year=-0.9),
    Adoption(start=3, duration=6, shape="bass"),
    Adoption(before=1.0, after=2.0, duration=0),
    SeatPlan(seats=(10, 20, 0, 40), base=10),
    Step(start=6, factor=0.0, end=9),
    Step(start=1.5, amount=-1e6),
    Churn(share=1.0, start=4, fade=3, probability=0.3, seed=1),
    PriceResponse(price_ratio=0.5, elasticity=-1.5, start=3),
    Migration(source="opus", target="sonnet", ratio=1.2, share=0.7, start=2, duration=6),
    Migration(source="opus", target="new"),
    Migration(source="nobody", target="sonnet"),
]


def test_every_kind_has_an_example() -> None:
    assert {type(change) for change in EXAMPLES} == set(KINDS.values())


@pytest.mark.parametrize("change", EXAMPLES, ids=repr)
def test_paths_stay_finite_and_never_negative_and_what_was_given_is_unchanged(change: Change) -> None:
    given = {name: values.copy() for name, values in PATHS.items()}
    for _ in range(2):
        changed = transform(given, [change])
        assert all(values.shape == (40, 24) for values in changed.values())
        assert all(np.isfinite(values).all() and (values >= 0).all() for values in changed.values())
    assert all(np.array_equal(values, PATHS[name]) for name, values in given.items())


@pytest.mark.parametrize("change", [one for one in EXAMPLES if not isinstance(one, Migration)], ids=repr)
def test_a_change_touches_only_what_it_names(change: Change) -> None:
    named = type(change)(**{**vars(change), "on": ["opus"]})
    changed = transform(PATHS, [named])
    assert changed["sonnet"] is PATHS["sonnet"]
    np.testing.assert_array_equal(changed["opus"], transform(PATHS, [change])["opus"])


def test_no_change_changes_nothing() -> None:
    assert transform(PATHS, []) == PATHS
    neutral = [Growth(per_year=0), Churn(share=0), Step(start=0), PriceResponse(price_ratio=2)]
    for name, values in transform(PATHS, neutral).items():
        np.testing.assert_array_equal(values, PATHS[name])


def test_growth_compounds_from_its_start() -> None:
    grown = transform(FLAT, [Growth(per_year=0.21, start=6)])["opus"][0]
    assert (grown[:6] == 100).all()
    assert grown[18] / grown[6] == pytest.approx(1.21)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_curve_rises_from_nothing_at_its_start_to_full_use(shape: str) -> None:
    curve = adopted(60, 4, 12, shape=shape)
    assert (curve[:4] == 0).all()
    assert (np.diff(curve) >= 0).all()
    assert curve[-1] == pytest.approx(1.0, abs=1e-3)
    assert curve[15] >= 0.88


def test_a_curve_that_starts_within_a_step_counts_the_rest_of_it() -> None:
    np.testing.assert_allclose(adopted(4, 1.25, 0), [0, 0.75, 1, 1])


def test_bass_adoption_is_fastest_in_the_middle() -> None:
    pace = np.diff(adopted(24, 0, 20, shape="bass", imitation=30))
    assert 3 < np.argmax(pace) < 15


def test_seats_scale_usage_per_seat_and_the_last_number_holds() -> None:
    planned = transform(FLAT, [SeatPlan(seats=(50, 100, 150), base=50)])["opus"][0]
    np.testing.assert_allclose(planned[:4], [100, 200, 300, 300])
    assert planned[-1] == 300


def test_a_step_lasts_until_its_end() -> None:
    stepped = transform(FLAT, [Step(start=2, end=4.5, factor=2, amount=10)])["opus"][0]
    np.testing.assert_allclose(stepped[:6], [100, 100, 210, 210, 155, 100])


def test_churn_happens_on_its_share_of_paths_and_on_the_same_ones_for_every_series() -> None:
    churned = transform(FLAT, [Churn(share=0.4, start=3, probability=0.3, seed=2)])
    hit = churned["opus"][:, -1] < 100
    assert hit.sum() == 3
    np.testing.assert_allclose(churned["opus"][hit, 3:], 60)
    np.testing.assert_array_equal(churned["sonnet"], churned["opus"])


def test_a_migration_moves_units_with_their_ratio_path_by_path() -> None:
    moved = transform(PATHS, [Migration(source="opus", target="sonnet", ratio=1.5, share=0.8, start=12)])
    np.testing.assert_array_equal(moved["opus"][:, :12], PATHS["opus"][:, :12])
    np.testing.assert_allclose(moved["opus"][:, 12:], 0.2 * PATHS["opus"][:, 12:])
    gained = moved["sonnet"] - PATHS["sonnet"]
    np.testing.assert_allclose(gained, 1.5 * (PATHS["opus"] - moved["opus"]))


def test_a_migration_to_a_model_not_used_yet_opens_it() -> None:
    assert np.array_equal(transform(FLAT, [Migration(source="opus", target="new")])["new"], FLAT["opus"])


def test_prices_do_not_move_usage_unless_an_elasticity_is_stated() -> None:
    assert np.array_equal(transform(FLAT, [PriceResponse(price_ratio=2)])["opus"], FLAT["opus"])
    halved = transform(FLAT, [PriceResponse(price_ratio=2, elasticity=-1)])["opus"]
    np.testing.assert_allclose(halved, 50)


def test_changes_apply_in_order() -> None:
    stop, start = Step(start=0, factor=0), Step(start=0, amount=7)
    assert (transform(FLAT, [stop, start])["opus"] == 7).all()
    assert (transform(FLAT, [start, stop])["opus"] == 0).all()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Growth, {"per_year": -1.0}),
        (Adoption, {"shape": "jump"}),
        (Adoption, {"before": -0.1}),
        (Adoption, {"imitation": 0}),
        (SeatPlan, {"seats": (), "base": 1}),
        (SeatPlan, {"seats": (1,), "base": 0}),
        (Step, {"start": 0, "factor": -1}),
        (Churn, {"share": 1.1}),
        (Churn, {"share": 1, "probability": 2}),
        (PriceResponse, {"price_ratio": 0}),
        (PriceResponse, {"price_ratio": 1, "elasticity": 0.1}),
        (Migration, {"source": "a", "target": "a"}),
        (Migration, {"source": "a", "target": "b", "share": 2}),
        (Migration, {"source": "a", "target": "b", "ratio": -1}),
    ],
)
def test_what_makes_no_sense_is_refused(kind: type[Change], fields: dict) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        kind(**fields)
