"""Quaternions for the wire: xyzw, with a sign that does not jump, so that receivers can filter them."""

import numpy as np

from realtime.motion.skeleton import JOINT_COUNT
from realtime.types import FloatArray


class SteadyQuaternions:
    """Sends of q and -q the one nearer to the last frame's. One thread calls it."""

    def __init__(self) -> None:
        self._last_wxyz: FloatArray = np.tile([1.0, 0.0, 0.0, 0.0], (JOINT_COUNT, 1))

    def xyzw(self, wxyz: FloatArray) -> FloatArray:
        """Return the rotations as xyzw: shape (J, 4)."""
        alike = np.einsum("jc,jc->j", wxyz, self._last_wxyz)
        self._last_wxyz = wxyz * np.where(alike < 0.0, -1.0, 1.0)[:, None]
        return self._last_wxyz[:, [1, 2, 3, 0]]
