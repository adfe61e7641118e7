"""Motion at other times: smoothed against aliasing, then interpolated along the short way round."""

import numpy as np

from realtime.motion.rotations import normalise, slerp
from realtime.types import FloatArray


def continuous(rotations_wxyz: FloatArray) -> FloatArray:
    """Return the same rotations with signs such that neighbours in time are near: shape (T, J, 4)."""
    agreement = np.sum(rotations_wxyz[1:] * rotations_wxyz[:-1], axis=-1, keepdims=True)
    signs = np.cumprod(np.where(agreement < 0.0, -1.0, 1.0), axis=0)
    return np.concatenate([rotations_wxyz[:1], rotations_wxyz[1:] * signs])


def smoothed(values: FloatArray, *, sigma_frames: float) -> FloatArray:
    """Return values blurred over time (axis 0) by a Gaussian; the ends repeat."""
    reach = max(int(np.ceil(3.0 * sigma_frames)), 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_frames) ** 2)
    kernel /= kernel.sum()
    padded = np.concatenate([np.repeat(values[:1], reach, 0), values, np.repeat(values[-1:], reach, 0)])
    return sum(weight * padded[k : k + len(values)] for k, weight in enumerate(kernel))  # pyright: ignore[reportReturnType]


def smoothed_rotations(rotations_wxyz: FloatArray, *, sigma_frames: float) -> FloatArray:
    """Return rotations blurred over time: shape (T, J, 4)."""
    return normalise(smoothed(continuous(rotations_wxyz), sigma_frames=sigma_frames))


def motion_at(
    root_m: FloatArray, rotations_wxyz: FloatArray, fps: float, times_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return roots (N, 3) and rotations (N, J, 4) at any times within the clip."""
    position = np.clip(times_s * fps, 0.0, len(root_m) - 1.0)
    before = np.minimum(position.astype(int), len(root_m) - 2)
    weight = (position - before)[:, None]
    roots_m = root_m[before] + weight * (root_m[before + 1] - root_m[before])
    return roots_m, slerp(rotations_wxyz[before], rotations_wxyz[before + 1], weight)
