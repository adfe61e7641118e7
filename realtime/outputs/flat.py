"""The Flat profile: one number to an address, for receivers that make a channel of each (TouchDesigner, Chataigne).

Joints and their rotations, where asked for, are in world space, so that a joint's channels place an object without
its parents. In our own axes (see `axes`), which are TouchDesigner's, nothing needs a flip.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from realtime.motion.kinematics import WorldPose
from realtime.motion.rotations import to_matrix
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.moment import Moment
from realtime.outputs.native import NativeEncoder, RowReader
from realtime.outputs.osc_packet import Message
from realtime.outputs.steady import SteadyQuaternions
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


def flat_encoder(rotations: Rotations = Rotations.NONE, *, rows: RowReader | None = None) -> NativeEncoder:
    """Return an encoder of the Flat profile."""
    body = [
        Message(f"/dance/p1/{name}:{channel}", "f") for name in TOUCHDESIGNER_NAMES for channel in _CHANNELS[rotations]
    ]
    return NativeEncoder(body, _values(rotations), rows)


def euler_xyz_deg(world: WorldPose) -> FloatArray:
    """Return angles about the fixed axes x, y, z, in that order: shape (J, 3), degrees; y is within +-90."""
    m = to_matrix(world.world_from_joint_wxyz)
    x = np.arctan2(m[:, 2, 1], m[:, 2, 2])
    y = np.arcsin(np.clip(-m[:, 2, 0], -1.0, 1.0))
    z = np.arctan2(m[:, 1, 0], m[:, 0, 0])
    return np.degrees(np.stack([x, y, z], axis=-1))


def _values(rotations: Rotations) -> Callable[[Moment], FloatArray]:
    steady = SteadyQuaternions()

    def values(moment: Moment) -> FloatArray:
        body = moment.body
        match rotations:
            case Rotations.NONE:
                return body.positions_m.ravel()
            case Rotations.DEGREES:
                return np.hstack([body.positions_m, euler_xyz_deg(body)]).ravel()
            case Rotations.QUATERNIONS:
                return np.hstack([body.positions_m, steady.xyzw(body.world_from_joint_wxyz)]).ravel()

    return values
