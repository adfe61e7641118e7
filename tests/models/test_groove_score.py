"""The two ideas under the groove: a score whose past never changes, and a count that never jumps."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.groove.follow import DanceClock, Glide
from models.groove.score import CHANNEL_COUNT, Channel, Score
from realtime.types import BeatState

_keys = st.lists(
    st.tuples(st.floats(0.0, 20.0), st.floats(0.1, 3.0), st.floats(-2.0, 2.0), st.floats(0.0, 0.2)),
    min_size=1,
    max_size=8,
)
_clocks = st.lists(
    st.tuples(st.floats(0.05, 1.0), st.floats(30.0, 300.0), st.floats(-1000.0, 1000.0), st.sampled_from([3, 4])),
    min_size=1,
    max_size=10,
)


def _write(score: Score, keys: list[tuple[float, float, float, float]]) -> None:
    for arrival, duration, target, overshoot in keys:
        score.key(arrival, duration, {Channel.SIDE: target}, overshoot=overshoot)


@given(_keys)
def test_a_channel_ends_exactly_where_its_last_key_leads(keys: list[tuple[float, float, float, float]]) -> None:
    score = Score(np.zeros(CHANNEL_COUNT))
    for arrival, duration, target, overshoot in keys:
        score.key(arrival, duration, {Channel.FACING: target}, overshoot=overshoot, anticipation=overshoot)
    settled = score.values(np.array([40.0, 41.0]))[:, Channel.FACING]
    np.testing.assert_allclose(settled, keys[-1][2], atol=1e-9)
    assert settled[0] == settled[1], "and stands exactly still there"


@given(_keys, st.floats(0.0, 20.0))
def test_a_new_key_changes_nothing_before_it_begins(keys: list[tuple[float, float, float, float]], beat: float) -> None:
    score = Score(np.zeros(CHANNEL_COUNT))
    for arrival, duration, target, overshoot in keys:
        score.key(arrival, duration, {Channel.LEAN: target}, overshoot=overshoot)
    past = np.linspace(-5.0, beat, 50)
    before = score.values(past)
    score.key(beat + 1.0, 1.0, {Channel.LEAN: 3.0}, overshoot=0.1)
    np.testing.assert_allclose(score.values(past), before, atol=1e-12)


@given(_keys)
def test_forgetting_what_has_settled_changes_nothing(keys: list[tuple[float, float, float, float]]) -> None:
    score = Score(np.zeros(CHANNEL_COUNT))
    for arrival, duration, target, overshoot in keys:
        score.key(arrival, duration, {Channel.TWIST: target}, overshoot=overshoot)
    later = np.linspace(12.0, 30.0, 50)
    before = score.values(later)
    score.forget_before(12.0)
    np.testing.assert_allclose(score.values(later), before, atol=1e-9)


@given(_keys, _keys)
def test_tearing_pages_out_brings_back_the_score_without_them(
    kept: list[tuple[float, float, float, float]], torn: list[tuple[float, float, float, float]]
) -> None:
    score = Score(np.zeros(CHANNEL_COUNT))
    _write(score, kept)
    goal, values = score.goal.copy(), score.values(np.arange(30.0))
    score.page = 1
    _write(score, torn)
    score.tear_from(1)
    np.testing.assert_allclose(score.goal, goal, atol=1e-9)
    np.testing.assert_allclose(score.values(np.arange(30.0)), values, atol=1e-9)


@settings(deadline=None)
@given(_clocks)
def test_the_count_never_jumps_and_never_goes_back(clocks: list[tuple[float, float, float, int]]) -> None:
    clock = DanceClock()
    time_s, last = 0.0, None
    for step_s, tempo_bpm, origin_beat, beats_per_bar in clocks:
        clock.follow(BeatState(tempo_bpm, time_s, origin_beat, beats_per_bar, 0.9), time_s)
        counts = clock.beats(time_s + np.linspace(0.0, step_s, 30))
        assert np.diff(counts).min() >= 0.0
        assert np.diff(counts).max() < 0.35
        if last is not None:
            np.testing.assert_allclose(counts[0], last, atol=1e-6)
        last, time_s = counts[-1], time_s + step_s


@given(st.floats(30.0, 300.0), st.floats(-100.0, 100.0), st.sampled_from([3, 4]))
def test_the_count_comes_to_rest_on_the_beats_of_the_music(tempo_bpm: float, beat: float, bar: int) -> None:
    clock = DanceClock()
    clock.follow(BeatState(120.0, 0.0, 0.3, bar, 0.9), 0.0)
    music = BeatState(tempo_bpm, 1.0, beat, bar, 0.9)
    clock.follow(music, 1.0)
    late_s = 1.0 + 20.0 / clock.rate_hz
    off = clock.beats(np.array([1.0, late_s]))[1] - clock.level * music.beat_at(late_s)
    assert abs(off - round(off)) < 1e-3


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.05, 1.0))
def test_a_glide_asked_twice_takes_the_same_way(start: float, target: float, pause_s: float) -> None:
    once, twice = Glide(start, rate_hz=3.0), Glide(start, rate_hz=3.0)
    once.follow(target, 0.0)
    twice.follow(target, 0.0)
    twice.follow(target, pause_s)
    times_s = pause_s + np.linspace(0.0, 1.0, 20)
    np.testing.assert_allclose(once.at(times_s), twice.at(times_s), atol=1e-9)
