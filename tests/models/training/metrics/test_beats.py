"""Beat measures, on accents whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.metrics.beats import (
    accent_lags,
    beat_align,
    beat_hits,
    beat_lags,
    expected_by_chance,
    phase_of,
)
from models.training.metrics.controls import mean_over, other_song, shifted
from models.training.metrics.intervals import bootstrap
from models.training.metrics.rhythm import deviation, rhythm
from tests.support.marching import marching, swinging

BEATS_S = 3.0 + 0.5 * np.arange(120)


def test_a_locked_dance_scores_097_and_a_late_one_041_and_014() -> None:
    trembling = BEATS_S + np.random.default_rng(1).permutation(np.linspace(-0.021, 0.021, len(BEATS_S)))
    assert beat_align(BEATS_S, BEATS_S) == 1.0
    assert beat_align(trembling, BEATS_S) == pytest.approx(0.97, abs=0.01)
    assert beat_align(BEATS_S + 0.067, BEATS_S) == pytest.approx(0.41, abs=0.005)
    assert beat_align(BEATS_S + 0.1, BEATS_S) == pytest.approx(0.14, abs=0.005)


def test_right_tempo_with_random_phase_scores_about_a_quarter() -> None:
    phases = np.random.default_rng(2).uniform(0.0, 0.5, 400)
    scores = [beat_align(BEATS_S + phase, BEATS_S) for phase in phases]
    assert np.mean(scores) == pytest.approx(0.25, abs=0.02)
    assert expected_by_chance(BEATS_S) == pytest.approx(0.25, abs=0.01)


def test_a_busier_dance_has_a_higher_chance_and_the_control_says_so() -> None:
    busy = np.arange(3.0, 63.0, 0.15)
    assert beat_align(busy, BEATS_S) > 0.7
    controls = [beat_align(busy, grid) for grid in shifted(BEATS_S)]
    assert np.mean(controls) == pytest.approx(beat_align(busy, BEATS_S), abs=0.05)


@given(st.floats(-0.09, 0.09), st.integers(0, 40))
def test_lags_say_how_late_and_hits_do_not_care_within_the_tolerance(lag_s: float, left_out: int) -> None:
    accents = np.delete(BEATS_S, np.arange(left_out)) + lag_s
    assert beat_lags(accents, BEATS_S) == pytest.approx(np.full(len(accents), lag_s), abs=1e-9)
    hits = beat_hits(accents, BEATS_S)
    assert hits.precision == 1.0
    assert hits.recall == pytest.approx(1.0 - left_out / len(BEATS_S))
    assert hits.f1 == pytest.approx(2 * hits.recall / (1 + hits.recall))


def test_one_accent_hits_one_beat_only() -> None:
    hits = beat_hits(np.array([1.0, 1.05, 1.08]), np.array([1.02, 2.0]))
    assert (hits.precision, hits.recall) == (pytest.approx(1 / 3), 0.5)
    # The earliest that fits leaves the later ones for later beats.
    assert beat_hits(np.array([1.0, 1.1]), np.array([1.09, 1.19])).recall == 1.0


def test_an_eighth_note_is_half_a_beat_late_for_beats_and_on_time_for_eighths() -> None:
    accents = np.sort(np.concatenate([BEATS_S, BEATS_S + 0.25]))[:-1]
    assert np.abs(accent_lags(accents, BEATS_S, parts=1)).max() == pytest.approx(0.25)
    assert np.abs(accent_lags(accents, BEATS_S, parts=2)).max() == pytest.approx(0.0, abs=1e-9)


def test_what_has_no_beat_or_no_accent_is_said_to_have_none() -> None:
    none = np.empty(0)
    assert np.isnan(beat_align(BEATS_S, none))
    assert beat_align(none, BEATS_S) == 0.0
    assert np.isnan(beat_hits(BEATS_S, none).f1)
    assert beat_hits(none, BEATS_S).f1 == 0.0
    assert len(beat_lags(none, BEATS_S)) == len(accent_lags(none, BEATS_S)) == 0
    assert np.isnan(phase_of(np.array([0.0, 99.0]), BEATS_S)).all()


@given(st.floats(60.0, 180.0), st.floats(60.0, 180.0), st.floats(0.0, 5.0), st.integers(8, 200))
def test_another_songs_beats_come_at_this_songs_tempo(bpm: float, other_bpm: float, start_s: float, count: int) -> None:
    beats = 2.0 + np.arange(60) * 60.0 / bpm
    other = other_song(beats, start_s + np.arange(count) * 60.0 / other_bpm)
    assert np.diff(other) == pytest.approx(np.full(len(other) - 1, 60.0 / bpm))
    assert len(other) == pytest.approx(len(beats), abs=1)


def test_shifted_beats_are_anywhere_but_where_they_were() -> None:
    grids = shifted(BEATS_S)
    assert [round(float(grid[0] - BEATS_S[0]) / 0.5 * 8) for grid in grids] == [1, 2, 3, 4, 5, 6, 7]
    assert mean_over(lambda grid: beat_align(BEATS_S, grid), grids) < 0.2


def test_one_bit_a_second_cannot_tell_a_late_dance_on_dense_drums() -> None:
    late = rhythm(BEATS_S + 0.2, BEATS_S, from_s=3.0, until_s=63.0)
    assert late.f1 > 0.99
    assert beat_hits(BEATS_S + 0.2, BEATS_S).f1 < 0.01
    half = rhythm(BEATS_S[BEATS_S < 33.0], BEATS_S, from_s=3.0, until_s=63.0)
    assert (half.bcs, half.bhs, half.f1) == (1.0, pytest.approx(0.5), pytest.approx(2 / 3))
    assert deviation(np.array([0.0, 1.0, np.nan])) == 0.5


def test_the_interval_holds_the_mean_and_shrinks_with_more_takes() -> None:
    values = np.random.default_rng(3).normal(0.4, 0.1, 400)
    few, many = bootstrap(values[:20]), bootstrap(values)
    assert few.low < 0.4 < few.high
    assert many.low < 0.4 < many.high
    assert many.high - many.low < 0.5 * (few.high - few.low)
    assert many == bootstrap(values), "the same values give the same interval"


def test_seeds_of_one_take_are_not_so_many_takes() -> None:
    takes = np.random.default_rng(4).normal(0.4, 0.1, 8)
    repeated = np.repeat(takes, 10)
    honest = bootstrap(repeated, groups=np.repeat(np.arange(8), 10))
    assert honest.takes == 8
    assert honest.high - honest.low > 2.5 * (bootstrap(repeated).high - bootstrap(repeated).low)
    assert bootstrap(np.array([np.nan])).takes == 0


def test_feet_that_land_on_the_beat_are_found_there() -> None:
    plants = 3.5 + 0.49 * np.arange(20)
    found = marching(plants, 11.0, start_s=3.0).accents_s
    assert len(found) == 20
    assert beat_align(found, plants) > 0.9
    assert beat_align(marching(plants + 0.2, 11.0, start_s=3.0).accents_s, plants) < 0.05


@pytest.mark.parametrize("late_s", [0.0, 0.2, -0.1])
@pytest.mark.parametrize("softness", [0.0, 1.0])
def test_a_landing_is_measured_when_it_happens_and_not_frames_later(late_s: float, softness: float) -> None:
    # The detector alone sees a foot that hits the floor 44 ms late, which is more than a dancer may be, and one that
    # eases down early.
    plants = 1.0 + 0.491 * np.arange(40)
    lags_s = beat_lags(marching(plants + late_s, 22.0, softness=softness).accents_s, plants)
    assert np.median(lags_s) == pytest.approx(late_s, abs=0.02)
    assert np.percentile(np.abs(lags_s - late_s), 95) < 0.04


def test_a_hand_that_stops_dead_is_measured_when_it_stops() -> None:
    stops = 1.0 + 0.491 * np.arange(40)
    found = swinging(stops, 22.0).accents_s
    assert len(found) == pytest.approx(40, abs=3)
    assert np.median(beat_lags(found, stops)) == pytest.approx(0.0, abs=0.012)
