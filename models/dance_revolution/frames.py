"""Fifteen frames a second, as the network sees them: every other frame of the thirty that we have.

The paper splits a song and its dance into their even and their odd frames: twice the data, half the length. Split as
they are, half of the beats (one frame of 30 a second each) would vanish from either half, so here a frame keeps the
larger onset and beat of the two that it stands for, and the mean of their rates of movement, so that a dance that is
put together again goes where it went.
"""

import numpy as np
from numpy.typing import NDArray

from models.representation import VELOCITY, YAW_RATE
from realtime.music.revolution import BEAT, ONSET
from realtime.types import FloatArray

FPS = 15.0
_EITHER = slice(ONSET.start, BEAT.stop)
_RATES = slice(YAW_RATE, VELOCITY.stop)


def halved_music(music: NDArray[np.float32], phase: int = 0) -> NDArray[np.float32]:
    """Return frames phase, phase + 2, ...: (T, 438) at 30 frames a second -> (about T / 2, 438) at 15."""
    half = music[phase::2].copy()
    before = music[np.maximum(np.arange(phase, len(music), 2) - 1, 0), _EITHER]
    half[:, _EITHER] = np.maximum(half[:, _EITHER], before)
    return half


def halved_poses(features: FloatArray, phase: int = 0) -> FloatArray:
    """Return frames phase, phase + 2, ... of encoded motion: (T, FEATURES) -> (about T / 2, FEATURES)."""
    half = features[phase::2].copy()
    before = features[np.maximum(np.arange(phase, len(features), 2) - 1, 0), _RATES]
    half[:, _RATES] = 0.5 * (half[:, _RATES] + before)
    return half


def doubled_poses(poses: FloatArray, *, before: FloatArray | None = None) -> FloatArray:
    """Return the frames of 30 a second between and at frames of 15: (T, FEATURES) -> (2 T - 1, FEATURES).

    Frames in between lie on a cubic through their four neighbours (Catmull and Rom 1974); rates are held over both
    halves of the step that they describe.

    Args:
        poses: shape (T, FEATURES).
        before: shape (FEATURES,), the frame before the first, where there is one.
    """
    first = poses[:1] if before is None else before[None]
    around = np.concatenate([first, poses, poses[-1:]])
    middle = (9.0 * (poses[:-1] + poses[1:]) - around[:-3] - around[3:]) / 16.0
    middle[:, _RATES] = poses[1:, _RATES]
    doubled = np.empty((2 * len(poses) - 1, poses.shape[1]))
    doubled[::2], doubled[1::2] = poses, middle
    return doubled
