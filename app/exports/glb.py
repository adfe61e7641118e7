"""GLB and VRMA: the animated skeleton as binary glTF. Our axes and unit are glTF's, so nothing is converted.

GLB has a simple skin, one slim octahedron to a bone. VRMA (vrm-c/vrm-specification, VRMC_vrm_animation 1.0) has none:
it names the humanoid's bones, rests in T-pose, and moves only the hips.
"""

from typing import Any

import numpy as np

from app.exports.bvh import BONE_NAMES
from app.exports.gltf import INDICES, VERTICES, GltfBuffer
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS, STANDING_PELVIS_M
from realtime.outputs.joint_names import UNITY_BONES
from realtime.outputs.session import Recording
from realtime.types import FloatArray

_BONE_WIDTH = 0.12
"""A bone's octahedron is this share of its length wide."""


def glb_file(recording: Recording) -> bytes:
    """Return an evenly sampled dance as a GLB file with a skin."""
    buffer = GltfBuffer()
    nodes = _nodes(JOINT_COUNT)
    skin_node = {"name": "Dancer", "mesh": 0, "skin": 0}
    content = {
        "scene": 0,
        "scenes": [{"nodes": [0, len(nodes)]}],
        "nodes": [*nodes, skin_node],
        "meshes": [{"name": "Bones", "primitives": [_mesh(buffer)]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [0.9, 0.6, 0.2, 1.0], "metallicFactor": 0.0}}],
        "skins": [
            {
                "joints": list(range(JOINT_COUNT)),
                "skeleton": 0,
                "inverseBindMatrices": buffer.add(_inverse_bind_matrices()),
            }
        ],
        "animations": [_animation(buffer, recording, JOINT_COUNT)],
    }
    return buffer.file(content)


def vrma_file(recording: Recording) -> bytes:
    """Return an evenly sampled dance as a VRM animation."""
    buffer, count = GltfBuffer(), len(UNITY_BONES)
    bones = {name[:1].lower() + name[1:]: {"node": node} for node, name in enumerate(UNITY_BONES)}
    content = {
        "extensionsUsed": ["VRMC_vrm_animation"],
        "extensions": {"VRMC_vrm_animation": {"specVersion": "1.0", "humanoid": {"humanBones": bones}}},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": _nodes(count),
        "animations": [_animation(buffer, recording, count)],
    }
    return buffer.file(content)


def _nodes(count: int) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for joint in range(count):
        offset = OFFSETS_M[joint] if joint else np.array([0.0, STANDING_PELVIS_M, 0.0])
        children = [child for child in range(count) if PARENTS[child] == joint]
        node: dict[str, Any] = {"name": BONE_NAMES[joint], "translation": offset.tolist()}
        nodes.append(node | ({"children": children} if children else {}))
    return nodes


def _animation(buffer: GltfBuffer, recording: Recording, count: int) -> dict[str, Any]:
    times = buffer.add(recording.time_s.astype(np.float32))
    xyzw = np.roll(recording.rotations_wxyz, -1, axis=-1).astype(np.float32)
    outputs = [(0, "translation", recording.root_m.astype(np.float32))]
    outputs += [(joint, "rotation", xyzw[:, joint]) for joint in range(count)]
    samplers = [{"input": times, "output": buffer.add(values), "interpolation": "LINEAR"} for _, _, values in outputs]
    channels = [
        {"sampler": sampler, "target": {"node": node, "path": path}} for sampler, (node, path, _) in enumerate(outputs)
    ]
    return {"name": "Dance", "samplers": samplers, "channels": channels}


def _rest_positions_m() -> FloatArray:
    identity = np.tile([1.0, 0.0, 0.0, 0.0], (JOINT_COUNT, 1))
    return forward_kinematics(np.array([0.0, STANDING_PELVIS_M, 0.0]), identity).positions_m


def _inverse_bind_matrices() -> FloatArray:
    """Return (J, 16): from the world at rest to each joint, column by column."""
    matrices = np.tile(np.eye(4), (JOINT_COUNT, 1, 1))
    matrices[:, :3, 3] = -_rest_positions_m()
    return np.swapaxes(matrices, 1, 2).reshape(JOINT_COUNT, 16).astype(np.float32)


def _mesh(buffer: GltfBuffer) -> dict[str, Any]:
    """Return a primitive with one octahedron from each joint's parent to the joint, all its weight on the parent."""
    rest = _rest_positions_m()
    positions, normals, joints = list[FloatArray](), list[FloatArray](), list[int]()
    for joint in range(1, JOINT_COUNT):
        parent = int(PARENTS[joint])
        triangles = _octahedron(rest[parent], rest[joint])
        normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        positions.append(triangles.reshape(-1, 3))
        normals.append(np.repeat(normal, 3, axis=0))
        joints += [parent] * (3 * len(triangles))
    joints4 = np.zeros((len(joints), 4), np.uint8)
    joints4[:, 0] = joints
    weights = np.zeros((len(joints), 4), np.float32)
    weights[:, 0] = 1.0
    attributes = {
        "POSITION": buffer.add(np.vstack(positions).astype(np.float32), target=VERTICES),
        "NORMAL": buffer.add(np.vstack(normals).astype(np.float32), target=VERTICES),
        "JOINTS_0": buffer.add(joints4, target=VERTICES),
        "WEIGHTS_0": buffer.add(weights, target=VERTICES),
    }
    indices = buffer.add(np.arange(len(joints), dtype=np.uint16), target=INDICES)
    return {"attributes": attributes, "indices": indices, "material": 0}


def _octahedron(start: FloatArray, end: FloatArray) -> FloatArray:
    """Return (8, 3, 3): triangles of a slim octahedron, widest near its start, seen from outside."""
    along = end - start
    length = float(np.linalg.norm(along))
    side = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 * length else [1.0, 0.0, 0.0])
    side *= _BONE_WIDTH * 0.5 * length / np.linalg.norm(side)
    other = np.cross(along, side) / length
    belt = [start + 0.2 * along + offset for offset in (side, other, -side, -other)]
    faces = [(end, belt[k], belt[(k + 1) % 4]) for k in range(4)]
    faces += [(start, belt[(k + 1) % 4], belt[k]) for k in range(4)]
    return np.array(faces)
