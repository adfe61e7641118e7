"""How strongly a body moves in every direction, and how suddenly: motion's spectrogram and its spectral flux.

You et al., "MoMu-Diffusion", NeurIPS 2024, section on rhythmic contrast: D(r, theta) sums the speed of all joints that
move towards theta at frame r; the kinematic amplitude Q(r) = sum over theta of max(0, D(r) - D(r - 1)). The paper bins
the angle in the picture; a body in space moves in directions, so here 12 azimuths times 3 elevations make K = 36.
"""

import numpy as np

from realtime.motion.kinematics import forward_kinematics
from realtime.types import FloatArray

AZIMUTHS, ELEVATIONS = 12, 3
_FLAT_SINE = 1.0 / 3.0
"""Elevations are cut at +-asin(1/3): the three belts of a sphere then have the same area."""


def directogram(root_m: FloatArray, rotations_wxyz: FloatArray) -> FloatArray:
    """Return (T, K): metres per frame of all joints, by direction; the first frame is still.

    Args:
        root_m: shape (T, 3).
        rotations_wxyz: shape (T, J, 4).
    """
    positions_m = forward_kinematics(root_m, rotations_wxyz).positions_m
    steps_m = np.diff(positions_m, axis=0, prepend=positions_m[:1])  # (T, J, 3)
    lengths_m = np.linalg.norm(steps_m, axis=-1)
    azimuth = np.arctan2(steps_m[..., 0], steps_m[..., 2])
    sine = steps_m[..., 1] / np.maximum(lengths_m, 1e-9)
    belt = (sine > -_FLAT_SINE).astype(int) + (sine > _FLAT_SINE)
    sector = np.floor((azimuth + np.pi) / (2.0 * np.pi) * AZIMUTHS).astype(int) % AZIMUTHS
    frames = np.broadcast_to(np.arange(len(steps_m))[:, None], lengths_m.shape)
    bins = np.zeros((len(steps_m), AZIMUTHS * ELEVATIONS))
    np.add.at(bins, (frames, belt * AZIMUTHS + sector), lengths_m)
    return bins


def kinematic_amplitude(bins: FloatArray) -> FloatArray:
    """Return (T,): Q, the sum of what grew since the frame before, of a directogram (T, K)."""
    return np.maximum(np.diff(bins, axis=0, prepend=bins[:1]), 0.0).sum(axis=1)
