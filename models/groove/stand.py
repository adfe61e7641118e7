"""Where a dance begins: standing at ease on the feet of whoever was shown before, so that no planted foot slides."""

from math import hypot, isfinite, pi

import numpy as np

from models.groove.arms import HANG
from models.groove.footwork import FOOT_FORWARD_M, HALF_STANCE_M
from models.groove.score import ARMS, CHANNEL_COUNT, FEET, Channel
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import yaw_of
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray, Pose

_STAGE_M = 1.0
_BALLS = (Joint.LEFT_FOOT, Joint.RIGHT_FOOT)
_ANKLES = (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE)
_LIFTED_M = 0.25
_APART_M = (0.13, 0.5)
_TURNED_OUT_RAD = (-0.15, 0.6)


def standing(shown: Pose) -> FloatArray:
    """Return the score's values for standing where the shown body is: shape (CHANNEL_COUNT,).

    Its feet stay where they are if one can stand like that, else they are put under the body.
    """
    values = np.zeros(CHANNEL_COUNT)
    x, z = (float(v) if isfinite(v) else 0.0 for v in (shown.root_m[0], shown.root_m[2]))
    x, z = (min(max(v, -_STAGE_M), _STAGE_M) for v in (x, z))
    yaw = _wrapped(float(yaw_of(shown.rotations_wxyz[0])))
    values[[Channel.PELVIS_X, Channel.PELVIS_Z, Channel.FACING]] = x, z, yaw
    feet = _feet_of(shown, x, z, yaw) or _feet_at_ease(x, z, yaw)
    for foot, first in enumerate(FEET):
        values[first : first + 3] = feet[foot]
        values[ARMS[foot] : ARMS[foot] + 5] = HANG.values()
    return values


def _feet_at_ease(x: float, z: float, yaw: float) -> list[tuple[float, float, float]]:
    """Return x, z, yaw of both feet, half a stance beside the pelvis."""
    sine, cosine = float(np.sin(yaw)), float(np.cos(yaw))
    return [
        (
            x + side * HALF_STANCE_M * cosine + FOOT_FORWARD_M * sine,
            z - side * HALF_STANCE_M * sine + FOOT_FORWARD_M * cosine,
            yaw + 0.13 * side,
        )
        for side in (1, -1)
    ]


def _feet_of(shown: Pose, x: float, z: float, yaw: float) -> list[tuple[float, float, float]] | None:
    """Return x, z, yaw of the shown feet, or None where nobody can stand on them at ease."""
    if not (np.isfinite(shown.root_m).all() and np.isfinite(shown.rotations_wxyz).all()):
        return None
    world = forward_kinematics(shown.root_m, shown.rotations_wxyz)
    balls = world.positions_m[list(_BALLS)]
    (left_x, _, left_z), (right_x, _, right_z) = balls
    apart = (left_x - right_x) * np.cos(yaw) - (left_z - right_z) * np.sin(yaw)
    off = hypot((left_x + right_x) / 2 - x, (left_z + right_z) / 2 - z)
    reach = hypot(left_x - right_x, left_z - right_z)
    if balls[:, 1].max() > _LIFTED_M or not _APART_M[0] < apart <= reach < _APART_M[1] or off > 0.25:
        return None
    feet: list[tuple[float, float, float]] = []
    for side, ball, ankle in zip((1, -1), balls, _ANKLES, strict=True):
        out = side * _wrapped(float(yaw_of(world.world_from_joint_wxyz[ankle])) - yaw)
        out = min(max(out, _TURNED_OUT_RAD[0]), _TURNED_OUT_RAD[1])
        feet.append((float(ball[0]), float(ball[2]), yaw + side * out))
    return feet


def _wrapped(angle_rad: float) -> float:
    return (angle_rad + pi) % (2 * pi) - pi if isfinite(angle_rad) else 0.0
