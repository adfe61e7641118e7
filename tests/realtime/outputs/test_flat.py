from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import from_axis_angle, multiply
from realtime.motion.skeleton import Joint
from realtime.outputs import native
from realtime.outputs.flat import Rotations, flat_encoder
from realtime.outputs.joint_names import TOUCHDESIGNER_NAMES
from realtime.outputs.osc_packet import MAX_DATAGRAM_BYTES
from realtime.types import BeatState, TempoSource
from tests.support.osc import MUSIC, STATE, channels_of, dancing_pose, messages_of, music_at, pose_at


def _addresses(datagrams: tuple[bytes, ...]) -> list[str]:
    return [address for datagram in datagrams for address, _ in messages_of(datagram)[1:]]


def test_every_joint_is_sent_where_the_skeleton_has_it() -> None:
    pose = dancing_pose(seed=1)
    channels = channels_of(flat_encoder().encode(pose, MUSIC, STATE))
    expected = forward_kinematics(pose.root_m, pose.rotations_wxyz).positions_m
    for joint, name in zip(Joint, TOUCHDESIGNER_NAMES, strict=True):
        sent = [channels[f"/dance/p1/{name}:{axis}"] for axis in ("tx", "ty", "tz")]
        np.testing.assert_allclose(sent, expected[joint], rtol=1e-6, atol=1e-6)


def test_left_and_right_and_the_spine_have_the_names_of_touchdesigner() -> None:
    for joint, name in zip(Joint, TOUCHDESIGNER_NAMES, strict=True):
        side, _, part = joint.name.lower().partition("_")
        spine = {"spine1": "spine_lower", "spine2": "spine_middle", "spine3": "spine_upper"}
        assert name == (f"{part}_{side[0]}" if side in ("left", "right") else spine.get(side, side))


@pytest.mark.parametrize("seed", range(5))
def test_degrees_turned_about_x_then_y_then_z_make_the_joint_s_rotation(seed: int) -> None:
    pose = dancing_pose(seed)
    channels = channels_of(flat_encoder(Rotations.DEGREES).encode(pose, MUSIC, STATE))
    expected = forward_kinematics(pose.root_m, pose.rotations_wxyz).world_from_joint_wxyz
    for joint, name in zip(Joint, TOUCHDESIGNER_NAMES, strict=True):
        turns = [
            from_axis_angle(axis, np.radians(channels[f"/dance/p1/{name}:{channel}"]))
            for axis, channel in zip(np.eye(3), ("rx", "ry", "rz"), strict=True)
        ]
        rotation = multiply(turns[2], multiply(turns[1], turns[0]))
        assert abs(rotation @ expected[joint]) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("steep_deg", [90.0, -90.0])
def test_degrees_are_right_where_two_axes_fall_together(steep_deg: float) -> None:
    pose = pose_at(0.0)
    x, y, z = (
        from_axis_angle(axis, np.radians(angle)) for axis, angle in zip(np.eye(3), (30.0, steep_deg, 50.0), strict=True)
    )
    pose.rotations_wxyz[0] = multiply(z, multiply(y, x))
    channels = channels_of(flat_encoder(Rotations.DEGREES).encode(pose, MUSIC, STATE))
    x, y, z = (
        from_axis_angle(axis, np.radians(channels[f"/dance/p1/pelvis:{channel}"]))
        for axis, channel in zip(np.eye(3), ("rx", "ry", "rz"), strict=True)
    )
    assert abs(multiply(z, multiply(y, x)) @ pose.rotations_wxyz[0]) == pytest.approx(1.0, abs=1e-6)


