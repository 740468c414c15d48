from datetime import date, timedelta

import numpy as np
import pytest

from metering.rules.findings import silence, spikes

NEWEST = date(2026, 11, 24)
LONG_AGO = date(2020, 1, 1)


def days(count, *, until=NEWEST, every=1):
    return [until - timedelta(days=every * n) for n in range(count)][::-1]


@pytest.mark.parametrize(
    ("count", "every", "quiet", "silent"),
    [
        (30, 1, 3, False),
        (30, 1, 4, True),
        (30, 7, 14, False),
        (30, 7, 15, True),
        (5, 1, 4, True),
        (4, 1, 100, False),
        (0, 1, 0, False),
    ],
)
def test_silence_is_measured_by_the_own_rhythm(count, every, quiet, silent):
    found = silence(days(count, until=NEWEST - timedelta(days=quiet), every=every), NEWEST)
    assert (found is not None) is silent
    if found:
        assert (found.days, found.cadence, found.pause) == (quiet, every, every)


def test_a_meter_that_used_to_pause_is_given_more_time():
    known = days(20, until=NEWEST - timedelta(days=12))
    assert silence([*known[:10], *known[16:]], NEWEST) is None
    assert silence(known, NEWEST).last == known[-1]


def noisy(count=60, level=100.0):
    return level * (1 + 0.1 * np.random.default_rng(3).standard_normal(count))


def test_ordinary_noise_has_no_spike():
    assert spikes(days(60), noisy(), LONG_AGO) == []


def test_weekends_are_no_spikes_of_mondays():
    known = days(70)
    values = [20.0 if day.weekday() >= 5 else 100.0 for day in known]
    assert spikes(known, values, LONG_AGO) == []


def test_a_day_far_above_the_usual_is_one():
    values = noisy()
    values[-5] = 600
    [spike] = spikes(days(60), values, LONG_AGO)
    assert (spike.peak, spike.value) == (NEWEST - timedelta(days=4), 600)
    assert 95 < spike.usual < 105
    assert spike.z > 6
    assert 5 < spike.times < 7


def test_neighbouring_days_are_one_spike_told_by_its_highest():
    values = noisy()
    values[-6], values[-5], values[-3] = 500, 700, 600
    [spike] = spikes(days(60), values, LONG_AGO)
    assert (spike.first, spike.last) == (NEWEST - timedelta(days=5), NEWEST - timedelta(days=2))
    assert spike.value == 700


def test_even_usage_needs_twice_its_level():
    values = [100.0] * 59 + [199.0]
    assert spikes(days(60), values, LONG_AGO) == []
    assert len(spikes(days(60), [*values[:-1], 200.0], LONG_AGO)) == 1


def test_usage_after_zeros_is_a_spike_without_a_multiple():
    [spike] = spikes(days(20), [0.0] * 19 + [5.0], LONG_AGO)
    assert spike.times is None


def test_old_spikes_and_short_histories_are_left_out():
    values = noisy()
    values[10] = 900
    assert spikes(days(60), values, NEWEST - timedelta(days=30)) == []
    assert spikes(days(7), [1.0] * 6 + [100.0], LONG_AGO) == []
