"""The one skeleton: 24 joints with SMPL's names and order and bone lengths of our own.

The rest pose is a T-pose that faces +Z, left is +X, Y is up; every rest rotation is the identity. Offsets are the mean
of four CMU subjects (mocap.cs.cmu.edu; the database was created with funding from NSF EIA-0196217).
"""

from enum import IntEnum

import numpy as np


class Joint(IntEnum):
    """Index of each joint on the J axis."""

    PELVIS = 0
    LEFT_HIP = 1
    RIGHT_HIP = 2
    SPINE1 = 3
    LEFT_KNEE = 4
    RIGHT_KNEE = 5
    SPINE2 = 6
    LEFT_ANKLE = 7
    RIGHT_ANKLE = 8
    SPINE3 = 9
    LEFT_FOOT = 10
    RIGHT_FOOT = 11
    NECK = 12
    LEFT_COLLAR = 13
    RIGHT_COLLAR = 14
    HEAD = 15
    LEFT_SHOULDER = 16
    RIGHT_SHOULDER = 17
    LEFT_ELBOW = 18
    RIGHT_ELBOW = 19
    LEFT_WRIST = 20
    RIGHT_WRIST = 21
    LEFT_HAND = 22
    RIGHT_HAND = 23


JOINT_COUNT = len(Joint)
JOINT_NAMES = tuple(joint.name.lower() for joint in Joint)
PARENTS = np.array([-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21])
"""Index of each joint's parent; -1 for the pelvis. A parent always comes before its children."""

OFFSETS_M = np.array(
    [
        [0.0, 0.0, 0.0],
        [0.083, -0.094, 0.041],
        [-0.083, -0.094, 0.041],
        [0.0, 0.055, 0.0],
        [0.0, -0.388, 0.0],
        [0.0, -0.388, 0.0],
        [0.0, 0.105, 0.0],
        [0.0, -0.411, 0.0],
        [0.0, -0.411, 0.0],
        [0.0, 0.105, 0.0],
        [0.0, -0.037, 0.103],
        [0.0, -0.037, 0.103],
        [0.0, 0.129, 0.0],
        [0.043, 0.091, 0.004],
        [-0.043, 0.091, 0.004],
        [0.0, 0.134, -0.013],
        [0.151, 0.043, 0.013],
        [-0.151, 0.043, 0.013],
        [0.274, 0.0, 0.0],
        [-0.274, 0.0, 0.0],
        [0.258, 0.0, 0.0],
        [-0.258, 0.0, 0.0],
        [0.039, 0.0, 0.0],
        [-0.039, 0.0, 0.0],
    ]
)
"""Shape (J, 3): each joint in its parent's frame at rest, metres."""

TOE_HEIGHT_M = 0.02
"""Height of a foot joint (ball of the foot) above the floor when the sole is flat on it."""
ANKLE_HEIGHT_M = TOE_HEIGHT_M + 0.037
"""Height of an ankle joint above the floor when the sole is flat on it."""
STANDING_PELVIS_M = ANKLE_HEIGHT_M + 0.411 + 0.388 + 0.094
"""Height of the pelvis when the legs are straight."""
