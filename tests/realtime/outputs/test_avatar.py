import json
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.errors import AvatarError
from realtime.motion.skeleton import STANDING_PELVIS_M, Joint
from realtime.outputs.avatar import load_vrm, our_avatar
from realtime.outputs.joint_names import UNITY_BONES
from tests.support.vrm import REST_M, write_vrm


def _rest(bone: Joint) -> np.ndarray:
    name = UNITY_BONES[bone]
    return np.array(REST_M[name[:1].lower() + name[1:]])


@pytest.mark.parametrize("version", [0, 1])
def test_a_vrm_s_bones_are_where_the_file_has_them_however_its_nodes_are_turned(tmp_path: Path, version: int) -> None:
    avatar = load_vrm(write_vrm(tmp_path / "a.vrm", version=version))
    assert avatar.bones == our_avatar().bones
    for bone, parent, offset in zip(avatar.bones, avatar.parents, avatar.offsets_m, strict=True):
        expected = _rest(bone) - _rest(avatar.bones[parent]) if parent >= 0 else [0.0, 0.8, 0.0]
        np.testing.assert_allclose(offset, expected, atol=1e-9)
    assert avatar.scale == pytest.approx(0.8 / STANDING_PELVIS_M)


def test_pygltflib_finds_the_bones_at_the_same_places(tmp_path: Path) -> None:
    pygltflib = pytest.importorskip("pygltflib")
    path = write_vrm(tmp_path / "a.vrm", version=1)
    gltf = pygltflib.GLTF2().load_binary(str(path.rename(tmp_path / "a.glb")))
    bones = gltf.extensions["VRMC_vrm"]["humanoid"]["humanBones"]
    assert len(bones) == len(UNITY_BONES)
    assert gltf.nodes[bones["leftHand"]["node"]].name == "leftHand"


@pytest.mark.parametrize("version", [0, 1])
def test_bones_that_an_avatar_lacks_leave_a_whole_skeleton(tmp_path: Path, version: int) -> None:
    lacking = ("chest", "upperChest", "neck", "leftShoulder", "rightToes")
    avatar = load_vrm(write_vrm(tmp_path / "a.vrm", version=version, without=lacking))
    assert {UNITY_BONES[bone] for bone in avatar.bones} == set(UNITY_BONES) - {
        name[:1].upper() + name[1:] for name in lacking
    }
    above = dict(zip(avatar.bones, avatar.parents, strict=True))
    assert avatar.bones[above[Joint.LEFT_SHOULDER]] == avatar.bones[above[Joint.HEAD]] == Joint.SPINE1
    # The whole bend of the back goes to the one bone that is left of it.
    assert dict(zip(avatar.bones, avatar.sources, strict=True))[Joint.SPINE1] == Joint.SPINE3


def test_an_avatar_without_a_head_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(AvatarError, match=r"a\.vrm: .*it has no Head, LeftHand"):
        load_vrm(write_vrm(tmp_path / "a.vrm", version=1, without=("head", "leftHand")))


def _glb(gltf: object) -> bytes:
    text = json.dumps(gltf).encode()
    return struct.pack("<4sIII4s", b"glTF", 2, 20 + len(text), len(text), b"JSON") + text


_RING = {
    "nodes": [{"children": [1]}, {"children": [0]}],
    "extensions": {
        "VRM": {"humanoid": {"humanBones": [{"bone": name[:1].lower() + name[1:], "node": 0} for name in UNITY_BONES]}}
    },
}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "damaged"),
        (b"glTF" + bytes(16), "no binary glTF"),
        (b"# not a model at all, only text", "no binary glTF"),
        (struct.pack("<4sIII4s", b"glTF", 2, 20, 2**32 - 1, b"JSON"), "4294967295 bytes"),
        (_glb({}), "no humanoid"),
        (_glb([]), "damaged"),
        (_glb({"extensions": {"VRM": {}}, "nodes": []}), "damaged"),
        (_glb(_RING), "ring"),
    ],
)
def test_what_is_no_avatar_is_refused_in_one_sentence(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "a.vrm"
    path.write_bytes(data)
    with pytest.raises(AvatarError, match=problem):
        load_vrm(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AvatarError, match=r"nobody\.vrm"):
        load_vrm(tmp_path / "nobody.vrm")


@given(position=st.integers(0, 3000), byte=st.integers(0, 255))
def test_a_damaged_avatar_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, position: int, byte: int
) -> None:
    path = write_vrm(tmp_path_factory.mktemp("damaged") / "a.vrm", version=1)
    data = bytearray(path.read_bytes())
    data[position % len(data)] = byte
    path.write_bytes(data)
    with suppress(AvatarError):
        assert np.isfinite(load_vrm(path).offsets_m).all()
