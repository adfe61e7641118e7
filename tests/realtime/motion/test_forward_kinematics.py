import numpy as np

from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import multiply, normalise, rotate
from realtime.motion.skeleton import JOINT_COUNT, OFFSETS_M, PARENTS
from realtime.types import FloatArray


def _random_poses(*batch: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(7)
    return rng.normal(size=(*batch, 3)), normalise(rng.normal(size=(*batch, JOINT_COUNT, 4)))


def test_every_joint_is_where_walking_down_from_the_pelvis_finds_it() -> None:
    root, rotations = _random_poses()
    world = forward_kinematics(root, rotations)
    positions, orientations = [root], [rotations[0]]
    for joint in range(1, JOINT_COUNT):
        parent = PARENTS[joint]
        positions.append(positions[parent] + rotate(orientations[parent], OFFSETS_M[joint]))
        orientations.append(multiply(orientations[parent], rotations[joint]))
    np.testing.assert_allclose(world.positions_m, positions, atol=1e-12)
    np.testing.assert_allclose(world.world_from_joint_wxyz, orientations, atol=1e-12)


def test_a_batch_is_its_poses_one_by_one() -> None:
    roots, rotations = _random_poses(3, 2)
    batch = forward_kinematics(roots, rotations)
    for index in np.ndindex(3, 2):
        single = forward_kinematics(roots[index], rotations[index])
        np.testing.assert_allclose(batch.positions_m[index], single.positions_m, atol=1e-12)
        np.testing.assert_allclose(batch.world_from_joint_wxyz[index], single.world_from_joint_wxyz, atol=1e-12)
