"""VMC frames, decoded by python-osc and posed again by scipy in the axes of each receiver."""

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import STANDING_PELVIS_M, Joint
from realtime.outputs.avatar import Avatar, load_vrm, our_avatar
from realtime.outputs.joint_names import UNITY_BONES
from realtime.outputs.osc_packet import MAX_DATAGRAM_BYTES
from realtime.outputs.vmc import Face, VmcEncoder
from realtime.types import BeatState
from tests.support.osc import MUSIC, STATE, dancing_pose, messages_of, music_at, pose_at
from tests.support.vrm import PARENT_OF, write_vrm

Array = NDArray[np.floating]
HUMANOID = {name[:1].upper() + name[1:]: above[:1].upper() + above[1:] for name, above in PARENT_OF.items()}
"""Unity's humanoid: each bone and the one above it."""


class Receiver(NamedTuple):
    """How a program turns VMC's numbers into its own: signed axes of positions, and of quaternions xyzw."""

    position: tuple[tuple[int, int], ...]
    quaternion: tuple[tuple[int, int], ...]
    units_per_m: float = 1.0


RECEIVERS = {
    "Unity": Receiver(((0, 1), (1, 1), (2, 1)), ((0, 1), (1, 1), (2, 1), (3, 1))),
    # Godot XR VMC Tracker: (x, y, -z), (x, y, -z, -w).
    "Godot": Receiver(((0, 1), (1, 1), (2, -1)), ((0, 1), (1, 1), (2, -1), (3, -1))),
    # VMC4B: (-x, -z, y), and w, x, z, -y.
    "Blender": Receiver(((0, -1), (2, -1), (1, 1)), ((0, 1), (2, 1), (1, -1), (3, 1))),
    # VMC4UE: (-x, z, y) * 100, (-x, z, y, w).
    "Unreal": Receiver(((0, -1), (2, 1), (1, 1)), ((0, -1), (2, 1), (1, 1), (3, 1)), 100.0),
}


def _pick(values: Array, axes: tuple[tuple[int, int], ...]) -> Array:
    return np.stack([sign * values[..., axis] for axis, sign in axes], axis=-1)


def _bones(datagrams: tuple[bytes, ...]) -> dict[str, list[Any]]:
    found = [params for data in datagrams for address, params in messages_of(data) if address == "/VMC/Ext/Bone/Pos"]
    return {params[0]: params[1:] for params in found}


def _posed(bones: dict[str, list[Any]], receiver: Receiver) -> dict[str, Array]:
    """Return the world position of every bone, as the receiver has it, by forward kinematics of scipy's rotations."""
    places, turns = dict[str, Array](), dict[str, Rotation]()
    for bone, direct in HUMANOID.items():
        if bone not in bones:
            continue
        above = direct
        while above and above not in bones:
            above = HUMANOID[above]
        numbers = np.array(bones[bone])
        offset = _pick(numbers[:3], receiver.position) * receiver.units_per_m
        turn = Rotation.from_quat(_pick(numbers[3:], receiver.quaternion))
        places[bone] = places[above] + turns[above].apply(offset) if above else offset
        turns[bone] = turns[above] * turn if above else turn
    return places


@pytest.mark.parametrize("receiver", RECEIVERS)
@pytest.mark.parametrize("seed", range(4))
def test_every_receiver_has_every_bone_where_we_have_it(receiver: str, seed: int) -> None:
    pose, how = dancing_pose(seed), RECEIVERS[receiver]
    places = _posed(_bones(VmcEncoder().encode(pose, MUSIC, STATE)), how)
    ours = forward_kinematics(pose.root_m, pose.rotations_wxyz).positions_m
    in_unity = ours * (-1.0, 1.0, 1.0)
    for joint, bone in enumerate(UNITY_BONES):
        expected = _pick(in_unity[joint], how.position) * how.units_per_m
        assert np.linalg.norm(places[bone] - expected) < 0.001 * how.units_per_m


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("without", [(), ("upperChest",), ("chest", "upperChest", "neck", "leftShoulder", "leftToes")])
@pytest.mark.parametrize("receiver", RECEIVERS)
def test_an_avatar_s_limbs_point_as_the_dancer_s_do_whatever_bones_it_lacks(
    tmp_path: Path, version: int, without: tuple[str, ...], receiver: str
) -> None:
    avatar = load_vrm(write_vrm(tmp_path / "a.vrm", version=version, without=without))
    pose, how = dancing_pose(seed=5), RECEIVERS[receiver]
    places = _posed(_bones(VmcEncoder(avatar).encode(pose, MUSIC, STATE)), how)
    expected = _expected(avatar, pose_rotations=pose.rotations_wxyz, hips=pose.root_m * 0.8 / STANDING_PELVIS_M)
    for bone, place in expected.items():
        in_unity = place * (-1.0, 1.0, 1.0)
        assert np.linalg.norm(places[bone] - _pick(in_unity, how.position) * how.units_per_m) < 0.001 * how.units_per_m
    assert set(places) == {UNITY_BONES[bone] for bone in avatar.bones}


