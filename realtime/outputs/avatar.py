"""The body of the one who receives: its bones and their offsets, ours or those of a VRM avatar.

A `.vrm` file is a binary glTF whose JSON names the humanoid bones: VRM 0 (extension `VRM`, a list; the avatar faces
-Z, its left is -X) and VRM 1 (extension `VRMC_vrm`, a table; +Z, +X, which are our axes). Offsets are taken between
world positions at rest, so that they hold for a skeleton whose rest rotations are all zero, as VMC wants it.
Sources: vrm-c/vrm-specification, specification/0.0/README.md and VRMC_vrm-1.0/humanoid.md; glTF 2.0, section 4.4.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from realtime.errors import AvatarError
from realtime.motion.skeleton import OFFSETS_M, PARENTS, STANDING_PELVIS_M, Joint
from realtime.outputs.joint_names import UNITY_BONES
from realtime.types import FloatArray

MOST_JSON_BYTES = 64 * 2**20
_SPINE = (Joint.PELVIS, Joint.SPINE1, Joint.SPINE2, Joint.SPINE3)
_OPTIONAL = {"Chest", "UpperChest", "Neck", "LeftShoulder", "RightShoulder", "LeftToes", "RightToes"}
_BONE_OF = {name: Joint(k) for k, name in enumerate(UNITY_BONES)}


@dataclass(frozen=True, eq=False)
class Avatar:
    """A body to move.

    Attributes:
        bones: the joints of ours that it has, a parent always before its children.
        offsets_m: shape (n, 3), each bone at rest, seen from the nearest bone above it that it has; our axes. The
            hips' is their place above the floor.
    """

    bones: tuple[Joint, ...]
    offsets_m: FloatArray

    @property
    def parents(self) -> tuple[int, ...]:
        """Index in `bones` of each bone's parent; -1 for the hips."""
        return tuple(_nearest_above(bone, self.bones) for bone in self.bones)

    @property
    def sources(self) -> tuple[Joint, ...]:
        """Which joint's world rotation each bone takes: a bone of the spine stands in for those it lacks above."""
        return tuple(_stand_in(bone, self.bones) for bone in self.bones)

    @property
    def scale(self) -> float:
        """How much larger than ours its legs are; the hips travel by as much more."""
        return float(self.offsets_m[0, 1]) / STANDING_PELVIS_M


def our_avatar() -> Avatar:
    """Return our own body, without the two joints in the middle of the hands."""
    bones = tuple(Joint(k) for k in range(len(UNITY_BONES)))
    offsets = OFFSETS_M[: len(bones)].copy()
    offsets[0] = (0.0, STANDING_PELVIS_M, 0.0)
    return Avatar(bones, offsets)


def load_vrm(path: Path) -> Avatar:
    """Return the body of the avatar in a `.vrm` file.

    Raises:
        AvatarError: it cannot be read, is no VRM avatar, or lacks a bone that every avatar has.
    """
    try:
        gltf = _read_json(path)
        return _avatar(gltf)
    except (
        OSError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        ValueError,
        struct.error,
        RecursionError,
    ) as error:
        problem = str(error) if type(error) in (OSError, ValueError, FileNotFoundError) else "its glTF JSON is damaged"
        raise AvatarError(f"{path}: not a VRM avatar ({problem}); expected a .vrm file, VRM 0 or VRM 1") from error


def _read_json(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        magic, _, _, length, kind = struct.unpack("<4sIII4s", file.read(20))
        if magic != b"glTF" or kind != b"JSON":
            raise ValueError("no binary glTF")
        if length > MOST_JSON_BYTES:
            raise ValueError(f"its description has {length} bytes")
        return json.loads(file.read(length))


def _avatar(gltf: dict[str, Any]) -> Avatar:
    nodes, turned = _human_nodes(gltf)
    missing = sorted(set(UNITY_BONES) - _OPTIONAL - nodes.keys())
    if missing:
        raise ValueError(f"it has no {', '.join(missing)}")
    positions = _rest_positions(gltf["nodes"])
    bones = tuple(joint for name, joint in _BONE_OF.items() if name in nodes)
    rest = {joint: positions[nodes[UNITY_BONES[joint]]] for joint in bones}
    if turned:
        rest = {joint: place * (-1.0, 1.0, -1.0) for joint, place in rest.items()}
    parents = [_nearest_above(bone, bones) for bone in bones]
    offsets = [
        rest[bone] - (rest[bones[parent]] if parent >= 0 else 0.0) for bone, parent in zip(bones, parents, strict=True)
    ]
    if not np.isfinite(offsets).all() or offsets[0][1] < 1e-3:
        raise ValueError("its hips are not above the floor")
    # Wherever the file has the avatar, it is to stand in the middle.
    offsets[0] = offsets[0] * (0.0, 1.0, 0.0)
    return Avatar(bones, np.array(offsets))


def _human_nodes(gltf: dict[str, Any]) -> tuple[dict[str, int], bool]:
    """Return the node of each bone, and whether the avatar faces -Z."""
    extensions = gltf.get("extensions", {})
    if "VRMC_vrm" in extensions:
        found = {name: bone["node"] for name, bone in extensions["VRMC_vrm"]["humanoid"]["humanBones"].items()}
    elif "VRM" in extensions:
        found = {bone["bone"]: bone["node"] for bone in extensions["VRM"]["humanoid"]["humanBones"]}
    else:
        raise ValueError("it has no humanoid: neither VRM nor VRMC_vrm is among its extensions")
    return {name[:1].upper() + name[1:]: int(node) for name, node in found.items()}, "VRMC_vrm" not in extensions


def _rest_positions(nodes: list[dict[str, Any]]) -> FloatArray:
    """Return where every node is at rest: shape (n, 3)."""
    parent_of = {child: parent for parent, node in enumerate(nodes) for child in node.get("children", ())}
    known: dict[int, FloatArray] = {}

    def world_from(node: int, depth: int = 0) -> FloatArray:
        if depth > len(nodes):
            raise ValueError("its nodes form a ring")
        if node not in known:
            local, parent = _matrix(nodes[node]), parent_of.get(node)
            known[node] = local if parent is None else world_from(parent, depth + 1) @ local
        return known[node]

    return np.array([world_from(node)[:3, 3] for node in range(len(nodes))])


def _matrix(node: dict[str, Any]) -> FloatArray:
    """Return the transform of a node: its matrix, or its translation, rotation and scale."""
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    x, y, z, w = cast(list[float], node.get("rotation", (0.0, 0.0, 0.0, 1.0)))
    turn = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(turn) * np.array(node.get("scale", (1.0, 1.0, 1.0)))
    matrix[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return matrix


def _nearest_above(bone: Joint, bones: tuple[Joint, ...]) -> int:
    parent = int(PARENTS[bone])
    while parent >= 0 and Joint(parent) not in bones:
        parent = int(PARENTS[parent])
    return bones.index(Joint(parent)) if parent >= 0 else -1


def _stand_in(bone: Joint, bones: tuple[Joint, ...]) -> Joint:
    """Return the highest joint of the spine between this bone and the next one that the avatar has."""
    if bone not in _SPINE[1:]:
        return bone
    source = bone
    for above in _SPINE[_SPINE.index(bone) + 1 :]:
        if above in bones:
            break
        source = above
    return source
