"""The paper's metrics on motions whose figures are known, and its features on what paired data holds."""

import numpy as np
import pytest

from models.training.dance_revolution.pairs import clocks_of, with_revolution
from models.training.dance_revolution.paper_metrics import beat_scores, style_accuracy
from models.training.metrics.motion import FPS, Motion
from realtime.motion.rotations import from_axis_angle
from realtime.motion.skeleton import JOINT_COUNT, Joint
from realtime.music.hush import SILENCE
from realtime.types import BeatState, MusicFrame

PERIOD_S = 0.5
BEATS_S = np.arange(0.0, 10.0, PERIOD_S)


def swing(late_s: float) -> Motion:
    """Return a body whose arms swing and stop for a moment on every beat, `late_s` after it."""
    time_s = np.arange(round(10 * FPS)) / FPS - late_s
    rotations = np.zeros((len(time_s), JOINT_COUNT, 4))
    rotations[..., 0] = 1.0
    angle_rad = 0.8 * np.cos(np.pi * time_s / PERIOD_S)
    for joint in (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER):
        rotations[:, joint] = from_axis_angle(np.array([0.0, 0.0, 1.0]), angle_rad)
    return Motion(np.tile([0.0, 0.93, 0.0], (len(time_s), 1)), rotations)


def test_a_dance_that_stops_on_every_beat_covers_and_hits_them_all() -> None:
    scores = beat_scores(swing(0.0), BEATS_S)
    assert scores.coverage == pytest.approx(1.0, abs=0.1)
    assert scores.hit_rate == pytest.approx(1.0, abs=0.06)
    assert scores.by_chance < 0.1


def test_a_dance_half_a_beat_late_covers_the_beats_but_hits_none() -> None:
    scores = beat_scores(swing(0.25), BEATS_S)
    assert scores.coverage == pytest.approx(1.0, abs=0.1)
    assert scores.hit_rate < 0.1
    assert scores.by_chance > 0.9


def test_without_beats_there_is_no_score() -> None:
    assert np.isnan(beat_scores(swing(0.0), np.array([20.0, 20.5])).hit_rate)


def test_style_accuracy_is_the_share_that_is_right() -> None:
    assert style_accuracy(np.eye(4), np.array([0, 1, 0, 3])) == 0.75


def test_a_clock_comes_back_from_its_row() -> None:
    clock = BeatState(120.0, 1.5, 3.0, 3, 0.7, locked=True, glide=1.05)
    row = [120.0, 1.5, 3.0, clock.rate_hz, 0.7, 3.0, 1.0]
    (again,) = clocks_of(np.array([row]))
    assert again.beat_at(9.0) == pytest.approx(clock.beat_at(9.0))
    assert (again.beats_per_bar, again.locked) == (3, True)


def test_every_thirtieth_is_heard_once_and_never_before_it_ends() -> None:
    frames = [MusicFrame((k + 1) / 100, SILENCE, BeatState()) for k in range(100)]
    features = np.arange(30 * 438, dtype=np.float32).reshape(30, 438)
    heard = [(frame.time_s, frame.revolution) for frame in with_revolution(frames, features)]
    numbers = [(time_s, row[0] / 438) for time_s, row in heard if row is not None]
    assert [number for _, number in numbers] == list(range(30))
    assert all(0.0 <= time_s - (number + 1) / 30 < 0.01 + 1e-9 for time_s, number in numbers)
