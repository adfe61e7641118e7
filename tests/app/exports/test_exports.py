"""Exports, read back by bvhio and pygltflib and posed again without our code."""

import struct
from pathlib import Path
from typing import Any

import bvhio
import numpy as np
import pygltflib
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

from app.export_motion import FORMATS, export_motion
from app.exports.bvh import BONE_NAMES, bvh_text
from app.exports.glb import glb_file, vrma_file
from app.exports.resample import resampled
from realtime.errors import RecordingError
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import JOINT_COUNT
from realtime.outputs.joint_names import UNITY_BONES
from realtime.outputs.session import Recording
from tests.support.recorded import wild_dance

DANCE = resampled(wild_dance())
EXPECTED_M = forward_kinematics(DANCE.root_m, DANCE.rotations_wxyz).positions_m
Array = NDArray[Any]


def test_bvhio_finds_every_joint_within_a_millimetre(tmp_path: Path) -> None:
    path = tmp_path / "dance.bvh"
    path.write_text(bvh_text(DANCE))
    root = bvhio.readAsHierarchy(str(path))
    for frame in range(0, len(DANCE.time_s), 7):
        root.loadPose(frame)
        joints = {joint.Name: joint for joint, _, _ in root.layout()}
        found = np.array([list(joints[name].PositionWorld) for name in BONE_NAMES]) / 100.0
        assert np.linalg.norm(found - EXPECTED_M[frame], axis=1).max() < 0.001


def test_a_bvh_s_rest_pose_is_a_t_pose_and_its_frame_time_the_dance_s(tmp_path: Path) -> None:
    path = tmp_path / "dance.bvh"
    path.write_text(bvh_text(DANCE))
    bvh = bvhio.readAsBvh(str(path))
    assert bvh.FrameTime == pytest.approx(1 / 60, abs=1e-8)
    assert bvh.FrameCount == len(DANCE.time_s)
    assert bvh.Root.Channels == [
        "Xposition", "Yposition", "Zposition", "Zrotation", "Xrotation", "Yrotation",
    ]  # fmt: skip
    arm = next(joint for joint, _, _ in bvh.Root.layout() if joint.Name == "LeftLowerArm")
    assert list(arm.Offset) == pytest.approx([27.4, 0.0, 0.0])


def test_angles_of_a_bvh_do_not_jump_where_the_dance_does_not() -> None:
    time_s = np.arange(120) / 60
    turns = np.zeros((120, JOINT_COUNT, 4))
    turns[..., 0] = 1.0
    spin = Rotation.from_rotvec(np.outer(4 * np.pi * time_s, [0.0, 1.0, 0.0])).as_quat()
    turns[:, 0] = np.roll(spin, 1, axis=1)
    text = bvh_text(Recording(time_s, np.zeros((120, 3)), turns, 60.0))
    rows = np.array([[float(v) for v in line.split()] for line in text.splitlines()[-120:]])
    assert np.abs(np.diff(rows, axis=0)).max() < 15.0
    assert np.ptp(rows[:, 5]) == pytest.approx(119 / 60 * 720, abs=1.0)


@pytest.mark.parametrize("make", [glb_file, vrma_file])
def test_pygltflib_finds_every_joint_within_a_millimetre(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "dance.glb"
    path.write_bytes(make(DANCE))
    gltf = _loaded(path)
    names = [node.name for node in gltf.nodes if node.name != "Dancer"]
    for frame in range(0, len(DANCE.time_s), 7):
        found = _posed(gltf, frame)
        for joint, name in enumerate(BONE_NAMES):
            if name in names:
                assert np.linalg.norm(found[names.index(name)] - EXPECTED_M[frame, joint]) < 0.001


def test_a_vrma_is_what_its_specification_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "dance.glb"
    path.write_bytes(vrma_file(DANCE))
    gltf = _loaded(path)
    assert gltf.extensionsUsed == ["VRMC_vrm_animation"]
    extension = gltf.extensions["VRMC_vrm_animation"]
    assert extension["specVersion"] == "1.0"
    bones = extension["humanoid"]["humanBones"]
    assert {gltf.nodes[bone["node"]].name for bone in bones.values()} == set(UNITY_BONES)
    assert all(name[0].islower() for name in bones)
    [animation] = gltf.animations
    moved = [gltf.nodes[c.target.node].name for c in animation.channels if c.target.path == "translation"]
    assert moved == ["Hips"]
    assert {c.target.path for c in animation.channels} == {"translation", "rotation"}
    assert all(node.rotation is None and node.scale is None for node in gltf.nodes)


def test_the_skin_of_a_glb_is_closed_turned_outwards_and_at_rest_where_the_bones_are(tmp_path: Path) -> None:
    path = tmp_path / "dance.glb"
    path.write_bytes(glb_file(DANCE))
    gltf = _loaded(path)
    primitive = gltf.meshes[0].primitives[0]
    vertices = _values(gltf, primitive.attributes.POSITION)
    triangles = vertices[_values(gltf, primitive.indices).astype(int)].reshape(-1, 3, 3)
    # The signed volume of each octahedron is positive when its faces look outwards.
    volumes = np.einsum("nc,nc->n", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])) / 6.0
    assert (volumes.reshape(-1, 8).sum(axis=1) > 0.0).all()
    joints = _values(gltf, primitive.attributes.JOINTS_0)
    assert joints.max() < JOINT_COUNT
    assert (_values(gltf, primitive.attributes.WEIGHTS_0).sum(axis=1) == 1.0).all()
    # At rest the skin matrix of every joint is the identity.
    inverse = _values(gltf, gltf.skins[0].inverseBindMatrices).reshape(-1, 4, 4).swapaxes(1, 2)
    rest = _posed(gltf, None)
    np.testing.assert_allclose(inverse[:, :3, 3], -rest[:JOINT_COUNT], atol=1e-6)


