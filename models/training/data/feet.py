"""Holds standing feet where they stand: takes out the sliding of the capture and of another body's bone lengths."""

import itertools

import numpy as np
from numpy.typing import NDArray

from models.training.data.contacts import CONTACT_JOINTS
from models.training.data.sampling import smoothed
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import conjugate, from_two_vectors, multiply, normalise, rotate
from realtime.motion.skeleton import OFFSETS_M, TOE_HEIGHT_M, Joint
from realtime.types import FloatArray

_LEGS = (
    (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE, Joint.LEFT_FOOT),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.RIGHT_FOOT),
)
_SLIDE_M = 0.10
"""A foot that goes farther than this while it stands means to slide: it is let go and held again."""
_FARTHEST_M = 0.07
_RELEASE_S = 0.12


def planted(root_m: FloatArray, rotations_wxyz: FloatArray, contacts: NDArray[np.bool_], fps: float) -> FloatArray:
    """Return rotations (T, J, 4) whose standing feet keep their place and are not under the floor."""
    result = rotations_wxyz.copy()
    for side, leg in enumerate(_LEGS):
        heel, toe = contacts[:, 2 * side], contacts[:, 2 * side + 1]
        world = forward_kinematics(root_m, result)
        joint = np.where(toe, CONTACT_JOINTS[2 * side + 1], CONTACT_JOINTS[2 * side])
        point_m = world.positions_m[np.arange(len(root_m)), joint]
        shift_m = _shifts(point_m, toe.astype(int) + 2 * (heel & ~toe), fps)
        shift_m[:, 1] = np.maximum(shift_m[:, 1], _lift(world.positions_m[:, leg[3], 1], fps))
        _move_ankle(root_m, result, leg, shift_m)
    return result


def _lift(toe_height_m: FloatArray, fps: float) -> FloatArray:
    """Return how much a foot must rise not to be in the floor: shape (T,)."""
    sunk_m = np.maximum(TOE_HEIGHT_M - 0.01 - toe_height_m, 0.0)
    return np.minimum(smoothed(sunk_m, sigma_frames=0.02 * fps), 0.15)


def _shifts(point_m: FloatArray, kind: NDArray[np.int_], fps: float) -> FloatArray:
    """Return by how much to move a foot at every frame: shape (T, 3). `kind` is 0 in the air."""
    known = np.zeros(len(point_m), bool)
    shift_m = np.zeros_like(point_m)
    for first, last in _stands(point_m, kind):
        anchor_m = np.median(point_m[first:last], axis=0)
        shift_m[first:last] = anchor_m - point_m[first:last]
        shift_m[first:last, 1] = 0.0
        known[first:last] = True
    reach = max(round(_RELEASE_S * fps), 1)
    frames = np.arange(len(point_m))
    near = np.flatnonzero(known)
    if not len(near):
        return shift_m
    after = np.minimum(np.searchsorted(near, frames), len(near) - 1)
    following, preceding = near[after], near[np.maximum(after - 1, 0)]
    for frame in frames[~known]:
        # Fades from the last stand and towards the next one.
        weights = [max(1.0 - abs(frame - other) / (reach + 1.0), 0.0) for other in (preceding[frame], following[frame])]
        weights = [weight * weight * (3.0 - 2.0 * weight) for weight in weights]
        scale = max(sum(weights), 1.0)
        shift_m[frame] = (weights[0] * shift_m[preceding[frame]] + weights[1] * shift_m[following[frame]]) / scale
    length = np.linalg.norm(shift_m, axis=1, keepdims=True)
    return smoothed(shift_m * np.minimum(1.0, _FARTHEST_M / np.maximum(length, 1e-9)), sigma_frames=0.03 * fps)


def _stands(point_m: FloatArray, kind: NDArray[np.int_]) -> list[tuple[int, int]]:
    """Return (first, past the last) of the stretches during which a foot stands on one spot."""
    stands: list[tuple[int, int]] = []
    edges = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    for first, last in itertools.pairwise(edges):
        if kind[first] == 0:
            continue
        begin = first
        for frame in range(first + 1, last + 1):
            if frame == last or np.linalg.norm(point_m[frame, [0, 2]] - point_m[begin, [0, 2]]) > _SLIDE_M:
                if frame - begin >= 3:
                    stands.append((begin, frame))
                begin = frame
    return stands


def _move_ankle(root_m: FloatArray, rotations_wxyz: FloatArray, leg: tuple[int, ...], shift_m: FloatArray) -> None:
    """Move an ankle by bending hip and knee as little as possible, in place; the sole keeps its angle."""
    hip, knee, ankle, _ = leg
    world = forward_kinematics(root_m, rotations_wxyz)
    hip_m, knee_m, ankle_m = (world.positions_m[:, joint] for joint in (hip, knee, ankle))
    thigh, shin = float(np.linalg.norm(OFFSETS_M[knee])), float(np.linalg.norm(OFFSETS_M[ankle]))
    reach = ankle_m + shift_m - hip_m
    distance = np.linalg.norm(reach, axis=1, keepdims=True)
    # A leg that stood straight stays straight: what it cannot reach, it does not reach.
    limit = np.maximum(np.linalg.norm(ankle_m - hip_m, axis=1, keepdims=True), 0.998 * (thigh + shin))
    direction = reach / distance
    distance = np.minimum(distance, np.minimum(limit, thigh + shin - 1e-5))
    cosine = np.clip((thigh**2 + distance**2 - shin**2) / (2.0 * thigh * distance), -1.0, 1.0)
    side = knee_m - hip_m
    side = side - np.sum(side * direction, axis=1, keepdims=True) * direction
    forward = np.linalg.norm(side, axis=1, keepdims=True)
    # A straight leg does not say where its knee points; the thigh's own front does.
    front = _turned(world.world_from_joint_wxyz[:, hip], np.array([0.0, 0.0, 1.0]))
    front = front - np.sum(front * direction, axis=1, keepdims=True) * direction
    side = np.where(forward > 1e-3, side, front)
    side = side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    new_knee = thigh * (cosine * direction + np.sqrt(1.0 - cosine**2) * side)
    new_shin = distance * direction - new_knee
    thigh_turn = from_two_vectors(_unit(knee_m - hip_m), _unit(new_knee))
    shin_turn = from_two_vectors(_unit(ankle_m - knee_m), _unit(new_shin))
    world_wxyz = world.world_from_joint_wxyz
    new_thigh = multiply(thigh_turn, world_wxyz[:, hip])
    new_shin_wxyz = multiply(shin_turn, world_wxyz[:, knee])
    rotations_wxyz[:, hip] = normalise(multiply(conjugate(world_wxyz[:, Joint.PELVIS]), new_thigh))
    rotations_wxyz[:, knee] = normalise(multiply(conjugate(new_thigh), new_shin_wxyz))
    rotations_wxyz[:, ankle] = normalise(multiply(conjugate(new_shin_wxyz), world_wxyz[:, ankle]))


def _unit(vectors: FloatArray) -> FloatArray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _turned(rotations_wxyz: FloatArray, vector: FloatArray) -> FloatArray:
    return rotate(rotations_wxyz, np.broadcast_to(vector, (len(rotations_wxyz), 3)))
