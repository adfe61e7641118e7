from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import from_axis_angle
from realtime.outputs.axes import Axes
from realtime.outputs.flat import Rotations, flat_encoder
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.native import NativeEncoder, RowReader
from realtime.outputs.osc_packet import MAX_DATAGRAM_BYTES
from realtime.outputs.readers import Readers
from realtime.outputs.vector import Turns, array_encoder, vector_encoder
from tests.support.osc import MUSIC, STATE, channels_of, dancing_pose, messages_of, pose_at

UNREAL = Axes("left", "z", "cm")


def _rows(axes: Axes) -> RowReader:
    return RowReader(axes)


def _messages(datagrams: tuple[bytes, ...]) -> dict[str, list[Any]]:
    return {address: params for datagram in datagrams for address, params in messages_of(datagram)}


def _body(encoder: NativeEncoder, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions and quaternions xyzw of a frame, in either profile."""
    messages = _messages(encoder.encode(dancing_pose(seed), MUSIC, STATE))
    if "/dance/p1/t" in messages:
        return np.reshape(messages["/dance/p1/t"], (24, 3)), np.reshape(messages["/dance/p1/q"], (24, 4))
    positions, turns = ([messages[f"/dance/p1/{name}/{what}"] for name in TOUCHDESIGNER_NAMES] for what in "tq")
    return np.array(positions), np.array(turns)


@pytest.mark.parametrize("make", [vector_encoder, array_encoder])
def test_the_whole_body_is_sent_where_the_skeleton_has_it(make: Callable[..., NativeEncoder]) -> None:
    positions, turns = _body(make(), seed=1)
    pose = dancing_pose(seed=1)
    world = forward_kinematics(pose.root_m, pose.rotations_wxyz)
    np.testing.assert_allclose(positions, world.positions_m, atol=1e-6)
    alike = np.sum(np.roll(turns, 1, axis=1) * world.world_from_joint_wxyz, axis=1)
    np.testing.assert_allclose(np.abs(alike), 1.0, atol=1e-6)


@pytest.mark.parametrize("make", [vector_encoder, array_encoder])
def test_local_rotations_are_the_pose_s_own(make: Callable[..., NativeEncoder]) -> None:
    _, turns = _body(make(Turns.LOCAL), seed=2)
    alike = np.sum(np.roll(turns, 1, axis=1) * dancing_pose(seed=2).rotations_wxyz, axis=1)
    np.testing.assert_allclose(np.abs(alike), 1.0, atol=1e-6)


def test_flat_vector_and_array_say_the_same_in_every_axes() -> None:
    pose = dancing_pose(seed=3)
    for axes in (Axes(), Axes("left", "y"), Axes("right", "z"), UNREAL):
        vector = _body(vector_encoder(rows=_rows(axes)), seed=3)
        array = _body(array_encoder(rows=_rows(axes)), seed=3)
        flat = channels_of(flat_encoder(Rotations.QUATERNIONS, rows=_rows(axes)).encode(pose, MUSIC, STATE))
        for k, name in enumerate(TOUCHDESIGNER_NAMES):
            assert [flat[f"/dance/p1/{name}:t{c}"] for c in "xyz"] == list(vector[0][k]) == list(array[0][k])
            assert [flat[f"/dance/p1/{name}:q{c}"] for c in "xyzw"] == list(vector[1][k]) == list(array[1][k])


def test_no_message_of_vector_has_more_than_four_arguments_and_every_datagram_fits() -> None:
    for turns in Turns:
        datagrams = vector_encoder(turns).encode(dancing_pose(seed=4), MUSIC, STATE)
        assert all(len(datagram) <= MAX_DATAGRAM_BYTES for datagram in datagrams)
        assert max(len(params) for params in _messages(datagrams).values()) <= 4


def test_root_height_and_speeds_are_in_the_target_s_axes_and_unit() -> None:
    encoder, told = array_encoder(rows=_rows(UNREAL)), dict[str, list[Any]]()
    for frame in range(2):
        pose = pose_at(frame / 50, x_m=0.5 + frame * 0.02)
        pose.root_m[2] = -2.0
        pose.rotations_wxyz[0] = from_axis_angle(np.array([0.0, 1.0, 0.0]), np.radians(30.0))
        told = _messages(encoder.encode(pose, MUSIC, STATE))
    expected = {"root:tx": 52.0, "root:ty": -200.0, "root:tz": 0.0, "speed": 100.0, "wrist_l:speed": 100.0}
    assert {name: told[f"/dance/p1/{name}"][0] for name in expected} == pytest.approx(expected, abs=1e-3)
    assert told["/dance/p1/height"][0] > 140.0
    assert told["/dance/p1/energy"][0] == pytest.approx(0.5, abs=1e-3)
    # The axis that is up turns the other way in left-handed axes.
    assert told["/dance/p1/root:rz"][0] == pytest.approx(-30.0, abs=1e-3)


def test_targets_that_share_a_reader_get_what_they_would_get_alone() -> None:
    readers, alone = Readers(), {"vector": vector_encoder(), "array": array_encoder(), "flat": flat_encoder()}
    shared = {
        "vector": vector_encoder(rows=readers.of(0.05)),
        "array": array_encoder(rows=readers.of(0.05)),
        "flat": flat_encoder(rows=readers.of(0.05)),
    }
    for frame in range(100):
        pose = dancing_pose(frame, frame / 60)
        for name, encoder in shared.items():
            assert encoder.encode(pose, MUSIC, STATE) == alone[name].encode(pose, MUSIC, STATE)


def test_targets_with_other_leads_or_axes_do_not_disturb_each_other() -> None:
    readers = Readers()
    early, late = flat_encoder(rows=readers.of(0.0)), flat_encoder(rows=readers.of(0.1))
    mirrored = flat_encoder(rows=readers.of(0.1, Axes("left", "y")))
    alone = [flat_encoder(), flat_encoder(), flat_encoder(rows=_rows(Axes("left", "y")))]
    for frame in range(50):
        now, ahead = dancing_pose(frame, frame / 60), dancing_pose(frame + 6, frame / 60 + 0.1)
        for encoder, by_itself, pose in zip((early, late, mirrored), alone, (now, ahead, ahead), strict=True):
            assert encoder.encode(pose, MUSIC, STATE) == by_itself.encode(pose, MUSIC, STATE)