def test_quaternions_are_the_joint_s_rotation_and_never_change_sign_between_frames() -> None:
    encoder, last = flat_encoder(Rotations.QUATERNIONS), None
    for frame in range(20):
        # A joint that turns twice round, with the sign of its quaternion thrown at random.
        turn = from_axis_angle(np.array([0.0, 1.0, 0.0]), 4.0 * np.pi * frame / 20)
        pose = pose_at(frame / 60)
        pose.rotations_wxyz[Joint.NECK] = turn * (-1) ** (frame * frame // 3)
        channels = channels_of(encoder.encode(pose, MUSIC, STATE))
        sent = np.array([channels[f"/dance/p1/neck:q{axis}"] for axis in "wxyz"])
        assert abs(sent @ turn) == pytest.approx(1.0, abs=1e-6)
        assert last is None or sent @ last > 0.0
        last = sent


@pytest.mark.parametrize("rotations", Rotations)
def test_the_first_frame_has_every_address_and_the_order_never_changes(rotations: Rotations) -> None:
    encoder = flat_encoder(rotations)
    first = encoder.encode(pose_at(0.0), MUSIC, STATE)
    whole = _addresses(first)
    assert len(whole) == len(set(whole))
    for frame in range(1, 150):
        state = replace(STATE, blackout=float(frame % 7 == 0), frozen=frame % 11 == 0)
        datagrams = encoder.encode(dancing_pose(frame, frame / 60), music_at(BeatState(60.0 + frame // 20)), state)
        addresses = _addresses(datagrams)
        assert addresses in (whole, whole[: len(addresses)])
        assert all(len(datagram) <= MAX_DATAGRAM_BYTES for datagram in datagrams)
        assert all(messages_of(datagram)[0] == ("/dance/p1/frame", [frame]) for datagram in datagrams)


def test_every_address_carries_one_number() -> None:
    for datagram in flat_encoder(Rotations.DEGREES).encode(pose_at(0.0), MUSIC, STATE):
        for _, params in messages_of(datagram):
            assert len(params) == 1
            assert isinstance(params[0], int | float)


def test_frame_numbers_wrap_where_a_float_still_tells_each_from_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    assert np.float32(native.FRAME_WRAP - 1) + np.float32(1) == native.FRAME_WRAP
    monkeypatch.setattr(native, "FRAME_WRAP", 4)
    encoder = flat_encoder()
    frames = [channels_of(encoder.encode(pose_at(k / 60), MUSIC, STATE))["/dance/p1/frame"] for k in range(6)]
    assert frames == [0, 1, 2, 3, 0, 1]


def test_slow_rows_come_with_news_and_at_least_once_a_second() -> None:
    encoder, told_s = flat_encoder(), list[float]()
    for frame in range(301):
        time_s = frame / 100
        # The latency trembles by less than anybody needs to know.
        state = replace(STATE, latency_total_s=0.047 + 1e-4 * (frame % 2), frozen=time_s >= 1.25)
        channels = channels_of(encoder.encode(pose_at(time_s), MUSIC, state))
        if "/dance/info/schema" in channels:
            told_s.append(time_s)
            assert channels["/dance/state/frozen"] == (time_s >= 1.25)
            assert channels["/dance/state/alive"] == int(2 * time_s)
    # Twice a second, for `alive` counts then; and at once when somebody froze the dancer.
    assert told_s == [0.0, 0.5, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0]


def test_a_show_that_stands_still_in_every_slow_row_is_told_each_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_NEWS", [float("inf")] * len(native.ON_CHANGE))
    encoder = flat_encoder()
    frames = [channels_of(encoder.encode(pose_at(k / 10), MUSIC, STATE)) for k in range(31)]
    assert [k for k, channels in enumerate(frames) if "/dance/info/schema" in channels] == [0, 10, 20, 30]


def test_the_beat_is_the_one_at_the_time_that_the_pose_is_for() -> None:
    beat = BeatState(tempo_bpm=120.0, origin_s=1.0, origin_beat=9.0)
    # Heard at 1.0 s, but the pose is for 1.125 s: a quarter of a beat later.
    channels = channels_of(flat_encoder().encode(pose_at(1.125), music_at(beat), STATE))
    told = {name: channels[f"/dance/beat/{name}"] for name in ("ramp", "barramp", "beat", "bar", "count")}
    assert told == {"ramp": 0.25, "barramp": 0.3125, "beat": 2, "bar": 3, "count": 9}


def test_speeds_are_metres_per_second_and_zero_over_a_seek() -> None:
    encoder = flat_encoder()
    times_s = (0.0, 0.02, 0.04, 9.0, 8.0)
    frames = [channels_of(encoder.encode(pose_at(t, x_m=k * 0.03), MUSIC, STATE)) for k, t in zip(count(), times_s)]
    assert [channels["/dance/p1/speed"] for channels in frames] == pytest.approx([0.0, 1.5, 1.5, 0.0, 0.0])
    assert frames[1]["/dance/p1/wrist_l:speed"] == pytest.approx(1.5)
    assert frames[1]["/dance/p1/energy"] == pytest.approx(0.75)


def test_the_root_is_under_the_pelvis_and_turns_with_it() -> None:
    pose = pose_at(0.0, x_m=0.5)
    pose.rotations_wxyz[0] = from_axis_angle(np.array([0.0, 1.0, 0.0]), np.radians(-90.0))
    channels = channels_of(flat_encoder().encode(pose, MUSIC, STATE))
    root = [channels[f"/dance/p1/root:{channel}"] for channel in ("tx", "ty", "tz", "ry")]
    assert root == pytest.approx([0.5, 0.0, 0.0, -90.0])


def test_the_state_of_the_show_is_told_in_its_units() -> None:
    beat = replace(MUSIC.beat, source=TempoSource.OS2L, locked=True)
    channels = channels_of(flat_encoder().encode(pose_at(3.2), music_at(beat), STATE))
    expected = {
        "/dance/latency/total": 47.0,
        "/dance/beat/bpm": 120.0,
        "/dance/beat/source": 6,
        "/dance/beat/locked": 1,
        "/dance/audio/level": 0.75,
        "/dance/audio/mid": 0.25,
        "/dance/state/preset": 3,
        "/dance/state/running": 1,
        "/dance/info/schema": 1,
        "/dance/p1/active": 1,
    }
    assert {address: channels[address] for address in expected} == pytest.approx(expected)
