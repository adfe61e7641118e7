"""The paper's points in a picture."""

import numpy as np

from models.dance_revolution.body25 import MID_HIP, NUMBERS, keypoints, mirror_keypoints
from models.representation import Motion, mirror
from realtime.motion.pose_buffer import standing_pose
from tests.support.moving_body import swaying_chunk


def swaying(frames: int) -> Motion:
    chunk = swaying_chunk(0.0, duration_s=(frames - 1) / 30.0)
    return Motion(chunk.roots_m, chunk.rotations_wxyz, chunk.contacts)


def standing() -> Motion:
    pose = standing_pose(0.0)
    return Motion(pose.root_m[None], pose.rotations_wxyz[None], pose.contacts[None])


def test_a_standing_body_has_its_head_up_its_feet_down_and_its_left_on_the_right_of_the_picture() -> None:
    points = keypoints(standing()).reshape(25, 2)
    assert points[0, 1] < points[1, 1] < 0.0 < points[10, 1] < points[19, 1]
    assert points[5, 0] > 0.0 > points[2, 0]


def test_a_mirrored_dance_has_mirrored_points() -> None:
    motion = swaying(20)
    assert keypoints(motion).shape == (20, NUMBERS)
    np.testing.assert_allclose(keypoints(mirror(motion)), mirror_keypoints(keypoints(motion)), atol=1e-6)


def test_where_a_body_stands_shows_in_its_hips_only() -> None:
    here = swaying(5)
    there = here._replace(root_m=here.root_m + np.array([1.0, 0.0, 0.0]))
    moved = (keypoints(there) - keypoints(here)).reshape(5, 25, 2)
    np.testing.assert_allclose(moved[:, MID_HIP], np.tile([1.0, 0.0], (5, 1)))
    np.testing.assert_allclose(np.delete(moved, MID_HIP, axis=1), 0.0, atol=1e-9)
