"""Quaternions for the wire: xyzw, with a sign that does not jump, so that receivers can filter them."""

import numpy as np

from realtime.motion.skeleton import JOINT_COUNT
from realtime.outputs.moment import Moment
from realtime.types import FloatArray

_XYZW = np.array([1, 2, 3, 0])


class SteadyQuaternions:
    """Sends of q and -q the one nearer to the last frame's. One thread calls it; a moment asked for twice is known."""

    def __init__(self) -> None:
        self._moment: Moment | None = None
        self._last_wxyz: FloatArray = np.tile([1.0, 0.0, 0.0, 0.0], (JOINT_COUNT, 1))
        self._xyzw: FloatArray = np.tile([0.0, 0.0, 0.0, 1.0], (JOINT_COUNT, 1))

    def xyzw(self, moment: Moment, wxyz: FloatArray) -> FloatArray:
        """Return the rotations of a moment as xyzw: shape (J, 4)."""
        if moment is not self._moment:
            alike = np.einsum("jc,jc->j", wxyz, self._last_wxyz)
            self._last_wxyz = wxyz * np.copysign(1.0, alike)[:, None]
            self._xyzw = self._last_wxyz.take(_XYZW, axis=1)
            self._moment = moment
        return self._xyzw
