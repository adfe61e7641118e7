"""A pose as the shaders want it: dual quaternions for the skin, balls for its shade."""

import numpy as np
from numpy.typing import NDArray

from app.body_shape import REST_M
from app.stage_frame import StageFrame
from realtime.motion.rotations import cross, rotate
from realtime.motion.skeleton import JOINT_COUNT, Joint

_J = Joint
_BALLS = (
    (_J.LEFT_ANKLE, 0.05),
    (_J.LEFT_FOOT, 0.045),
    (_J.RIGHT_ANKLE, 0.05),
    (_J.RIGHT_FOOT, 0.045),
    (_J.LEFT_KNEE, 0.085),
    (_J.RIGHT_KNEE, 0.085),
    (_J.PELVIS, 0.17),
    (_J.SPINE3, 0.19),
    (_J.LEFT_WRIST, 0.06),
    (_J.RIGHT_WRIST, 0.06),
)
"""The dancer as balls: which joint, radius in metres."""


def bones(frame: StageFrame) -> NDArray[np.float32]:
    """Return the movement of each joint from rest as dual quaternions: shape (48, 4), xyzw, real and dual in turn."""
    turn = np.asarray(frame.world_from_joint_wxyz, float)
    shift = frame.positions_m - rotate(turn, REST_M)
    w, v = turn[:, :1], turn[:, 1:]
    packed = np.empty((JOINT_COUNT, 2, 4), np.float32)
    packed[:, 0, :3], packed[:, 0, 3:] = v, w
    packed[:, 1, :3] = 0.5 * (w * shift + cross(shift, v))
    packed[:, 1, 3] = -0.5 * np.sum(shift * v, axis=-1)
    return packed.reshape(2 * JOINT_COUNT, 4)


def balls(frame: StageFrame) -> NDArray[np.float32]:
    """Return the dancer as balls: shape (10, 4), x, y, z and radius in metres."""
    joints, radii = zip(*_BALLS, strict=True)
    return np.column_stack([frame.positions_m[list(joints)], radii]).astype(np.float32)