def _expected(avatar: Avatar, *, pose_rotations: Array, hips: Array) -> dict[str, Array]:
    """Return where the avatar's bones are when each is turned, in the world, as the dancer's joint is."""
    world = forward_kinematics(hips, pose_rotations).world_from_joint_wxyz
    places = dict[Joint, Array]()
    for bone, parent, offset in zip(avatar.bones, avatar.parents, avatar.offsets_m, strict=True):
        if parent < 0:
            places[bone] = hips
            continue
        above = avatar.bones[parent]
        # A spine with fewer bones turns its last one as the dancer's topmost.
        spine = (Joint.SPINE1, Joint.SPINE2, Joint.SPINE3)
        last = above in spine and not any(b in avatar.bones for b in spine[spine.index(above) + 1 :])
        turn = world[Joint.SPINE3 if last else above]
        places[bone] = places[above] + Rotation.from_quat(np.roll(turn, -1)).apply(offset)
    return {UNITY_BONES[bone]: place for bone, place in places.items()}


def test_a_frame_is_split_to_fit_and_ends_with_its_one_time() -> None:
    for face in Face:
        encoder = VmcEncoder(face=face)
        for frame in range(3):
            datagrams = encoder.encode(dancing_pose(frame, frame / 60), MUSIC, STATE)
            assert [len(data) <= MAX_DATAGRAM_BYTES for data in datagrams] == [True, True]
            messages = [message for data in datagrams for message in messages_of(data)]
            addresses = [address for address, _ in messages]
            assert addresses[:2] == ["/VMC/Ext/OK", "/VMC/Ext/Root/Pos"]
            assert addresses.count("/VMC/Ext/T") == 1
            assert messages[-1] == ("/VMC/Ext/T", [pytest.approx(frame / 60)])
            assert messages[0][1] == [1, 3, 0]
            assert messages[1][1] == ["root", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
            assert [params[0] for _, params in messages[2:24]] == list(UNITY_BONES)


def test_quaternions_have_unit_length_even_where_a_pose_s_are_a_little_off() -> None:
    pose = dancing_pose(seed=2)
    pose = replace(pose, rotations_wxyz=pose.rotations_wxyz * 1.001)
    for numbers in _bones(VmcEncoder().encode(pose, MUSIC, STATE)).values():
        assert np.linalg.norm(numbers[3:]) == pytest.approx(1.0, abs=1e-6)


def test_an_avatar_with_shorter_legs_travels_less_and_keeps_its_feet_on_the_floor(tmp_path: Path) -> None:
    avatar = load_vrm(write_vrm(tmp_path / "a.vrm", version=1))
    bones = _bones(VmcEncoder(avatar).encode(pose_at(0.0, x_m=1.0), MUSIC, STATE))
    assert bones["Hips"][:2] == pytest.approx([-0.8 / STANDING_PELVIS_M, 0.8])


def test_the_music_moves_the_face_only_where_it_is_asked_to() -> None:
    downbeat = music_at(BeatState(tempo_bpm=60.0))
    for face, names in (
        (Face.VRM0, ["Joy", "A", "Blink_L", "Blink_R"]),
        (Face.VRM1, ["happy", "aa", "blinkLeft", "blinkRight"]),
    ):
        datagrams = VmcEncoder(face=face).encode(pose_at(0.0), downbeat, STATE)
        tail = [message for data in datagrams for message in messages_of(data)][-6:]
        features = MUSIC.features
        assert [params for _, params in tail[:4]] == [
            [name, value] for name, value in zip(names, [features.energy, features.mid, 1.0, 1.0], strict=True)
        ]
        assert tail[4] == ("/VMC/Ext/Blend/Apply", [])
    plain = VmcEncoder().encode(pose_at(0.0), downbeat, STATE)
    assert not any("Blend" in address for data in plain for address, _ in messages_of(data))


def test_our_own_body_is_the_one_that_is_sent_without_an_avatar() -> None:
    assert our_avatar().scale == 1.0
    assert our_avatar().sources == our_avatar().bones
