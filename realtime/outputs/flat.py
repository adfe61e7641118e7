"""The Flat profile: one number to an address, for receivers that make a channel of each (TouchDesigner, Chataigne).

Joints are in world space, metres, Y up, right-handed: the axes of TouchDesigner. Their rotations, where asked for, are
in world space too, so that a joint's channels place an object without its parents.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from realtime.motion.kinematics import WorldPose
from realtime.motion.rotations import to_matrix
from realtime.motion.skeleton import JOINT_COUNT
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.native import NativeEncoder
from realtime.outputs.osc_packet import Message
from realtime.types import FloatArray


class Rotations(StrEnum):
    """How rotations are sent.

    `DEGREES` are angles about x, then y, then z, all fixed axes: TouchDesigner's default order.
    """

    NONE = "none"
    DEGREES = "degrees"
    QUATERNIONS = "quaternions"


_CHANNELS = {
    Rotations.NONE: ("tx", "ty", "tz"),
    Rotations.DEGREES: ("tx", "ty", "tz", "rx", "ry", "rz"),
    Rotations.QUATERNIONS: ("tx", "ty", "tz", "qx", "qy", "qz", "qw"),
}


def flat_encoder(rotations: Rotations = Rotations.NONE) -> NativeEncoder:
    """Return an encoder of the Flat profile."""
    body = [
        Message(f"/dance/p1/{name}:{channel}", "f") for name in TOUCHDESIGNER_NAMES for channel in _CHANNELS[rotations]
    ]
    values: dict[Rotations, Callable[[WorldPose], FloatArray]] = {
        Rotations.NONE: lambda world: world.positions_m.ravel(),
        Rotations.DEGREES: lambda world: np.hstack([world.positions_m, euler_xyz_deg(world)]).ravel(),
        Rotations.QUATERNIONS: _SteadyQuaternions().values,
    }
    return NativeEncoder(body, values[rotations])


def euler_xyz_deg(world: WorldPose) -> FloatArray:
    """Return angles about the fixed axes x, y, z, in that order: shape (J, 3), degrees; y is within +-90."""
    m = to_matrix(world.world_from_joint_wxyz)
    x = np.arctan2(m[:, 2, 1], m[:, 2, 2])
    y = np.arcsin(np.clip(-m[:, 2, 0], -1.0, 1.0))
    z = np.arctan2(m[:, 1, 0], m[:, 0, 0])
    return np.degrees(np.stack([x, y, z], axis=-1))


class _SteadyQuaternions:
    """Sends of q and -q the one nearer to the last frame's: channels that do not jump can be filtered."""

    def __init__(self) -> None:
        self._last_wxyz: FloatArray = np.tile([1.0, 0.0, 0.0, 0.0], (JOINT_COUNT, 1))

    def values(self, world: WorldPose) -> FloatArray:
        wxyz = world.world_from_joint_wxyz
        alike = np.sum(wxyz * self._last_wxyz, axis=1, keepdims=True)
        self._last_wxyz = np.where(alike < 0.0, -wxyz, wxyz)
        return np.hstack([world.positions_m, np.roll(self._last_wxyz, -1, axis=1)]).ravel()
