from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import OFFSETS_M, PARENTS, Joint
from realtime.outputs.axes import Axes, AxesConverter
from tests.support.osc import dancing_pose, t_pose

ALL = [Axes(handed, up, unit) for handed, up, unit in product(("right", "left"), ("y", "z"), ("m", "cm"))]


@pytest.mark.parametrize("axes", ALL)
@given(seed=st.integers(0, 1000))
def test_the_converted_local_rotations_rebuild_the_converted_positions(axes: Axes, seed: int) -> None:
    # Forward kinematics of scipy's, in the target's axes, from converted offsets and converted local rotations.
    pose, convert = dancing_pose(seed), AxesConverter(axes)
    local = Rotation.from_quat(np.roll(convert.rotations(pose.rotations_wxyz), -1, axis=1))
    offsets, positions, turns = convert.positions(OFFSETS_M), np.zeros((24, 3)), list[Rotation]()
    for joint, parent in enumerate(PARENTS):
        if parent < 0:
            positions[joint] = convert.positions(pose.root_m)
            turns.append(local[joint])
        else:
            positions[joint] = positions[parent] + turns[parent].apply(offsets[joint])
            turns.append(turns[parent] * local[joint])
    expected = convert.world(forward_kinematics(pose.root_m, pose.rotations_wxyz))
    np.testing.assert_allclose(positions, expected.positions_m, atol=1e-9 * axes.units_per_m)
    sent = np.roll(expected.world_from_joint_wxyz, -1, axis=1)
    np.testing.assert_allclose(np.abs(np.sum(Rotation.concatenate(turns).as_quat() * sent, axis=1)), 1.0)


@pytest.mark.parametrize("axes", ALL)
def test_in_all_axes_the_dancer_stands_upright(axes: Axes) -> None:
    pose = t_pose(0.0)
    body = AxesConverter(axes).world(forward_kinematics(pose.root_m, pose.rotations_wxyz))
    rise = body.positions_m[Joint.HEAD] - body.positions_m[Joint.PELVIS]
    assert np.argmax(rise) == axes.up_index
    assert rise[axes.up_index] == pytest.approx(0.528 * axes.units_per_m)


@pytest.mark.parametrize(
    ("axes", "left", "forward"),
    [
        (Axes("right", "y"), (1, 0, 0), (0, 0, 1)),
        (Axes("left", "y"), (-1, 0, 0), (0, 0, 1)),
        (Axes("right", "z"), (1, 0, 0), (0, -1, 0)),
        (Axes("left", "z"), (1, 0, 0), (0, 1, 0)),
    ],
)
def test_left_and_forward_are_where_each_program_has_them(
    axes: Axes, left: tuple[int, ...], forward: tuple[int, ...]
) -> None:
    convert = AxesConverter(axes)
    np.testing.assert_array_equal(convert.positions(np.array([1.0, 0.0, 0.0])), left)
    np.testing.assert_array_equal(convert.positions(np.array([0.0, 0.0, 1.0])), forward)
    # Left, up and forward keep the hand of the axes: their triple product is its sign.
    up = convert.positions(np.array([0.0, 1.0, 0.0]))
    assert np.dot(np.cross(left, up), forward) == (1.0 if axes.handed == "right" else -1.0)


def test_unity_s_rule_of_signs_is_the_left_handed_one() -> None:
    convert = AxesConverter(Axes("left", "y"))
    np.testing.assert_array_equal(convert.positions(np.array([1.0, 2.0, 3.0])), [-1.0, 2.0, 3.0])
    np.testing.assert_array_equal(convert.rotations(np.array([4.0, 1.0, 2.0, 3.0])), [4.0, 1.0, -2.0, -3.0])
