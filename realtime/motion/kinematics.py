"""Where the joints are: forward kinematics, and two-bone inverse kinematics for legs and arms.

Arrays are batch-first; a batch may be a chunk (T, ...) or a single pose (...).
"""

from typing import NamedTuple

import numpy as np

from realtime.motion.rotations import conjugate, cross, from_axis_angle, from_two_vectors, multiply, rotate
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS
from realtime.types import FloatArray

_DEPTHS: list[list[int]] = []
"""Joints grouped by their distance from the pelvis: one vectorised step a level instead of one a joint."""
for _joint, _parent in enumerate(PARENTS):
    _depth = 0 if _parent < 0 else next(d for d, level in enumerate(_DEPTHS) if _parent in level) + 1
    if _depth == len(_DEPTHS):
        _DEPTHS.append([])
    _DEPTHS[_depth].append(_joint)


class WorldPose(NamedTuple):
    """Every joint in world space: `positions_m` (..., J, 3) and `world_from_joint_wxyz` (..., J, 4)."""

    positions_m: FloatArray
    world_from_joint_wxyz: FloatArray


def forward_kinematics(root_m: FloatArray, rotations_wxyz: FloatArray) -> WorldPose:
    """Return where every joint is.

    Args:
        root_m: shape (..., 3), world position of the pelvis.
        rotations_wxyz: shape (..., J, 4), each `parent_from_joint`.
    """
    positions = np.empty((*rotations_wxyz.shape[:-2], JOINT_COUNT, 3))
    orientations = np.empty(rotations_wxyz.shape)
    positions[..., 0, :] = root_m
    orientations[..., 0, :] = rotations_wxyz[..., 0, :]
    for joints in _DEPTHS[1:]:
        parents = PARENTS[joints]
        world_from_parent = orientations[..., parents, :]
        offsets = np.broadcast_to(OFFSETS_M[joints], positions[..., joints, :].shape)
        positions[..., joints, :] = positions[..., parents, :] + rotate(world_from_parent, offsets)
        orientations[..., joints, :] = multiply(world_from_parent, rotations_wxyz[..., joints, :])
    return WorldPose(positions, orientations)


class Limb(NamedTuple):
    """Rotations of a two-bone limb, in the frame of the bone that it hangs from."""

    upper_wxyz: FloatArray
    lower_wxyz: FloatArray


def two_bone_ik(target: FloatArray, *, upper_offset: FloatArray, lower_offset: FloatArray, pole: FloatArray) -> Limb:
    """Return the rotations that bring the end of a limb to `target`, as near as its length allows.

    All vectors are in the frame of the limb's parent, seen from the limb's first joint. The rest directions of both
    bones must be the same (they are, for our legs and arms).

    Args:
        target: shape (..., 3), where the end (ankle, wrist) should be.
        upper_offset: shape (3,), first bone at rest (hip to knee, shoulder to elbow).
        lower_offset: shape (3,), second bone at rest.
        pole: shape (..., 3), the direction to which the middle joint (knee, elbow) points.
    """
    upper, lower = float(np.linalg.norm(upper_offset)), float(np.linalg.norm(lower_offset))
    rest = upper_offset / upper
    distance = np.clip(np.linalg.norm(target, axis=-1, keepdims=True), abs(upper - lower) + 1e-4, upper + lower - 1e-4)
    direction = target / np.maximum(np.linalg.norm(target, axis=-1, keepdims=True), 1e-9)
    cosine = np.clip((upper**2 + distance**2 - lower**2) / (2 * upper * distance), -1.0, 1.0)
    sine = np.sqrt(1.0 - cosine**2)
    side = pole - np.sum(pole * direction, axis=-1, keepdims=True) * direction
    side = side / np.maximum(np.linalg.norm(side, axis=-1, keepdims=True), 1e-9)
    middle_direction = cosine * direction + sine * side
    end_direction = distance * direction - upper * middle_direction
    end_direction = end_direction / np.linalg.norm(end_direction, axis=-1, keepdims=True)
    # The hinge's own x axis must follow the pole, or the knee would twist as the leg swings.
    upper_wxyz = _aim(rest, middle_direction, side)
    lower_wxyz = multiply(
        conjugate(upper_wxyz), multiply(from_two_vectors(middle_direction, end_direction), upper_wxyz)
    )
    return Limb(upper_wxyz, lower_wxyz)


def _aim(rest: FloatArray, direction: FloatArray, pole: FloatArray) -> FloatArray:
    """Return the rotation that turns `rest` to `direction` and its rest pole towards `pole`."""
    rest_pole = np.array([0.0, 0.0, 1.0]) if abs(rest[1]) > 0.5 else np.array([0.0, 0.0, -1.0])
    swing = from_two_vectors(np.broadcast_to(rest, direction.shape), direction)
    swung_pole = rotate(swing, np.broadcast_to(rest_pole, direction.shape))
    flat = pole - np.sum(pole * direction, axis=-1, keepdims=True) * direction
    flat = flat / np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 1e-9)
    twist_rad = np.arctan2(np.sum(cross(swung_pole, flat) * direction, axis=-1), np.sum(swung_pole * flat, axis=-1))
    return multiply(from_axis_angle(direction, twist_rad), swing)
