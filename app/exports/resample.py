"""A recorded dance at an even rate: a show's ticks tremble, and most formats have one frame time."""

import numpy as np

from realtime.motion.rotations import normalise, slerp
from realtime.outputs.session import Recording
from realtime.types import FloatArray


def resampled(recording: Recording, fps: float | None = None) -> Recording:
    """Return the dance at `fps`, or at the nearest whole rate to its own; signs of quaternions do not jump."""
    fps = fps or max(round(recording.fps), 1)
    time_s = recording.time_s
    count = int(np.floor((time_s[-1] - time_s[0]) * fps + 1e-6)) + 1
    at_s = time_s[0] + np.arange(count) / fps
    after = np.clip(np.searchsorted(time_s, at_s), 1, len(time_s) - 1)
    weight = np.clip((at_s - time_s[after - 1]) / (time_s[after] - time_s[after - 1]), 0.0, 1.0)
    before_m, after_m = recording.root_m[after - 1], recording.root_m[after]
    rotations = slerp(
        normalise(recording.rotations_wxyz[after - 1]), normalise(recording.rotations_wxyz[after]), weight[:, None]
    )
    return Recording(
        time_s=np.arange(count) / fps,
        root_m=before_m + weight[:, None] * (after_m - before_m),
        rotations_wxyz=_steady(rotations),
        fps=fps,
    )


def _steady(rotations_wxyz: FloatArray) -> FloatArray:
    """Return the same rotations, each quaternion on the side of the one before it: shape (T, J, 4)."""
    alike = np.sum(rotations_wxyz[1:] * rotations_wxyz[:-1], axis=-1)
    signs = np.cumprod(np.where(alike < 0.0, -1.0, 1.0), axis=0)
    return rotations_wxyz * np.concatenate([np.ones((1, signs.shape[1])), signs])[..., None]
