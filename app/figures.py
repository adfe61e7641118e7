"""Figures that are not the skin, as plain arrays: glowing limbs, sparks that limbs shed, cloth that they draw.

Everything is a function of the poses that were shown, so that a picture of a moment is always the same picture.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.pose_history import PoseHistory
from app.stage_frame import StageFrame
from realtime.motion.skeleton import JOINT_COUNT, PARENTS, Joint
from realtime.types import FloatArray

_J = Joint
_HALF = (
    (_J.LEFT_HIP, _J.LEFT_KNEE, 0.088, 0.056),
    (_J.LEFT_KNEE, _J.LEFT_ANKLE, 0.056, 0.036),
    (_J.LEFT_ANKLE, _J.LEFT_FOOT, 0.036, 0.026),
    (_J.LEFT_SHOULDER, _J.LEFT_ELBOW, 0.050, 0.040),
    (_J.LEFT_ELBOW, _J.LEFT_WRIST, 0.040, 0.030),
    (_J.LEFT_WRIST, _J.LEFT_HAND, 0.030, 0.036),
    (_J.LEFT_COLLAR, _J.LEFT_SHOULDER, 0.062, 0.058),
)
_MIDDLE = (
    (_J.PELVIS, _J.SPINE1, 0.125, 0.105),
    (_J.SPINE2, _J.SPINE3, 0.112, 0.128),
    (_J.SPINE3, _J.NECK, 0.105, 0.052),
    (_J.HEAD, _J.HEAD, 0.102, 0.102),
    (_J.NECK, _J.HEAD, 0.052, 0.056),
    (_J.LEFT_HIP, _J.RIGHT_HIP, 0.098, 0.098),
)
LIMBS = (
    *_MIDDLE,
    *_HALF,
    *((Joint[a.name.replace("LEFT", "RIGHT")], Joint[b.name.replace("LEFT", "RIGHT")], r, s) for a, b, r, s in _HALF),
)
"""The body as twenty tapered capsules: joint at the start, at the end, radius at either, metres."""
_STARTS = [limb[0] for limb in LIMBS]
_ENDS = [limb[1] for limb in LIMBS]
_RADII_M = np.array([[limb[2], limb[3]] for limb in LIMBS])
_HEAD = _STARTS.index(_J.HEAD)
_TUBES = [place for place in range(len(LIMBS)) if place not in (len(_MIDDLE) - 2, len(_MIDDLE) - 1)]
"""All but the neck and the hips, which only the metal needs."""
_TUBE_RADII = np.where(np.arange(len(LIMBS)) < len(_MIDDLE), 0.62, 0.72)
"""Glass tubes are slimmer than limbs, or they would hide each other."""
_HEAD_UP_M = 0.06

SPARK_AGES_S = np.linspace(0.0, 1.6, 49)
_LONGEST_SPARK_S = 1.5
_SLOWEST_M_S, _FASTEST_M_S = 0.35, 2.2

CLOTH_S = 1.7
CLOTH_STEPS = 56
_CHAINS = (
    (_J.LEFT_SHOULDER, _J.LEFT_ELBOW, _J.LEFT_WRIST, _J.LEFT_HAND),
    (_J.RIGHT_SHOULDER, _J.RIGHT_ELBOW, _J.RIGHT_WRIST, _J.RIGHT_HAND),
    (_J.LEFT_HIP, _J.LEFT_KNEE, _J.LEFT_ANKLE, _J.LEFT_FOOT),
    (_J.RIGHT_HIP, _J.RIGHT_KNEE, _J.RIGHT_ANKLE, _J.RIGHT_FOOT),
)
_WARP = np.array([0.45, 1.0, 1.35, 1.7, 2.0, 2.35, 2.7, 3.0])
"""Where along a chain the cloth hangs: 0 is its root, 1 the next joint; not at the root, which hardly moves."""


def limbs(frame: StageFrame) -> NDArray[np.float32]:
    """Return start and end of each limb: shape (20, 2, 4), x, y, z and radius in metres."""
    ends = np.empty((len(LIMBS), 2, 4), np.float32)
    ends[:, 0, :3] = frame.positions_m[_STARTS]
    ends[:, 1, :3] = frame.positions_m[_ENDS]
    # The joint called head is at the base of the skull.
    up = frame.positions_m[_J.HEAD] - frame.positions_m[_J.NECK]
    ends[_HEAD, :, :3] += _HEAD_UP_M * up / max(float(np.linalg.norm(up)), 1e-6)
    ends[_HEAD, 1, :3] += 0.02 * up
    ends[:, :, 3] = _RADII_M
    return ends


def limb_matrices(frame: StageFrame) -> NDArray[np.float32]:
    """Return the limbs as a shader takes them: shape (10, 4, 4), two limbs a matrix."""
    return limbs(frame).reshape(len(LIMBS) // 2, 4, 4)


def tubes(frame: StageFrame) -> dict[str, NDArray[np.float32]]:
    """Return four corners of each limb's patch: `a_start`, `a_end` and `a_corner`, each shape (72, 4).

    A corner is -1 or 1 across and along, then how far from the hips the limb is (0 to 1) and its side (1 is left).
    """
    ends = limbs(frame)
    ends[:, :, 3] *= _TUBE_RADII[:, None]
    ends = ends[_TUBES]
    return {
        "a_start": np.repeat(ends[:, 0], 4, axis=0),
        "a_end": np.repeat(ends[:, 1], 4, axis=0),
        "a_corner": _corners(),
    }


@lru_cache(maxsize=1)
def patch_triangles() -> NDArray[np.uint16]:
    """Return the triangles of the limbs' patches: shape (108,)."""
    corners = np.array([0, 1, 2, 2, 1, 3], np.uint16)
    return (corners + 4 * np.arange(len(_TUBES), dtype=np.uint16)[:, None]).ravel()


