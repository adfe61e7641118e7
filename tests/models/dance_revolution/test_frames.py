"""Half the frames, and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from models.dance_revolution.frames import doubled_poses, halved_music, halved_poses
from models.representation import FEATURES, VELOCITY, Place, decode
from realtime.music.revolution import BEAT, N_FEATURES

NUMBERS = st.floats(-2, 2, width=32)


@given(frames=st.integers(2, 60), phase=st.integers(0, 1))
def test_no_beat_is_lost_when_frames_are_dropped(frames: int, phase: int) -> None:
    music = np.zeros((frames, N_FEATURES), np.float32)
    music[:: max(frames // 4, 1), BEAT] = 1.0
    half = halved_music(music, phase)
    assert len(half) == len(music[phase::2])
    for beat in np.flatnonzero(music[:, BEAT.start]):
        kept = -(-(beat - phase) // 2)
        assert not 0 <= kept < len(half) or half[kept, BEAT.start] == 1.0


@given(poses=npst.arrays(np.float64, (9, FEATURES), elements=NUMBERS))
def test_doubled_poses_pass_through_the_given_ones(poses: np.ndarray) -> None:
    doubled = doubled_poses(poses)
    assert doubled.shape == (17, FEATURES)
    np.testing.assert_array_equal(doubled[::2], poses)


def test_between_poses_on_a_line_are_poses_on_that_line() -> None:
    line = np.arange(6.0)[:, None] * np.ones(FEATURES)
    inner = doubled_poses(line)[2:-2, VELOCITY.stop :]
    np.testing.assert_allclose(inner[:, 0], np.arange(1.0, 4.5, 0.5))


def test_a_halved_and_doubled_walk_goes_as_far() -> None:
    features = np.zeros((41, FEATURES))
    features[:, 4], features[:, 8] = 1.0, 1.0
    features[:, 10::6], features[:, 14::6] = 1.0, 1.0
    features[:, VELOCITY] = np.random.default_rng(0).uniform(-1, 1, (41, 2))
    _, whole = decode(features[1:], Place(0.0, 0.0, 0.0))
    _, again = decode(doubled_poses(halved_poses(features))[1:], Place(0.0, 0.0, 0.0))
    np.testing.assert_allclose(again, whole, atol=1e-9)
