"""A dancer whose accents are known: it marches on the spot, each foot comes down on a given time."""

import numpy as np

from models.training.metrics.motion import FPS, Motion
from realtime.motion.kinematics import two_bone_ik
from realtime.motion.rotations import conjugate, from_axis_angle, multiply
from realtime.motion.skeleton import ANKLE_HEIGHT_M, JOINT_COUNT, OFFSETS_M, STANDING_PELVIS_M, Joint
from realtime.types import FloatArray

_FLIGHT_S = 0.24
_SWING_S = 0.3
_LIFT_M = 0.16
_PELVIS_M = STANDING_PELVIS_M - 0.05


def marching(
    plants_s: FloatArray,
    seconds: float,
    *,
    yaw_rad: float = 0.0,
    start_s: float = 0.0,
    softness: float = 0.0,
) -> Motion:
    """Return a march of `seconds` from `start_s` on whose left and right foot land in turn at `plants_s`.

    The feet stamp with softness 0 and ease down with 1.
    """
    times_s = start_s + np.arange(round(seconds * FPS)) / FPS
    rotations = np.zeros((len(times_s), JOINT_COUNT, 4))
    rotations[..., 0] = 1.0
    for number, hip in enumerate((Joint.LEFT_HIP, Joint.RIGHT_HIP)):
        upper, lower = _leg(times_s, plants_s[number::2], hip, softness)
        rotations[:, hip], rotations[:, hip + 3] = upper, lower
        # The sole stays level.
        rotations[:, hip + 6] = conjugate(multiply(upper, lower))
    turn = from_axis_angle(np.array([0.0, 1.0, 0.0]), np.full(len(times_s), yaw_rad))
    rotations[:, 0] = multiply(turn, rotations[:, 0])
    roots = np.tile([0.0, _PELVIS_M, 0.0], (len(times_s), 1))
    return Motion(roots, rotations, start_s)


def swinging(stops_s: FloatArray, seconds: float) -> Motion:
    """Return a body that stands still but for the left arm, which swings to and fro and stops dead at `stops_s`."""
    times_s = np.arange(round(seconds * FPS)) / FPS
    angle_rad = np.zeros(len(times_s))
    for number, stop_s in enumerate(stops_s):
        share = np.clip((times_s - stop_s + _SWING_S) / _SWING_S, 0.0, 1.0)
        angle_rad += (1.0 if number % 2 == 0 else -1.0) * 1.6 * share**1.5
    rotations = np.zeros((len(times_s), JOINT_COUNT, 4))
    rotations[..., 0] = 1.0
    rotations[:, Joint.LEFT_SHOULDER] = from_axis_angle(np.array([0.0, 0.0, 1.0]), angle_rad - 0.8)
    return Motion(np.tile([0.0, STANDING_PELVIS_M, 0.0], (len(times_s), 1)), rotations)


def _leg(times_s: FloatArray, plants_s: FloatArray, hip: int, softness: float) -> tuple[FloatArray, FloatArray]:
    """Return hip and knee rotations that lift the ankle before each plant and set it down on it."""
    knee, ankle = hip + 3, hip + 6
    lift = np.zeros(len(times_s))
    for plant_s in plants_s:
        share = (times_s - plant_s + _FLIGHT_S) / _FLIGHT_S
        flying = (share > 0.0) & (share < 1.0)
        arc = np.sin(np.pi * share[flying] ** 1.5) ** (1.0 + softness)
        lift[flying] = np.maximum(lift[flying], _LIFT_M * arc)
    hip_m = _PELVIS_M + OFFSETS_M[hip][1]
    target = np.zeros((len(times_s), 3))
    target[:, 1] = ANKLE_HEIGHT_M + lift - hip_m
    pole = np.broadcast_to(np.array([0.0, 0.0, 1.0]), target.shape)
    return two_bone_ik(target, upper_offset=OFFSETS_M[knee], lower_offset=OFFSETS_M[ankle], pole=pole)