def sparks(history: PoseHistory, time_s: float, count: int) -> dict[str, NDArray[np.float32]]:
    """Return where the sparks are that the limbs shed: `a_position` (count, 3), `a_light_age` (count, 2).

    Each spark is born again and again: at a place on a limb, with a part of that limb's speed, the brighter the faster
    it was; then it slows down in the air and rises.

    Args:
        history: the dance so far; at least two poses.
        time_s: any steady time.
        count: how many.
    """
    seeds = _seeds(count)
    lives_s = 0.55 + (_LONGEST_SPARK_S - 0.55) * seeds[:, 0]
    ages_s = (time_s / lives_s + seeds[:, 1]) % 1.0 * lives_s
    poses = history.poses(SPARK_AGES_S)  # (A, J, 3)
    speeds = -np.gradient(poses, SPARK_AGES_S, axis=0)
    bone = 1 + np.floor(seeds[:, 2] * (JOINT_COUNT - 1)).astype(int)
    ends = np.stack([bone, PARENTS[bone]])  # (2, count)
    shares = np.stack([seeds[:, 3], 1.0 - seeds[:, 3]])[..., None]
    born, speed = (np.sum(shares * _at(values, ages_s, ends), axis=0) for values in (poses, speeds))
    gone_m = (1.0 - np.exp(-2.4 * ages_s)) / 2.4
    scatter = seeds[:, 4:7] - 0.5
    places = born + 0.06 * scatter + (0.55 * speed + 0.35 * scatter) * gone_m[:, None]
    places[:, 1] = np.maximum(places[:, 1] + 0.10 * ages_s**2 * (0.3 + seeds[:, 7]), 0.01)
    pace = np.linalg.norm(speed, axis=1)
    light = np.clip((pace - _SLOWEST_M_S) / (_FASTEST_M_S - _SLOWEST_M_S), 0.0, 1.0)
    age = ages_s / lives_s
    light = light * (1.0 - age) ** 1.5 * np.minimum(age / 0.04, 1.0)
    return {"a_position": places.astype(np.float32), "a_light_age": np.stack([light, age], axis=-1).astype(np.float32)}


def cloth(history: PoseHistory) -> dict[str, NDArray[np.float32]]:
    """Return the cloth behind the limbs: `a_position`, `a_normal` and `a_age_along_side`, each (4 * 56 * 8, 3)."""
    poses = history.poses(np.linspace(0.0, CLOTH_S, CLOTH_STEPS))
    chains = poses[:, np.array(_CHAINS)]  # (steps, chains, joints, 3)
    whole = np.minimum(_WARP.astype(int), chains.shape[2] - 2)
    part = (_WARP - whole)[:, None]
    places = (1.0 - part) * chains[:, :, whole] + part * chains[:, :, whole + 1]
    places = places.transpose(1, 0, 2, 3)  # (chains, steps, warp, 3)
    # Air moves what was left behind: it spreads a little and sinks.
    age = np.linspace(0.0, 1.0, CLOTH_STEPS)[None, :, None]
    places = places + np.stack([np.zeros_like(age), -0.10 * age**2, -0.16 * age**1.5], axis=-1)
    normals = np.cross(np.gradient(places, axis=1), np.gradient(places, axis=2))
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-7)
    side = np.array([0.0, 1.0, 0.0, 1.0])[:, None, None]
    along = ((_WARP - _WARP[0]) / (_WARP[-1] - _WARP[0]))[None, None, :]
    marks = np.stack(np.broadcast_arrays(age, along, side), axis=-1)
    named = {"a_position": places, "a_normal": normals, "a_age_along_side": marks}
    return {name: np.ascontiguousarray(values.reshape(-1, 3), np.float32) for name, values in named.items()}


@lru_cache(maxsize=1)
def cloth_triangles() -> NDArray[np.uint16]:
    """Return the triangles of the cloth: flat indices into what `cloth` returns."""
    warp = len(_WARP)
    corner = (np.arange(CLOTH_STEPS - 1)[:, None] * warp + np.arange(warp - 1)).ravel()
    one = np.stack([corner, corner + 1, corner + warp, corner + warp, corner + 1, corner + warp + 1], axis=-1).ravel()
    return (one + CLOTH_STEPS * warp * np.arange(len(_CHAINS))[:, None]).ravel().astype(np.uint16)


def _at(values: FloatArray, ages_s: FloatArray, joints: NDArray[np.int_]) -> FloatArray:
    """Return `values` (A, J, 3) of `joints` (2, count) at the ages (count,): shape (2, count, 3)."""
    place = np.clip(ages_s / (SPARK_AGES_S[1] - SPARK_AGES_S[0]), 0.0, len(SPARK_AGES_S) - 1.001)
    before = place.astype(int)
    share = (place - before)[:, None]
    return (1.0 - share) * values[before, joints] + share * values[before + 1, joints]


@lru_cache(maxsize=8)
def _seeds(count: int) -> FloatArray:
    return np.random.default_rng(11).random((count, 8))


@lru_cache(maxsize=1)
def _corners() -> NDArray[np.float32]:
    steps = np.zeros(JOINT_COUNT)
    for joint, parent in enumerate(PARENTS[1:], start=1):
        steps[joint] = steps[parent] + 1.0
    reach = steps[_ENDS] / steps.max()
    left = np.array([0.5 if "_" not in end.name else float(end.name.startswith("LEFT")) for end in _ENDS])
    reach, left = reach[_TUBES], left[_TUBES]
    across_along = np.tile([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]], (len(_TUBES), 1))
    return np.column_stack([across_along, np.repeat(reach, 4), np.repeat(left, 4)]).astype(np.float32)
