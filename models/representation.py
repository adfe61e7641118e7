"""Motion as numbers that a network learns: 30 frames a second, rotations, no absolute place in the world.

One frame is `FEATURES` numbers: yaw rate (1), velocity over the floor in the frame of the previous heading (2), height
of the pelvis (1), pelvis in the heading frame as 6D (6), the other joints as 6D (23 x 6), contacts (4). The heading is
where the hips face: it is read from their left-right axis, which a bow or a stretch leaves alone. A place in the world
would invite the network to spin and to drift (it is recovered by summing up).

6D: the first two columns of the rotation matrix, Zhou et al., "On the Continuity of Rotation Representations in Neural
Networks", CVPR 2019.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from realtime.motion.rotations import from_axis_angle, from_matrix, multiply, to_matrix
from realtime.motion.skeleton import JOINT_COUNT, JOINT_NAMES
from realtime.types import CONTACT_NAMES, FloatArray

FPS = 30.0
YAW_RATE = 0
VELOCITY = slice(1, 3)
HEIGHT = 3
PELVIS = slice(4, 10)
JOINTS = slice(10, 10 + 6 * (JOINT_COUNT - 1))
CONTACTS = slice(JOINTS.stop, JOINTS.stop + len(CONTACT_NAMES))
FEATURES = CONTACTS.stop
"""Numbers per frame: 152."""
VERSION = 1
"""Of this layout; a bundle names it."""

_UP = np.array([0.0, 1.0, 0.0])


class Motion(NamedTuple):
    """Frames of dance: `root_m` (..., T, 3), `rotations_wxyz` (..., T, J, 4), `contacts` (..., T, F)."""

    root_m: FloatArray
    rotations_wxyz: FloatArray
    contacts: FloatArray


class Place(NamedTuple):
    """Where a dancer stands on the floor, and where the hips face: metres, metres, radians."""

    x_m: float
    z_m: float
    yaw_rad: float


def place_of(root_m: FloatArray, pelvis_wxyz: FloatArray) -> Place:
    """Return where the body of one frame stands: shapes (3,) and (4,)."""
    return Place(float(root_m[0]), float(root_m[2]), float(heading(pelvis_wxyz)))


def heading(pelvis_wxyz: FloatArray) -> FloatArray:
    """Return (...): the yaw to which the hips face, radians, from `world_from_pelvis` (..., 4)."""
    across = to_matrix(pelvis_wxyz)[..., 0]
    return np.arctan2(-across[..., 2], across[..., 0])


def encode(motion: Motion) -> FloatArray:
    """Return (T, FEATURES); the rates of the first frame are those of the second.

    Args:
        motion: shape (T, ...), at `FPS`.
    """
    root_m, rotations_wxyz, contacts = motion
    yaw_rad = np.unwrap(heading(rotations_wxyz[:, 0]))
    features = np.empty((len(root_m), FEATURES))
    yaw_rate = np.diff(yaw_rad) * FPS
    step = np.diff(root_m[:, [0, 2]], axis=0) * FPS
    local = _turn(step, -yaw_rad[:-1])
    features[1:, YAW_RATE], features[1:, VELOCITY] = yaw_rate, local
    features[:1, : VELOCITY.stop] = features[1:2, : VELOCITY.stop] if len(root_m) > 1 else 0.0
    features[:, HEIGHT] = root_m[:, 1]
    matrices = to_matrix(rotations_wxyz)
    matrices[:, 0] = to_matrix(from_axis_angle(_UP, -yaw_rad)) @ matrices[:, 0]
    features[:, PELVIS.start : JOINTS.stop] = to_6d(matrices).reshape(len(root_m), -1)
    features[:, CONTACTS] = contacts
    return features


def decode(features: FloatArray, start: Place) -> tuple[Motion, Place]:
    """Return the motion that follows a frame that stood at `start`, and where its last frame stands.

    Args:
        features: shape (T, FEATURES).
        start: of the frame before the first.
    """
    count = len(features)
    yaw_rad = start.yaw_rad + np.cumsum(features[:, YAW_RATE]) / FPS
    before = np.concatenate([[start.yaw_rad], yaw_rad[:-1]])
    steps = _turn(features[:, VELOCITY] / FPS, before)
    root_m = np.empty((count, 3))
    root_m[:, [0, 2]] = np.array([start.x_m, start.z_m]) + np.cumsum(steps, axis=0)
    root_m[:, 1] = features[:, HEIGHT]
    rotations_wxyz = from_matrix(from_6d(features[:, PELVIS.start : JOINTS.stop].reshape(count, JOINT_COUNT, 6)))
    rotations_wxyz[:, 0] = multiply(from_axis_angle(_UP, yaw_rad), rotations_wxyz[:, 0])
    end = Place(float(root_m[-1, 0]), float(root_m[-1, 2]), float(yaw_rad[-1])) if count else start
    return Motion(root_m, rotations_wxyz, np.clip(features[:, CONTACTS], 0.0, 1.0)), end


def mirror(motion: Motion) -> Motion:
    """Return the motion with left and right exchanged."""
    root_m = motion.root_m * np.array([-1.0, 1.0, 1.0])
    rotations_wxyz = motion.rotations_wxyz[..., MIRRORED_JOINTS, :] * np.array([1.0, 1.0, -1.0, -1.0])
    return Motion(root_m, rotations_wxyz, motion.contacts[..., [2, 3, 0, 1]])


def mirror_features(features: FloatArray) -> FloatArray:
    """Return encoded frames (..., FEATURES) with left and right exchanged."""
    return features[..., MIRRORED_FEATURES] * MIRROR_SIGNS


def to_6d(matrices: FloatArray) -> FloatArray:
    """Return (..., 6): the first two columns of (..., 3, 3), one after the other."""
    return np.concatenate([matrices[..., 0], matrices[..., 1]], axis=-1)


def from_6d(six: FloatArray) -> FloatArray:
    """Return (..., 3, 3): the rotation nearest to two columns (..., 6), by Gram and Schmidt."""
    first = six[..., :3] / np.maximum(np.linalg.norm(six[..., :3], axis=-1, keepdims=True), 1e-8)
    second = six[..., 3:] - np.sum(first * six[..., 3:], axis=-1, keepdims=True) * first
    second = second / np.maximum(np.linalg.norm(second, axis=-1, keepdims=True), 1e-8)
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def _turn(vectors: FloatArray, yaw_rad: FloatArray) -> FloatArray:
    """Return (T, 2): x and z turned about Y by yaw."""
    cosine, sine = np.cos(yaw_rad), np.sin(yaw_rad)
    x, z = vectors[:, 0], vectors[:, 1]
    return np.stack([cosine * x + sine * z, cosine * z - sine * x], axis=1)


def _mirrored_name(name: str) -> str:
    if name.startswith("left_"):
        return "right_" + name[5:]
    return "left_" + name[6:] if name.startswith("right_") else name


MIRRORED_JOINTS = np.array([JOINT_NAMES.index(_mirrored_name(name)) for name in JOINT_NAMES])


def _mirroring() -> tuple[NDArray[np.intp], FloatArray]:
    """Return (FEATURES,) twice: which feature a mirror shows in each place, and its sign there."""
    places, signs = np.arange(FEATURES), np.ones(FEATURES)
    signs[[YAW_RATE, VELOCITY.start]] = -1.0
    sixes = PELVIS.start + np.arange(6 * JOINT_COUNT).reshape(JOINT_COUNT, 6)
    places[PELVIS.start : JOINTS.stop] = sixes[MIRRORED_JOINTS].ravel()
    signs[PELVIS.start : JOINTS.stop] = np.tile([1.0, -1.0, -1.0, -1.0, 1.0, 1.0], JOINT_COUNT)
    places[CONTACTS] = CONTACTS.start + np.array([2, 3, 0, 1])
    return places, signs


MIRRORED_FEATURES, MIRROR_SIGNS = _mirroring()
