"""Dances as the paper sees them: 25 points of the body in a picture, the keypoints of OpenPose's BODY_25.

Only for checks of fidelity: the network then has the paper's 50 numbers a pose. The camera stands in front of the stage
and sees in parallel: x is the dancer's left, y points down, as in a picture; units are metres. As in the released code,
every point is relative to the middle of the hips, which alone is where it is.
"""

import numpy as np

from models.representation import Motion, Place, decode
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import rotate
from realtime.motion.skeleton import Joint
from realtime.types import FloatArray

J = Joint
NUMBERS = 50
MID_HIP = 8
_HEAD_POINTS_M = {
    0: (0.0, 0.07, 0.12),
    15: (-0.03, 0.10, 0.10),
    16: (0.03, 0.10, 0.10),
    17: (-0.075, 0.08, 0.0),
    18: (0.075, 0.08, 0.0),
}
"""Nose, right and left eye, right and left ear in the frame of the head: our own proportions."""
_FOOT_POINTS_M = {
    19: (J.LEFT_FOOT, (0.0, 0.0, 0.06)),
    20: (J.LEFT_FOOT, (0.035, 0.0, 0.035)),
    21: (J.LEFT_ANKLE, (0.0, -0.04, -0.05)),
    22: (J.RIGHT_FOOT, (0.0, 0.0, 0.06)),
    23: (J.RIGHT_FOOT, (-0.035, 0.0, 0.035)),
    24: (J.RIGHT_ANKLE, (0.0, -0.04, -0.05)),
}
_JOINTS = {
    1: J.NECK,
    2: J.RIGHT_SHOULDER,
    3: J.RIGHT_ELBOW,
    4: J.RIGHT_WRIST,
    5: J.LEFT_SHOULDER,
    6: J.LEFT_ELBOW,
    7: J.LEFT_WRIST,
    9: J.RIGHT_HIP,
    10: J.RIGHT_KNEE,
    11: J.RIGHT_ANKLE,
    12: J.LEFT_HIP,
    13: J.LEFT_KNEE,
    14: J.LEFT_ANKLE,
}
_OTHER_SIDE = [0, 1, 5, 6, 7, 2, 3, 4, 8, 12, 13, 14, 9, 10, 11, 16, 15, 18, 17, 22, 23, 24, 19, 20, 21]


def keypoints(motion: Motion) -> FloatArray:
    """Return the points of a dance in the picture: shape (T, 50), x and y of each in turn."""
    world = forward_kinematics(motion.root_m, motion.rotations_wxyz)
    positions_m, turns = world.positions_m, world.world_from_joint_wxyz
    points = np.empty((len(positions_m), 25, 3))
    for index, joint in _JOINTS.items():
        points[:, index] = positions_m[:, joint]
    points[:, MID_HIP] = 0.5 * (positions_m[:, J.LEFT_HIP] + positions_m[:, J.RIGHT_HIP])
    for index, (joint, offset_m) in {
        **{index: (J.HEAD, offset_m) for index, offset_m in _HEAD_POINTS_M.items()},
        **_FOOT_POINTS_M,
    }.items():
        points[:, index] = positions_m[:, joint] + rotate(turns[:, joint], np.array(offset_m))
    picture = points[..., :2] * np.array([1.0, -1.0])
    hips = picture[:, MID_HIP].copy()
    picture -= hips[:, None]
    picture[:, MID_HIP] = hips
    return picture.reshape(len(picture), NUMBERS)


def keypoints_of(features: FloatArray) -> FloatArray:
    """Return the points of encoded motion: (T, FEATURES) at 30 frames a second -> (T, 50)."""
    motion, _ = decode(np.asarray(features, np.float64), Place(0.0, 0.0, 0.0))
    return keypoints(motion)


def mirror_keypoints(points: FloatArray) -> FloatArray:
    """Return points (..., 50) with left and right exchanged."""
    picture = points.reshape(*points.shape[:-1], 25, 2)[..., _OTHER_SIDE, :] * np.array([-1.0, 1.0])
    return picture.reshape(points.shape).astype(points.dtype)
