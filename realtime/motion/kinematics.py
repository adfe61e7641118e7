"""Where the joints are: forward kinematics, and two-bone inverse kinematics for legs and arms.

Arrays are batch-first; a batch may be a chunk (T, ...) or a single pose (...).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.motion.rotations import conjugate, cross, from_axis_angle, from_two_vectors, multiply, rotate
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS
from realtime.types import FloatArray


class WorldPose(NamedTuple):
    """Every joint in world space: `positions_m` (..., J, 3) and `world_from_joint_wxyz` (..., J, 4)."""

    positions_m: FloatArray
    world_from_joint_wxyz: FloatArray


def forward_kinematics(root_m: FloatArray, rotations_wxyz: FloatArray) -> WorldPose:
    """Return where every joint is.

    A quaternion q is the 4x4 matrix L(q) that multiplies from the left, so a chain of joints is a product of
    matrices. Each round joins every chain with the one that it ends at, which doubles their length: four rounds reach
    the pelvis from anywhere. For one pose this takes 17 us where walking the tree level by level took 300.

    Args:
        root_m: shape (..., 3), world position of the pelvis.
        rotations_wxyz: shape (..., J, 4), each `parent_from_joint`.
    """
    # Joints come first here, which is quicker to take rows of than a batch's own order; `dot` costs half of what `@`
    # costs on small matrices.
    rotations = rotations_wxyz if rotations_wxyz.ndim == 2 else np.moveaxis(rotations_wxyz, -2, 0)
    chains = rotations.dot(_LEFT).reshape(*rotations.shape, 4)  # (J, ..., 4, 4)
    for first, ends in _ROUNDS:
        chains[first:] = chains.take(ends, 0) @ chains[first:]
    world_wxyz = chains[..., 0].copy()
    # q v q* as L(q) times the matrix that takes q to v q*.
    frames = chains.take(_BONE_FRAMES, 0)
    bones_of = _BONES if frames.ndim == 3 else _BONES.reshape(JOINT_COUNT, *(1,) * (frames.ndim - 3), 4, 4)
    bones = (frames @ (bones_of @ frames[..., :1]))[..., 1:, 0]  # (J, ..., 3), each from parent to joint
    if bones.ndim == 2:
        return WorldPose(root_m + _ANCESTRY.dot(bones), world_wxyz)
    positions_m = root_m[..., None, :] + _ANCESTRY @ np.moveaxis(bones, 0, -2)
    return WorldPose(positions_m, np.ascontiguousarray(np.moveaxis(world_wxyz, 0, -2)))


def _product_tensor(products: list[list[FloatArray]]) -> FloatArray:
    """Return (4, 16): `q @ tensor` is a flat 4x4 matrix; column j of the matrix of unit i is `products[i][j]`."""
    return np.swapaxes(np.array(products), 1, 2).reshape(4, 16)


def _rounds() -> list[tuple[int, NDArray[np.intp]]]:
    """Return, for each round, the first joint whose chain does not reach the pelvis yet, and where those chains end.

    A chain of 2**k joints ends before the joint 2**k above. Joints are sorted by their depth, so that those which a
    round leaves alone come first.
    """
    assert [len(_line_of(joint)) for joint in range(JOINT_COUNT)] == sorted(map(len, map(_line_of, range(JOINT_COUNT))))
    rounds: list[tuple[int, NDArray[np.intp]]] = []
    step = 1
    while deeper := [line[step] for line in map(_line_of, range(JOINT_COUNT)) if len(line) > step]:
        rounds.append((JOINT_COUNT - len(deeper), np.array(deeper, dtype=np.intp)))
        step *= 2
    return rounds


def _line_of(joint: int) -> list[int]:
    """Return a joint and all that it hangs from, up to the pelvis."""
    parent = int(PARENTS[joint])
    return [joint] if parent < 0 else [joint, *_line_of(parent)]


def _ancestry() -> FloatArray:
    """Return (J, J): 1 where the column's joint is the row's joint or above it."""
    ancestry = np.zeros((JOINT_COUNT, JOINT_COUNT))
    for joint in range(JOINT_COUNT):
        ancestry[joint, _line_of(joint)] = 1.0
    return ancestry


_UNITS = np.eye(4)
_LEFT = _product_tensor([[multiply(q, unit) for unit in _UNITS] for q in _UNITS])
"""`q @ _LEFT` is L(q): the matrix of "q times"."""
_ROUNDS = _rounds()
_ANCESTRY = _ancestry()
_BONE_FRAMES = np.maximum(PARENTS, 0)
_BONES = np.array(
    [np.transpose([multiply(bone, conjugate(q)) for q in _UNITS]) for bone in np.insert(OFFSETS_M, 0, 0.0, axis=1)]
)
"""Shape (J, 4, 4): `_BONES[j] @ q` is v q*, with joint j's offset as the quaternion v that has no real part."""


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
