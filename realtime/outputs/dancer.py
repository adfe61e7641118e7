"""The dancer of a moment in the axes and the unit of a target."""

from math import atan2, degrees, remainder
from typing import NamedTuple

import numpy as np

from realtime.motion.skeleton import JOINT_COUNT, Joint
from realtime.outputs.axes import OURS, Axes, AxesConverter
from realtime.outputs.moment import Moment
from realtime.outputs.steady import SteadyTurns
from realtime.types import FloatArray

LIVELY_M_S = 2.0
"""Mean speed of all joints that an energy of 1 stands for."""
_LEFT_WRIST, _RIGHT_WRIST = int(Joint.LEFT_WRIST), int(Joint.RIGHT_WRIST)


class Dancer(NamedTuple):
    """What is told of a dancer; lengths in the target's unit, speeds in units a second.

    Attributes:
        joints: shape (J, 3), where the joints are.
        root: the spot on the floor under the pelvis.
        heading_deg: where the dancer faces, about the axis that is up.
        speed: of the pelvis.
        energy: how much all joints move, 0 to 1.
        contact_l, contact_r: whether that foot stands, 0 to 1.
        height: of the highest joint.
        wrist_l_speed, wrist_r_speed: of the wrists.
        active: whether somebody dances.
    """

    joints: FloatArray
    root: list[float]
    heading_deg: float
    speed: float
    energy: float
    contact_l: float
    contact_r: float
    height: float
    wrist_l_speed: float
    wrist_r_speed: float
    active: bool


class DancerReader:
    """Converts the dancer of each moment. One thread calls it; targets with the same lead and axes may share one."""

    def __init__(self, axes: Axes = OURS, turns: SteadyTurns | None = None) -> None:
        self._turns = turns or SteadyTurns()
        self._up, self._unit = axes.up_index, axes.units_per_m
        self._converter = AxesConverter(axes)
        # Our up, y, is up everywhere; a mirror turns the sense of every angle about it.
        self._sense = float(np.linalg.det(axes.target_from_ours))

    def read(self, moment: Moment) -> Dancer:
        """Return the dancer of a moment."""
        joints = self._converter.positions(moment.world.positions_m)
        root: list[float] = joints[0].tolist()
        root[self._up] = 0.0
        speeds = moment.speeds_m_s
        left_heel, left_toe, right_heel, right_toe = moment.pose.contacts.tolist()
        w, _, y, _ = moment.world.world_from_joint_wxyz[0].tolist()
        return Dancer(
            joints,
            root,
            remainder(degrees(2.0 * atan2(self._sense * y, w)), 360.0) + 0.0,  # no -0
            speeds[0] * self._unit,
            min(sum(speeds) / (LIVELY_M_S * JOINT_COUNT), 1.0),
            max(left_heel, left_toe),
            max(right_heel, right_toe),
            max(joints[:, self._up].tolist()),
            speeds[_LEFT_WRIST] * self._unit,
            speeds[_RIGHT_WRIST] * self._unit,
            moment.state.running,
        )

    def world_wxyz(self, moment: Moment) -> FloatArray:
        """Return each joint's rotation in world space: shape (J, 4)."""
        return self._converter.rotations(moment.world.world_from_joint_wxyz)

    def world_xyzw(self, moment: Moment) -> FloatArray:
        """Return each joint's rotation in world space, with a steady sign: shape (J, 4)."""
        return self._converter.xyzw(self._turns.world_wxyz(moment))

    def local_xyzw(self, moment: Moment) -> FloatArray:
        """Return each joint's rotation relative to its parent, with a steady sign: shape (J, 4)."""
        return self._converter.xyzw(self._turns.local_wxyz(moment))
