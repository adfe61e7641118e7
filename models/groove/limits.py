"""What a body cannot do: how far joints go, and that hands do not pass through the trunk.

Ranges are those of an average adult, a little inside (American Academy of Orthopaedic Surgeons, joint motion tables).
"""

import numpy as np

from realtime.motion.skeleton import OFFSETS_M, Joint
from realtime.types import FloatArray

THIGH_M = float(-OFFSETS_M[Joint.LEFT_KNEE, 1])
SHIN_M = float(-OFFSETS_M[Joint.LEFT_ANKLE, 1])
LEG_REACH_M = 0.988 * (THIGH_M + SHIN_M)
"""Longest distance from hip to ankle: the knee keeps some 17 degrees of bend."""
ARM_M = float(OFFSETS_M[Joint.LEFT_ELBOW, 0] + OFFSETS_M[Joint.LEFT_WRIST, 0])
_ARM_REACH = (0.36, 0.985)
_ARM_ELEVATION_RAD = (np.radians(-125.0), np.radians(84.0))
_ARM_AZIMUTH_RAD = (np.radians(-40.0), np.radians(105.0))
_TRUNK_M = (0.215, 0.185)
"""Half width and half depth of the trunk with a hand's thickness around it, as an ellipse about the spine."""


_THIGH_ROOM_M = 0.115
"""Distance of a wrist from the middle of a thigh."""


def within(values: FloatArray, low: float, high: float, *, softness: float) -> FloatArray:
    """Return the values bent smoothly into [low, high]; unchanged further than about `softness` inside it."""
    values = 0.5 * (values + high - np.sqrt((values - high) ** 2 + softness**2))
    return 0.5 * (values + low + np.sqrt((values - low) ** 2 + softness**2))


def limit_arms(
    azimuth: FloatArray, elevation: FloatArray, reach: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return an arm's direction (radians) and reach (fraction of its length) as far as a shoulder and elbow go."""
    return (
        within(azimuth, *_ARM_AZIMUTH_RAD, softness=0.05),
        within(elevation, *_ARM_ELEVATION_RAD, softness=0.05),
        within(reach, *_ARM_REACH, softness=0.02),
    )


def outside_trunk(points_m: FloatArray) -> FloatArray:
    """Return points moved out of the trunk, horizontally: shape (..., 3) from the spine, Y up along it.

    Above the shoulders there is only the neck and the points stay.
    """
    width, depth = _TRUNK_M
    x, z = points_m[..., 0], points_m[..., 2]
    radius = np.sqrt((x / width) ** 2 + (z / depth) ** 2 + 1e-9)
    grown = 0.5 * (radius + 1.0 + np.sqrt((radius - 1.0) ** 2 + 0.01))
    inside = np.clip((0.16 - points_m[..., 1]) / 0.1, 0.0, 1.0)
    scale = 1.0 + inside * inside * (3.0 - 2.0 * inside) * (grown / radius - 1.0)
    moved = points_m.copy()
    moved[..., 0] = x * scale
    moved[..., 2] = z * scale
    return moved


def outside_thighs(points_m: FloatArray, hips_m: FloatArray, knees_m: FloatArray) -> FloatArray:
    """Return points moved away from two thighs: all shapes (..., 3), in one frame."""
    thigh = knees_m - hips_m
    along = np.sum((points_m - hips_m) * thigh, axis=-1, keepdims=True) / np.sum(thigh**2, axis=-1, keepdims=True)
    away = points_m - hips_m - np.clip(along, 0.0, 1.0) * thigh
    distance = np.sqrt(np.sum(away**2, axis=-1, keepdims=True) + 1e-8)
    grown = 0.5 * (distance + _THIGH_ROOM_M + np.sqrt((distance - _THIGH_ROOM_M) ** 2 + 0.0009))
    return points_m + away * (grown / distance - 1.0)


def highest_pelvis(ankles_m: FloatArray, hips_from_pelvis_m: FloatArray, pelvis_m: FloatArray) -> FloatArray:
    """Return how high the pelvis may be so that both legs reach their ankles: shape (T,).

    Args:
        ankles_m: shape (T, 2, 3), world.
        hips_from_pelvis_m: shape (T, 2, 3), world axes.
        pelvis_m: shape (T, 3); only x and z are read.
    """
    hips = pelvis_m[:, None, :] + hips_from_pelvis_m
    across = (ankles_m[..., 0] - hips[..., 0]) ** 2 + (ankles_m[..., 2] - hips[..., 2]) ** 2
    rise = np.sqrt(np.maximum(LEG_REACH_M**2 - across, 0.04))
    return _soft_minimum(*(ankles_m[..., 1] + rise - hips_from_pelvis_m[..., 1]).T)


def _soft_minimum(a: FloatArray, b: FloatArray) -> FloatArray:
    return 0.5 * (a + b - np.sqrt((a - b) ** 2 + 0.0011))


def lower_of(wanted: FloatArray, allowed: FloatArray) -> FloatArray:
    """Return the smaller of two heights, rounded where they meet; never above `allowed`."""
    return _soft_minimum(wanted, allowed)
