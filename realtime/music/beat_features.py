"""What one beat sounds like beside the one before it: what a network is told that looks for the first of the bar."""

import numpy as np
from numpy.typing import NDArray

from realtime.music.bands import N_BANDS

ATTACK_FRAMES = 4
"""A beat is described this many frames after its attack."""
MOST_PERIOD_FRAMES = 110
_ATTACK_SPAN = 8
"""Frames among which the steepest rise is looked for."""
_SHORTEST_FRAMES = 8
_COARSE, _SIXTEENTHS = 6, 4
_BASS, _CHORD = slice(0, 10), slice(4, 30)
N_FEATURES = 3 * N_BANDS + (_SIXTEENTHS - 1) * _COARSE + 2
WINDOW_FRAMES = 2 * MOST_PERIOD_FRAMES + _ATTACK_SPAN
"""So many of the last frames are enough for every beat."""

Vector = NDArray[np.float32]


def of_beat(bands: Vector, period: float) -> Vector:
    """Describe the beat whose attack was `ATTACK_FRAMES` before the last frame: shape (N_FEATURES,).

    The steepest rise of every band at its attack; how the mean of every band over the last beat differs from that over
    the beat before; that mean; what rises at the three sixteenths in between, in six coarse bands; and how unlike the
    two beats are in their harmony and in their bass, however loud: 0 for the same spectrum, 1 for another.

    Args:
        bands: shape (frames, N_BANDS), the last frame last: `WINDOW_FRAMES`, or fewer at the beginning.
        period: frames per beat.
    """
    frames = max(min(round(period), MOST_PERIOD_FRAMES), _SHORTEST_FRAMES)
    count = len(bands)
    attack = count - 1 - ATTACK_FRAMES
    before, start = max(attack - frames, 0), max(attack - 2 * frames, 0)
    later = bands[before:attack].mean(axis=0) if attack > before else np.zeros(N_BANDS, np.float32)
    earlier = bands[start:before].mean(axis=0) if before > start else later
    features = [_steepest(bands, count - _ATTACK_SPAN, count), later - earlier, later]
    for sixteenth in range(1, _SIXTEENTHS):
        middle = attack - frames + round(frames * sixteenth / _SIXTEENTHS)
        rises = _steepest(bands, middle - _ATTACK_SPAN // 2 + 1, min(middle + _ATTACK_SPAN // 2 + 1, count))
        features.append(rises.reshape(_COARSE, -1).max(axis=1))
    features.append(np.array([_unlike(earlier, later, _CHORD), _unlike(earlier, later, _BASS)]))
    return np.concatenate(features).astype(np.float32)


def _steepest(bands: Vector, first: int, end: int) -> Vector:
    """Return the largest rise from one frame to the next, of those that end within these frames: shape (N_BANDS,)."""
    first = max(first, 1)
    if end <= first:
        return np.zeros(N_BANDS, np.float32)
    rises = bands[first:end] - bands[first - 1 : end - 1]
    return np.maximum(rises.max(axis=0), 0.0)


def _unlike(before: Vector, after: Vector, bands: slice) -> float:
    """Return 1 less the correlation of two spectra."""
    x, y = before[bands] - before[bands].mean(), after[bands] - after[bands].mean()
    return 1.0 - float(x @ y) / (float(x @ x) ** 0.5 * float(y @ y) ** 0.5 + 1e-4)
