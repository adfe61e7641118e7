"""Kinetic features of a motion: 72 figures on how hard every joint works, the space of FID_k.

Onuma et al., "FMDistance" (Eurographics 2008), as in Facebook's fairmotion: for every joint the mean squared horizontal
speed, the mean squared vertical speed and the mean length of the acceleration, each over a sliding window of five.
`compat` is what the public code of AIST++, Bailando and EDGE really computes, at 60 frames a second: its acceleration
lacks a pair of brackets, v1 = p[i] - p[i-1] / dt, which makes it a matter of position (and of 60). Figures of papers
can only be compared with that. `fixed` is the acceleration in m/s^2 at our rate.
"""

import numpy as np

from models.training.metrics.motion import FPS
from realtime.types import FloatArray

COMPAT_FPS = 60.0
_REACH = 2


def kinetic_features(positions_m: FloatArray, *, compat: bool = False) -> FloatArray:
    """Return the features: shape (3 J,), each joint's horizontal and vertical energy and its expenditure.

    Args:
        positions_m: shape (T, J, 3) at `FPS`; the first frame's pelvis becomes the origin.
        compat: as the public code does it, brackets, rate and all.
    """
    positions_m = positions_m - positions_m[:1, :1]
    if compat:
        positions_m = at_compat_rate(positions_m)
    rate = COMPAT_FPS if compat else FPS
    velocity = _windowed(np.diff(positions_m, axis=0)) * rate
    horizontal = np.sum(velocity[..., [0, 2]] ** 2, axis=-1).mean(axis=0)
    vertical = (velocity[..., 1] ** 2).mean(axis=0)
    before, here, after = positions_m[:-2], positions_m[1:-1], positions_m[2:]
    second = (
        ((after - here) * rate - (here - before * rate)) * rate if compat else (after - 2 * here + before) * rate**2
    )
    expenditure = np.linalg.norm(_windowed(second), axis=-1).mean(axis=0)
    return np.stack([horizontal, vertical, expenditure], axis=-1).reshape(-1)  # (J, 3) -> (3 J,)


def at_compat_rate(positions_m: FloatArray) -> FloatArray:
    """Return positions at the public code's 60 frames a second, between ours on straight lines."""
    count = round((len(positions_m) - 1) * COMPAT_FPS / FPS) + 1
    place = np.minimum(np.arange(count) * FPS / COMPAT_FPS, len(positions_m) - 1.0)
    before = np.minimum(place.astype(int), len(positions_m) - 2)
    weight = (place - before)[:, None, None]
    return positions_m[before] + weight * (positions_m[before + 1] - positions_m[before])


def _windowed(values: FloatArray) -> FloatArray:
    """Return the mean over up to five neighbours in time, fewer at the ends: shape as given."""
    sums = np.cumsum(np.concatenate([np.zeros((1, *values.shape[1:])), values]), axis=0)
    index = np.arange(len(values))
    first, last = np.maximum(index - _REACH, 0), np.minimum(index + _REACH + 1, len(values))
    return (sums[last] - sums[first]) / (last - first).reshape(-1, *(1,) * (values.ndim - 1))
