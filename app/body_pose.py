"""A pose as the shaders want it: dual quaternions for the skin, balls for its shade."""

import numpy as np
from numpy.typing import NDArray

from app.body_shape import REST_M
from app.stage_frame import StageFrame
from realtime.motion.rotations import cross, rotate
from realtime.motion.skeleton import JOINT_COUNT, Joint

_J = Joint
_BALLS = (
    *((joint, joint, 0.05) for joint in (_J.LEFT_ANKLE, _J.RIGHT_ANKLE, _J.LEFT_FOOT, _J.RIGHT_FOOT)),
    (_J.LEFT_KNEE, _J.LEFT_ANKLE, 0.08),
    (_J.RIGHT_KNEE, _J.RIGHT_ANKLE, 0.08),
    (_J.LEFT_HIP, _J.LEFT_KNEE, 0.11),
    (_J.RIGHT_HIP, _J.RIGHT_KNEE, 0.11),
    (_J.PELVIS, _J.PELVIS, 0.16),
    (_J.SPINE1, _J.SPINE2, 0.15),
    (_J.SPINE3, _J.SPINE3, 0.17),
    (_J.HEAD, _J.HEAD, 0.12),
    (_J.LEFT_SHOULDER, _J.LEFT_ELBOW, 0.07),
    (_J.RIGHT_SHOULDER, _J.RIGHT_ELBOW, 0.07),
    (_J.LEFT_ELBOW, _J.LEFT_WRIST, 0.06),
    (_J.RIGHT_ELBOW, _J.RIGHT_WRIST, 0.06),
)
"""The dancer as balls, each half way between two joints: radius in metres."""
BALL_COUNT = len(_BALLS)
_STARTS, _ENDS, _RADII_M = (list(column) for column in zip(*_BALLS, strict=True))


def bones(frame: StageFrame) -> NDArray[np.float32]:
    """Return the movement of each joint from rest as dual quaternions: shape (12, 4, 4).

    Its rows of four, in order, are each joint's real part and dual part, xyzw.
    """
    turn = np.asarray(frame.world_from_joint_wxyz, float)
    shift = frame.positions_m - rotate(turn, REST_M)
    w, v = turn[:, :1], turn[:, 1:]
    packed = np.empty((JOINT_COUNT, 2, 4), np.float32)
    packed[:, 0, :3], packed[:, 0, 3:] = v, w
    packed[:, 1, :3] = 0.5 * (w * shift + cross(shift, v))
    packed[:, 1, 3] = -0.5 * np.sum(shift * v, axis=-1)
    return packed.reshape(JOINT_COUNT // 2, 4, 4)


def balls(frame: StageFrame) -> NDArray[np.float32]:
    """Return the dancer as balls: shape (BALL_COUNT, 4), x, y, z and radius in metres."""
    middles = 0.5 * (frame.positions_m[_STARTS] + frame.positions_m[_ENDS])
    return np.column_stack([middles, _RADII_M]).astype(np.float32)
