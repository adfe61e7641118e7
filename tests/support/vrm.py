"""Avatars to read: binary glTF files with a skeleton and nothing to see, VRM 0 and VRM 1."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

_MIDDLE_AND_LEFT_M: dict[str, tuple[float, float, float]] = {
    "hips": (0.0, 0.8, 0.01),
    "spine": (0.0, 0.9, 0.0),
    "chest": (0.0, 1.0, -0.01),
    "upperChest": (0.0, 1.1, -0.02),
    "neck": (0.0, 1.25, -0.03),
    "head": (0.0, 1.33, -0.02),
    "leftShoulder": (0.02, 1.22, -0.03),
    "leftUpperArm": (0.1, 1.21, -0.03),
    "leftLowerArm": (0.33, 1.21, -0.03),
    "leftHand": (0.53, 1.21, -0.02),
    "leftUpperLeg": (0.07, 0.77, 0.01),
    "leftLowerLeg": (0.07, 0.43, 0.02),
    "leftFoot": (0.07, 0.08, 0.0),
    "leftToes": (0.07, 0.01, 0.1),
}
_RIGHT_M = {name.replace("left", "right"): (-x, y, z) for name, (x, y, z) in _MIDDLE_AND_LEFT_M.items() if x}
REST_M = _MIDDLE_AND_LEFT_M | _RIGHT_M
PARENT_OF = {
    "hips": "",
    "spine": "hips",
    "chest": "spine",
    "upperChest": "chest",
    "neck": "upperChest",
    "head": "neck",
    **{f"{s}Shoulder": "upperChest" for s in ("left", "right")},
    **{f"{s}UpperArm": f"{s}Shoulder" for s in ("left", "right")},
    **{f"{s}LowerArm": f"{s}UpperArm" for s in ("left", "right")},
    **{f"{s}Hand": f"{s}LowerArm" for s in ("left", "right")},
    **{f"{s}UpperLeg": "hips" for s in ("left", "right")},
    **{f"{s}LowerLeg": f"{s}UpperLeg" for s in ("left", "right")},
    **{f"{s}Foot": f"{s}LowerLeg" for s in ("left", "right")},
    **{f"{s}Toes": f"{s}Foot" for s in ("left", "right")},
}


def write_vrm(path: Path, *, version: int, without: tuple[str, ...] = (), seed: int = 0) -> Path:
    """Write an avatar whose bones are at `REST_M` (VRM 1 axes), and return its path.

    VRM 1 avatars get nodes with rotations and a scale at rest, and a node between two bones; VRM 0 has plain ones.
    """
    rng, turned = np.random.default_rng(seed), np.array([-1.0, 1.0, -1.0]) if version == 0 else np.ones(3)
    nodes: list[dict[str, Any]] = [{"name": "armature", "children": []}]
    world: list[np.ndarray] = [np.eye(4)]
    if version == 1:
        nodes[0] |= {"scale": [0.5, 0.5, 0.5], "translation": [0.3, 0.0, -0.2]}
        world[0] = np.array([[0.5, 0, 0, 0.3], [0, 0.5, 0, 0], [0, 0, 0.5, -0.2], [0, 0, 0, 1.0]])
    number: dict[str, int] = {}

    def add(name: str, parent: int, place_m: np.ndarray) -> int:
        turn = Rotation.random(rng=rng) if version == 1 else Rotation.identity()
        local = np.linalg.inv(world[parent]) @ [*place_m, 1.0]
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = turn.as_matrix(), local[:3]
        node: dict[str, Any] = {"name": name, "translation": list(local[:3]), "rotation": list(turn.as_quat())}
        if name == "spine":
            node = {"name": name, "matrix": list(matrix.T.ravel())}
        nodes.append(node)
        world.append(world[parent] @ matrix)
        nodes[parent].setdefault("children", []).append(len(nodes) - 1)
        return len(nodes) - 1

    for name, direct in PARENT_OF.items():
        if name in without:
            continue
        parent_name = direct
        while parent_name in without:
            parent_name = PARENT_OF[parent_name]
        parent = number.get(parent_name, 0)
        place = np.array(REST_M[name]) * turned
        if version == 1:
            place = place + np.array([0.3, 0.0, -0.2])
            if name == "leftLowerLeg":
                parent = add("a node between two bones", parent, place + np.array([0.0, 0.1, 0.05]))
        number[name] = add(name, parent, place)
    bones: Any = {name: {"node": node} for name, node in number.items()}
    extension = ("VRMC_vrm", bones)
    if version == 0:
        extension = ("VRM", [{"bone": name, "node": node} for name, node in number.items()])
    gltf = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": nodes,
        "extensionsUsed": [extension[0]],
        "extensions": {extension[0]: {"humanoid": {"humanBones": extension[1]}}},
    }
    text = json.dumps(gltf).encode()
    text += b" " * (-len(text) % 4)
    path.write_bytes(struct.pack("<4sIII4s", b"glTF", 2, 20 + len(text), len(text), b"JSON") + text)
    return path
