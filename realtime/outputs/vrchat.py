"""The VRChat profile: eight trackers and, where wanted, the head, as VRChat takes them over OSC.

docs.vrchat.com/docs/osc-trackers: Unity's axes, +Y up, metres at the size of the person in VRChat; Euler angles in
degrees, turned about Z, then X, then Y. VRChat gives each tracker its place on the body when the user calibrates,
standing in T-pose: that is what holding the T-pose is for. The order is the one that SlimeVR has made customary.
"""

from copy import deepcopy

import numpy as np

from realtime.motion.skeleton import OFFSETS_M, STANDING_PELVIS_M, Joint
from realtime.outputs.axes import Axes, AxesConverter
from realtime.outputs.euler import unity_euler_deg
from realtime.outputs.moment import MomentReader
from realtime.outputs.osc_packet import FrameTemplate, Message
from realtime.types import MusicFrame, Pose, ShowState

UNITY = Axes("left", "y", "m")
_HEAD_TOP_M = 0.19
"""From the head joint, at the base of the skull, to the crown."""
OUR_HEIGHT_M = float(
    STANDING_PELVIS_M
    + OFFSETS_M[[Joint.SPINE1, Joint.SPINE2, Joint.SPINE3, Joint.NECK, Joint.HEAD], 1].sum()
    + _HEAD_TOP_M
)

TRACKERS = (
    ("1", Joint.PELVIS, Joint.PELVIS),
    ("2", Joint.LEFT_ANKLE, Joint.LEFT_ANKLE),
    ("3", Joint.RIGHT_ANKLE, Joint.RIGHT_ANKLE),
    ("4", Joint.LEFT_KNEE, Joint.LEFT_HIP),
    ("5", Joint.RIGHT_KNEE, Joint.RIGHT_HIP),
    ("6", Joint.SPINE3, Joint.SPINE3),
    ("7", Joint.LEFT_ELBOW, Joint.LEFT_SHOULDER),
    ("8", Joint.RIGHT_ELBOW, Joint.RIGHT_SHOULDER),
    ("head", Joint.HEAD, Joint.HEAD),
)
"""Tracker, the joint where it sits, and the joint with whose bone it turns: the knee's is strapped to the thigh."""


class VrchatEncoder:
    """Turns a show into trackers. One thread calls `encode`."""

    def __init__(self, *, height_m: float = 1.7, head: bool = False, moments: MomentReader | None = None) -> None:
        """Prepare the frames.

        Args:
            height_m: the user's height, as VRChat's settings have it.
            head: whether to send the head, which moves the whole space so that it meets the avatar's.
            moments: what is known about a frame; targets with the same lead may share one.
        """
        trackers = TRACKERS if head else TRACKERS[:-1]
        self._moments = moments or MomentReader()
        self._unity_from_ours = AxesConverter(UNITY).positions(np.eye(3)) * (height_m / OUR_HEIGHT_M)
        self._places = np.array([place for _, place, _ in trackers])
        self._turns = np.array([turn for _, _, turn in trackers])
        self._template = FrameTemplate(
            [
                Message(f"/tracking/trackers/{name}/{what}", "fff")
                for name, _, _ in trackers
                for what in ("position", "rotation")
            ]
        )
        self._trackers = self._template.floats.reshape(-1, 6)

    def part(self) -> None:
        """Share the reader with nobody from now on."""
        self._moments = deepcopy(self._moments)

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagram of one frame; every number must be finite."""
        world = self._moments.read(pose, music, state).world
        self._trackers[:, :3] = world.positions_m.take(self._places, 0).dot(self._unity_from_ours)
        self._trackers[:, 3:] = unity_euler_deg(world.world_from_joint_wxyz.take(self._turns, 0))
        return self._template.datagrams()
