"""Quaternions with a sign that does not jump from frame to frame, so that receivers can filter them."""

import numpy as np

from realtime.motion.skeleton import JOINT_COUNT
from realtime.outputs.moment import Moment
from realtime.types import FloatArray

_ALL_PARTS = np.ones(4)


class SteadyTurns:
    """The rotations of each moment in our axes. One thread calls it; targets with the same lead share one."""

    def __init__(self) -> None:
        self._world, self._local = _Steady(), _Steady()

    def world_wxyz(self, moment: Moment) -> FloatArray:
        """Return each joint's rotation in world space: shape (J, 4)."""
        return self._world.wxyz(moment, moment.world.world_from_joint_wxyz)

    def local_wxyz(self, moment: Moment) -> FloatArray:
        """Return each joint's rotation relative to its parent: shape (J, 4)."""
        return self._local.wxyz(moment, moment.pose.rotations_wxyz)


class _Steady:
    """Takes of q and -q the one nearer to the last frame's; a moment asked for twice is known."""

    def __init__(self) -> None:
        self._moment: Moment | None = None
        self._wxyz: FloatArray = np.tile([1.0, 0.0, 0.0, 0.0], (JOINT_COUNT, 1))

    def wxyz(self, moment: Moment, wxyz: FloatArray) -> FloatArray:
        if moment is not self._moment:
            alike = (wxyz * self._wxyz).dot(_ALL_PARTS)
            self._wxyz = wxyz * np.copysign(1.0, alike)[:, None]
            self._moment = moment
        return self._wxyz
