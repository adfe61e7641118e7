"""Brings any skeleton's motion to ours: same directions in the world, our bone lengths, roots scaled by leg length.

Both skeletons are stood in the same axes first (up by where the head is, front by where the left hip is). Each of our
joints then turns in the world as theirs does, after a fixed turn that brings our rest pose to theirs, bone by bone: an
A-pose or a bent rest arm makes no difference.
"""

import numpy as np

from models.training.data.clips import Clip
from models.training.data.importers.captured import Captured
from models.training.data.importers.joint_tables import REQUIRED, Table, matched
from realtime.errors import FarandoleError
from realtime.motion.rotations import conjugate, from_two_vectors, multiply, normalise, rotate, slerp
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS, Joint
from realtime.types import FloatArray

_SPINE = (Joint.SPINE1, Joint.SPINE2, Joint.SPINE3)
_AIMED = {
    Joint.LEFT_HIP: Joint.LEFT_KNEE, Joint.RIGHT_HIP: Joint.RIGHT_KNEE, Joint.LEFT_KNEE: Joint.LEFT_ANKLE,
    Joint.RIGHT_KNEE: Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE: Joint.LEFT_FOOT, Joint.RIGHT_ANKLE: Joint.RIGHT_FOOT,
    Joint.LEFT_SHOULDER: Joint.LEFT_ELBOW, Joint.RIGHT_SHOULDER: Joint.RIGHT_ELBOW,
    Joint.LEFT_ELBOW: Joint.LEFT_WRIST, Joint.RIGHT_ELBOW: Joint.RIGHT_WRIST,
    Joint.LEFT_WRIST: Joint.LEFT_HAND, Joint.RIGHT_WRIST: Joint.RIGHT_HAND,
}  # fmt: skip
"""Joints whose bone at rest is brought to theirs, and where it ends."""
_SAME_TURN = {Joint.LEFT_FOOT: Joint.LEFT_ANKLE, Joint.RIGHT_FOOT: Joint.RIGHT_ANKLE,
              Joint.LEFT_HAND: Joint.LEFT_WRIST, Joint.RIGHT_HAND: Joint.RIGHT_WRIST}  # fmt: skip
"""Joints at the ends of limbs take the fixed turn of the one before."""


def retargeted(captured: Captured, *, name: str, table: Table | None = None) -> tuple[FloatArray, FloatArray]:
    """Return roots (T, 3) in metres and rotations (T, J, 4) of our skeleton.

    Args:
        captured: the motion.
        name: of the file, for the message.
        table: names of their joints for ours, before our own tables.

    Raises:
        FarandoleError: joints that a dance needs have names that no table knows.
    """
    match = matched(captured.names, table)
    missing = [joint for joint in REQUIRED if joint not in match]
    if missing:
        raise FarandoleError(
            f"{name}: no joint found for {', '.join(missing)} among {', '.join(captured.names)}; "
            'name them in a file for --joints, as in left_hip = "Thigh_L"'
        )
    captured = captured.turned(_upright(captured.rest(), match))
    positions, turns_wxyz = captured.world()
    theirs = {Joint[ours.upper()]: index for ours, index in match.items()}
    scale = _leg(OFFSETS_M) / _leg_of(captured.rest(), theirs)
    world_wxyz = _world_rotations(captured, theirs, turns_wxyz)
    hips = 0.5 * (positions[:, theirs[Joint.LEFT_HIP]] + positions[:, theirs[Joint.RIGHT_HIP]])
    between_m = 0.5 * (OFFSETS_M[Joint.LEFT_HIP] + OFFSETS_M[Joint.RIGHT_HIP])
    root_m = scale * hips - rotate(world_wxyz[:, Joint.PELVIS], between_m)
    local_wxyz = world_wxyz.copy()
    for joint in range(1, JOINT_COUNT):
        local_wxyz[:, joint] = multiply(conjugate(world_wxyz[:, PARENTS[joint]]), world_wxyz[:, joint])
    return root_m, normalise(local_wxyz)


def to_clip(captured: Captured, *, name: str, style: str, trial: str, source: str, licence: str,
            table: Table | None = None) -> Clip:  # fmt: skip
    """Return a capture as a clip on our skeleton; see `retargeted`."""
    root_m, rotations_wxyz = retargeted(captured, name=name, table=table)
    return Clip(name, style, trial, source, licence, captured.fps, root_m, rotations_wxyz)


