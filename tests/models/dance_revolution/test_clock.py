"""The beat as the network is told it: by the show's clock as the music sounds, by found beats in a whole song."""

import numpy as np
import pytest

from models.dance_revolution.clock import AHEAD_S, CLOCK, clock_at, clock_block, half_beat_at, whole_song_beats
from models.dance_revolution.foresight import Foresight
from models.dance_revolution.frames import FPS
from realtime.music.revolution import BEAT
from realtime.types import BeatState

CLOCK_OF_TWO = BeatState(tempo_bpm=120.0, origin_s=0.25, origin_beat=0.0, confidence=0.8)


def song(beats_s: list[float], seconds: float = 6.0) -> np.ndarray:
    music = np.zeros((round(seconds * 30), 438), np.float32)
    music[np.round(np.array(beats_s) * 30).astype(int), BEAT.start] = 1.0
    return music


def test_every_second_beat_is_told_alike() -> None:
    here, two_later, one_later = (clock_at(CLOCK_OF_TWO, time_s) for time_s in (1.0, 2.0, 1.5))
    np.testing.assert_allclose(here, two_later, atol=1e-5)
    assert np.abs(here - one_later).max() > 0.5
    assert here.shape == (CLOCK,)


def test_half_beats_change_twice_a_beat_half_a_step_ahead() -> None:
    times_s = np.arange(0.0, 4.0, 0.001)
    numbers = np.array([half_beat_at(CLOCK_OF_TWO, time_s) for time_s in times_s])
    changes_s = times_s[1:][np.diff(numbers) != 0]
    np.testing.assert_allclose(np.diff(changes_s), 0.25, atol=2e-3)
    assert changes_s[0] + AHEAD_S == pytest.approx(0.25, abs=2e-3)


def test_a_whole_song_counts_its_beats_and_goes_on_at_its_ends() -> None:
    beats, tempo_bpm = whole_song_beats(song([1.0, 1.5, 2.0, 3.0]), np.array([0.5, 1.0, 1.25, 2.5, 3.0, 3.5]))
    np.testing.assert_allclose(beats, [-1.0, 0.0, 0.5, 2.5, 3.0, 4.0], atol=1e-6)
    np.testing.assert_allclose(tempo_bpm, [120, 120, 120, 60, 120, 120], rtol=1e-6)


def test_a_song_without_beats_is_given_a_tempo() -> None:
    beats, tempo_bpm = whole_song_beats(song([]), np.array([0.0, 1.0]))
    assert beats.tolist() == [0.0, 2.0]
    assert tempo_bpm.tolist() == [120.0, 120.0]


def test_what_is_expected_is_a_bar_ago_with_the_clock_of_its_own_moment() -> None:
    foresight = Foresight(clocked=True)
    for frame in range(1, 61):
        told = clock_at(CLOCK_OF_TWO, frame / FPS)
        encoded = np.concatenate([[float(frame)], told])[None].astype(np.float32)
        foresight.heard(frame, encoded, half_beat_at(CLOCK_OF_TWO, frame / FPS))
    bar = round(4 * 0.5 * FPS)
    for frame in (61, 70):
        expected = foresight.at(frame, CLOCK_OF_TWO)
        assert expected[0, 0] == frame - bar
        np.testing.assert_allclose(expected[0, 1:], clock_at(CLOCK_OF_TWO, frame / FPS))
        assert foresight.half_beat(frame, CLOCK_OF_TWO) == half_beat_at(CLOCK_OF_TWO, frame / FPS)
    assert foresight.at(45, CLOCK_OF_TWO)[0, 0] == 45
    assert foresight.half_beat(45, CLOCK_OF_TWO) == half_beat_at(CLOCK_OF_TWO, 45 / FPS)


def test_what_is_told_is_bounded_whatever_the_clock_says() -> None:
    block = clock_block(np.array([1e6, -3.2]), np.array([1.0, 9000.0]), np.array([np.nan, 7.0]))
    assert np.isfinite(block).all()
    assert np.abs(block).max() <= 2.0 + 1e-6
