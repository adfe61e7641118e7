"""Poses that help to set a receiver up: the T-pose, and one that counts the joints."""

from math import pi, sin

import numpy as np

from realtime.motion.rotations import from_axis_angle
from realtime.motion.skeleton import JOINT_COUNT, STANDING_PELVIS_M
from realtime.types import CONTACT_NAMES, Pose

COUNT_EVERY_S = 0.5
"""How long each joint has its turn in the counting pose."""
_BEND_RAD = 0.6


def t_pose(time_s: float) -> Pose:
    """Return the rest pose in the middle of the stage, facing +Z."""
    rotations = np.zeros((JOINT_COUNT, 4))
    rotations[:, 0] = 1.0
    return Pose(time_s, np.array([0.0, STANDING_PELVIS_M, 0.0]), rotations, np.ones(len(CONTACT_NAMES)))


def counting_pose(time_s: float) -> Pose:
    """Return a T-pose in which one joint after the other bends about +X and back, in the joints' order."""
    pose = t_pose(time_s)
    turn, phase = divmod(time_s / COUNT_EVERY_S, 1.0)
    pose.rotations_wxyz[int(turn) % JOINT_COUNT] = from_axis_angle(
        np.array([1.0, 0.0, 0.0]), _BEND_RAD * sin(pi * phase)
    )
    return pose