def _upright(rest: FloatArray, match: dict[str, int]) -> FloatArray:
    """Return the rotation that stands a rest pose up: Y up, the left hip at +X."""
    hips = 0.5 * (rest[match["left_hip"]] + rest[match["right_hip"]])
    up = np.eye(3)[np.argmax(np.abs(rest[match["head"]] - hips))]
    up = up * np.sign((rest[match["head"]] - hips) @ up)
    stand_wxyz = from_two_vectors(up, np.array([0.0, 1.0, 0.0]))
    left = rotate(stand_wxyz, rest[match["left_hip"]] - rest[match["right_hip"]]) * np.array([1.0, 0.0, 1.0])
    length = float(np.linalg.norm(left))
    if length < 1e-9:
        return stand_wxyz
    # Files face one of the four axes; a hip that is a little askew is no reason to turn the world.
    angle = np.round(np.arctan2(left[2], left[0]) / (0.5 * np.pi)) * 0.5 * np.pi
    turn_wxyz = np.array([np.cos(0.5 * angle), 0.0, np.sin(0.5 * angle), 0.0])
    return multiply(turn_wxyz, stand_wxyz)


def _world_rotations(captured: Captured, theirs: dict[Joint, int], turns_wxyz: FloatArray) -> FloatArray:
    """Return how each of our joints is turned in the world: shape (T, J, 4)."""
    rest = captured.rest()
    fixed_wxyz: dict[int, FloatArray] = {}
    world_wxyz = np.empty((len(turns_wxyz), JOINT_COUNT, 4))
    spine = _spine_turns(captured, theirs, turns_wxyz)
    for joint in Joint:
        if joint in _SPINE:
            world_wxyz[:, joint] = spine[_SPINE.index(joint)]
        elif joint not in theirs:
            world_wxyz[:, joint] = world_wxyz[:, PARENTS[joint]]
        else:
            fixed_wxyz[joint] = _fixed_turn(joint, theirs, rest, fixed_wxyz)
            world_wxyz[:, joint] = multiply(turns_wxyz[:, theirs[joint]], fixed_wxyz[joint])
    return world_wxyz


def _fixed_turn(
    joint: Joint, theirs: dict[Joint, int], rest: FloatArray, fixed_wxyz: dict[int, FloatArray]
) -> FloatArray:
    """Return the rotation that brings our bone at rest to theirs."""
    identity_wxyz = np.array([1.0, 0.0, 0.0, 0.0])
    end = _AIMED.get(joint)
    if end is None:
        return fixed_wxyz.get(_SAME_TURN.get(joint, -1), identity_wxyz)
    if end not in theirs:
        return fixed_wxyz.get(int(PARENTS[joint]), identity_wxyz)
    bone = rest[theirs[end]] - rest[theirs[joint]]
    length = float(np.linalg.norm(bone))
    if length < 1e-9:
        return fixed_wxyz.get(int(PARENTS[joint]), identity_wxyz)
    ours = OFFSETS_M[end] / np.linalg.norm(OFFSETS_M[end])
    return from_two_vectors(ours, bone / length)


def _spine_turns(captured: Captured, theirs: dict[Joint, int], turns_wxyz: FloatArray) -> list[FloatArray]:
    """Return the turns of our three spine joints: theirs, however many, spread over the way from pelvis to neck."""
    top = theirs.get(Joint.NECK, theirs[Joint.HEAD])
    chain: list[int] = []
    joint = captured.parents[top]
    while joint >= 0 and joint != theirs[Joint.PELVIS]:
        chain.insert(0, joint)
        joint = captured.parents[joint]
    nodes = [turns_wxyz[:, theirs[Joint.PELVIS]], *(turns_wxyz[:, joint] for joint in chain)]
    places = np.linspace(0.0, 1.0, len(nodes)) if len(nodes) > 1 else np.zeros(1)
    result: list[FloatArray] = []
    for share in (1 / 3, 2 / 3, 1.0):
        above = min(int(np.searchsorted(places, share - 1e-9)), len(nodes) - 1)
        below = max(above - 1, 0)
        width = places[above] - places[below]
        weight = (share - places[below]) / width if width > 0 else 0.0
        result.append(slerp(nodes[below], nodes[above], float(np.clip(weight, 0.0, 1.0))))
    return result


def _leg(offsets: FloatArray) -> float:
    return float(np.linalg.norm(offsets[Joint.LEFT_KNEE]) + np.linalg.norm(offsets[Joint.LEFT_ANKLE]))


def _leg_of(rest: FloatArray, theirs: dict[Joint, int]) -> float:
    hip, knee, ankle = (rest[theirs[joint]] for joint in (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE))
    return float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))
