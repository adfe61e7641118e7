from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import Joint
from realtime.outputs.osc_packet import MAX_DATAGRAM_BYTES
from realtime.outputs.vrchat import OUR_HEIGHT_M, VrchatEncoder
from tests.support.osc import MUSIC, STATE, dancing_pose, messages_of, t_pose

PLACES = {
    "1": (Joint.PELVIS, Joint.PELVIS),
    "2": (Joint.LEFT_ANKLE, Joint.LEFT_ANKLE),
    "3": (Joint.RIGHT_ANKLE, Joint.RIGHT_ANKLE),
    "4": (Joint.LEFT_KNEE, Joint.LEFT_HIP),
    "5": (Joint.RIGHT_KNEE, Joint.RIGHT_HIP),
    "6": (Joint.SPINE3, Joint.SPINE3),
    "7": (Joint.LEFT_ELBOW, Joint.LEFT_SHOULDER),
    "8": (Joint.RIGHT_ELBOW, Joint.RIGHT_SHOULDER),
    "head": (Joint.HEAD, Joint.HEAD),
}


def _trackers(datagrams: tuple[bytes, ...]) -> dict[str, list[Any]]:
    assert len(datagrams) == 1
    assert len(datagrams[0]) <= MAX_DATAGRAM_BYTES
    return {address.removeprefix("/tracking/trackers/"): params for address, params in messages_of(datagrams[0])}


@pytest.mark.parametrize("seed", range(5))
def test_positions_and_unity_s_euler_angles_are_those_that_scipy_finds(seed: int) -> None:
    pose = dancing_pose(seed)
    told = _trackers(VrchatEncoder(height_m=OUR_HEIGHT_M, head=True).encode(pose, MUSIC, STATE))
    world = forward_kinematics(pose.root_m, pose.rotations_wxyz)
    assert len(told) == 2 * len(PLACES)
    for name, (place, turn) in PLACES.items():
        x, y, z = world.positions_m[place]
        assert told[f"{name}/position"] == pytest.approx([-x, y, z], abs=1e-5)
        w, x, y, z = world.world_from_joint_wxyz[turn]
        in_unity = Rotation.from_quat([x, -y, -z, w])
        yaw, pitch, roll = in_unity.as_euler("YXZ", degrees=True)
        assert told[f"{name}/rotation"] == pytest.approx([pitch, yaw, roll], abs=1e-3)


def test_a_taller_person_has_a_taller_skeleton() -> None:
    small = _trackers(VrchatEncoder(height_m=1.5).encode(dancing_pose(1), MUSIC, STATE))
    tall = _trackers(VrchatEncoder(height_m=1.8).encode(dancing_pose(1), MUSIC, STATE))
    for name, numbers in small.items():
        if name.endswith("position"):
            np.testing.assert_allclose(tall[name], np.array(numbers) * 1.2, rtol=1e-5)
        else:
            assert tall[name] == numbers


def test_without_the_head_only_the_eight_trackers_are_sent() -> None:
    told = _trackers(VrchatEncoder().encode(t_pose(0.0), MUSIC, STATE))
    assert {name.split("/")[0] for name in told} == set("12345678")


def test_in_t_pose_the_crown_is_as_high_as_the_person() -> None:
    told = _trackers(VrchatEncoder(height_m=1.7, head=True).encode(t_pose(0.0), MUSIC, STATE))
    assert 1.45 < told["head/position"][1] < 1.6
    assert all(numbers == [0.0, 0.0, 0.0] for name, numbers in told.items() if name.endswith("rotation"))


@pytest.mark.parametrize("pitch", [90.0, -90.0])
def test_straight_up_and_straight_down_are_rotations_like_any_other(pitch: float) -> None:
    pose = t_pose(0.0)
    pose.rotations_wxyz[0] = np.roll(Rotation.from_euler("YXZ", [30.0, pitch, 0.0], degrees=True).as_quat(), 1)
    x, y, z = _trackers(VrchatEncoder().encode(pose, MUSIC, STATE))["1/rotation"]
    rebuilt = Rotation.from_euler("YXZ", [y, x, z], degrees=True)
    w, qx, qy, qz = pose.rotations_wxyz[0]
    assert (rebuilt.inv() * Rotation.from_quat([qx, -qy, -qz, w])).magnitude() < 1e-3