def test_an_uneven_dance_is_resampled_on_the_way_between_its_poses() -> None:
    rng = np.random.default_rng(3)
    even = wild_dance(seconds=1.0, fps=120.0, seed=3)
    kept = np.sort(np.concatenate([[0, 119], rng.choice(np.arange(1, 119), 70, replace=False)]))
    uneven = Recording(even.time_s[kept] + 5.0, even.root_m[kept], even.rotations_wxyz[kept], 72.0)
    dance = resampled(uneven, 30.0)
    np.testing.assert_allclose(np.diff(dance.time_s), 1 / 30)
    slerp = Slerp(uneven.time_s, Rotation.from_quat(np.roll(uneven.rotations_wxyz[:, 5], -1, axis=1)))
    expected = slerp(np.minimum(dance.time_s + 5.0, uneven.time_s[-1]))
    ours = Rotation.from_quat(np.roll(dance.rotations_wxyz[:, 5], -1, axis=1))
    assert (expected.inv() * ours).magnitude().max() < 1e-6
    assert (np.sum(dance.rotations_wxyz[1:] * dance.rotations_wxyz[:-1], axis=-1) > 0.0).all()


def _rehearsed(folder: Path) -> Path:
    np.savez(folder / "performance.npz", time_s=DANCE.time_s, root_m=DANCE.root_m, rotations_wxyz=DANCE.rotations_wxyz)
    return folder


@pytest.mark.parametrize("to", FORMATS)
def test_a_rehearsal_s_performance_is_exported_beside_itself(to: str, tmp_path: Path) -> None:
    folder = _rehearsed(tmp_path)
    assert export_motion(folder, to) == folder / f"dance.{to}"
    assert export_motion(folder / "performance.npz", to) == folder / f"performance.{to}"
    assert (folder / f"performance.{to}").read_bytes() == (folder / f"dance.{to}").read_bytes()


def test_what_cannot_be_exported_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match='expected one of bvh, glb, vrma, got "fbx"'):
        export_motion(tmp_path, "fbx")
    with pytest.raises(RecordingError, match="no recorded dance"):
        export_motion(tmp_path, "bvh")
    with pytest.raises(RecordingError, match="from 1 to 240, got 0"):
        export_motion(tmp_path, "bvh", fps=0.0)
    (tmp_path / "performance.npz").write_bytes(b"not a zip")
    with pytest.raises(RecordingError, match="no recorded dance"):
        export_motion(tmp_path, "bvh")
    with pytest.raises(RecordingError, match="cannot write here"):
        export_motion(_rehearsed(tmp_path), "bvh", out=tmp_path / "nowhere" / "a.bvh")


def _loaded(path: Path) -> Any:
    return pygltflib.GLTF2().load_binary(str(path))


def _values(gltf: Any, accessor_number: int) -> Array:
    accessor = gltf.accessors[accessor_number]
    view = gltf.bufferViews[accessor.bufferView]
    letter, width = {5126: ("f", 4), 5123: ("H", 2), 5121: ("B", 1)}[accessor.componentType]
    count = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}[accessor.type] * accessor.count
    data = gltf.binary_blob()[view.byteOffset : view.byteOffset + count * width]
    values = np.array(struct.unpack(f"<{count}{letter}", data))
    return values.reshape(accessor.count, -1) if count > accessor.count else values


def _posed(gltf: Any, frame: int | None) -> Array:
    """Return the world position of every node, in a frame or at rest."""
    places = [np.array(node.translation or [0.0, 0.0, 0.0]) for node in gltf.nodes]
    turns = [Rotation.identity() for _ in gltf.nodes]
    if frame is not None:
        [animation] = gltf.animations
        for channel in animation.channels:
            value = _values(gltf, animation.samplers[channel.sampler].output)[frame]
            if channel.target.path == "rotation":
                turns[channel.target.node] = Rotation.from_quat(value)
            else:
                places[channel.target.node] = value
    world, found = dict[int, tuple[Array, Rotation]](), np.zeros((len(gltf.nodes), 3))
    waiting = [(root, np.zeros(3), Rotation.identity()) for root in gltf.scenes[gltf.scene].nodes]
    while waiting:
        node, above, turn = waiting.pop()
        found[node] = above + turn.apply(places[node])
        world[node] = (found[node], turn * turns[node])
        waiting += [(child, *world[node]) for child in gltf.nodes[node].children or []]
    return found
