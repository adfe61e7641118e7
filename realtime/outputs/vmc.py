"""The VMC profile: a humanoid's bones for avatars (VSeeFace, Warudo, VMagicMirror, EVMC4U, Godot, Blender, Unreal).

VMC protocol 2.x (sh-akira/VirtualMotionCaptureProtocol): Unity's axes, metres; rotations relative to a T-pose whose
bones are all unturned. What receivers make necessary: Root is the identity and the hips travel (Godot ignores Root);
`T` comes once a frame and last, where it commits the frame; OK says "loaded, calibrated, normal" or EVMC4U hides the
avatar; offsets are the avatar's own, since most receivers apply them; and every frame says everything, which is also
the heartbeat: VMagicMirror gives a sender up after half a second.
"""

from copy import deepcopy
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from realtime.motion.rotations import conjugate, multiply
from realtime.outputs.avatar import Avatar, our_avatar
from realtime.outputs.axes import Axes, AxesConverter
from realtime.outputs.joint_names import UNITY_BONES
from realtime.outputs.moment import Moment, MomentReader
from realtime.outputs.osc_packet import FrameTemplate, Message
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

UNITY = Axes("left", "y", "m")
_OK = (1, 3, 0)
"""Loaded; calibrated; normal mode."""
_ROOT = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
_ALL_PARTS = np.ones(4)


class Face(StrEnum):
    """Which names of blend shapes the avatar has, when the music is to move its face."""

    NONE = "none"
    VRM0 = "vrm0"
    VRM1 = "vrm1"


class _Expressions(NamedTuple):
    smile: str
    mouth: str
    blink_left: str
    blink_right: str


_FACES = {
    Face.VRM0: _Expressions("Joy", "A", "Blink_L", "Blink_R"),
    Face.VRM1: _Expressions("happy", "aa", "blinkLeft", "blinkRight"),
}


class VmcEncoder:
    """Turns a show into VMC frames. One thread calls `encode`."""

    def __init__(
        self, avatar: Avatar | None = None, *, face: Face = Face.NONE, moments: MomentReader | None = None
    ) -> None:
        """Prepare the frames.

        Args:
            avatar: whose body is moved; None for our own.
            face: how to call its blend shapes.
            moments: what is known about a frame; targets with the same lead may share one.
        """
        avatar = avatar or our_avatar()
        self._unity = AxesConverter(UNITY)
        self._moments = moments or MomentReader()
        self._scale = avatar.scale
        self._sources = np.array(avatar.sources)
        self._parent_sources = np.array([avatar.sources[parent] for parent in avatar.parents[1:]])
        self._same_bones = avatar.sources == tuple(range(len(UNITY_BONES)))
        self._face = face
        root = Message("/VMC/Ext/Root/Pos", "sfffffff", ("root",))
        bones = [Message("/VMC/Ext/Bone/Pos", "sfffffff", (UNITY_BONES[bone],)) for bone in avatar.bones]
        self._template = FrameTemplate(
            [Message("/VMC/Ext/OK", "iii"), root, *bones, *_face_messages(face), Message("/VMC/Ext/T", "f")]
        )
        # What never changes is written once: the root, and where each bone is on the one above it.
        self._template.ints[: len(_OK)] = _OK
        floats = self._template.floats[len(_OK) :]
        floats[: len(_ROOT)] = _ROOT
        floats = floats[len(_ROOT) :]
        self._bones, self._after = floats[: 7 * len(bones)].reshape(-1, 7), floats[7 * len(bones) :]
        self._bones[:, :3] = self._unity.positions(avatar.offsets_m)

    def part(self) -> None:
        """Share the reader with nobody from now on."""
        self._moments = deepcopy(self._moments)

    def encode(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[bytes, ...]:
        """Return the datagrams of one frame; every number must be finite."""
        moment = self._moments.read(pose, music, state)
        self._bones[0, :3] = self._unity.positions(self._scale * pose.root_m)
        xyzw = self._unity.xyzw(self._local_wxyz(moment))
        # Unit length whatever comes in: Unity refuses other quaternions.
        self._bones[:, 3:] = xyzw / np.sqrt((xyzw * xyzw).dot(_ALL_PARTS))[:, None]
        if self._face is not Face.NONE:
            self._after[:-1] = self._expression(moment)
        self._after[-1] = pose.time_s
        return self._template.datagrams()

    def _local_wxyz(self, moment: Moment) -> FloatArray:
        """Return each bone's rotation relative to the bone above it: shape (n, 4)."""
        if self._same_bones:
            return moment.pose.rotations_wxyz[: len(UNITY_BONES)]
        world = moment.world.world_from_joint_wxyz
        local = multiply(conjugate(world[self._parent_sources]), world[self._sources[1:]])
        return np.concatenate([world[self._sources[:1]], local])

    def _expression(self, moment: Moment) -> tuple[float, ...]:
        """Smile with the energy, sing with the voices' band, blink on the first beat of the bar."""
        features, blink = moment.music.features, moment.pulse.downbeat
        return (features.energy, features.mid, blink, blink)


def _face_messages(face: Face) -> list[Message]:
    if face is Face.NONE:
        return []
    shapes = [Message("/VMC/Ext/Blend/Val", "sf", (name,)) for name in _FACES[face]]
    return [*shapes, Message("/VMC/Ext/Blend/Apply", "")]
