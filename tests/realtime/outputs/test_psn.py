from typing import Any

import numpy as np
import pypsn
import pytest

from realtime.motion.kinematics import forward_kinematics
from realtime.outputs.axes import Axes
from realtime.outputs.psn import TRACKERS, PsnEncoder
from tests.support.osc import MUSIC, STATE, dancing_pose, pose_at


def _parsed(data: bytes) -> Any:
    return pypsn.parse_psn_packet(data)


def test_pypsn_reads_places_speeds_and_times() -> None:
    encoder = PsnEncoder()
    encoder.encode(pose_at(1.0), MUSIC, STATE)
    for frame in range(1, 4):
        [data] = encoder.encode(pose_at(1.0 + frame / 50, x_m=frame * 0.02), MUSIC, STATE)
        packet = _parsed(data)
        assert isinstance(packet, pypsn.psn_data_packet)
        assert (packet.info.version_high, packet.info.version_low) == (2, 3)
        assert (packet.info.frame_id, packet.info.packet_count) == (frame, 1)
        assert packet.info.timestamp == 1_000_000 + frame * 20_000
        assert [tracker.id for tracker in packet.trackers] == [number for number, _, _ in TRACKERS]
        for tracker in packet.trackers:
            assert list(tracker.speed) == pytest.approx([1.0, 0.0, 0.0], abs=1e-5)
            assert tracker.status == 1.0


@pytest.mark.parametrize("axes", [Axes(), Axes("left", "y"), Axes("right", "z")])
def test_every_tracker_is_where_its_joint_is_in_the_desk_s_axes(axes: Axes) -> None:
    pose = dancing_pose(seed=2)
    packet = _parsed(PsnEncoder(axes).encode(pose, MUSIC, STATE)[1])
    world = forward_kinematics(pose.root_m, pose.rotations_wxyz).positions_m @ axes.target_from_ours.T
    for tracker, (_, _, joint) in zip(packet.trackers, TRACKERS, strict=True):
        np.testing.assert_allclose(list(tracker.pos), world[joint], atol=1e-6)


def test_names_come_first_and_once_a_second() -> None:
    encoder = PsnEncoder()
    frames = [encoder.encode(pose_at(k / 10), MUSIC, STATE) for k in range(25)]
    assert [k for k, packets in enumerate(frames) if len(packets) == 2] == [0, 10, 20]
    info = _parsed(frames[10][0])
    assert isinstance(info, pypsn.psn_info_packet)
    assert info.name == b"Farandole"
    assert [(t.tracker_id, t.tracker_name) for t in info.trackers] == [(n, name.encode()) for n, name, _ in TRACKERS]
    assert all(len(packet) <= 1500 for packets in frames for packet in packets)
