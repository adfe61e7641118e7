"""A finished dance and the music it was danced to, as the stage wants to see them: a `FrameSource`."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from app.stage_frame import StageFrame
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.rotations import normalise, slerp
from realtime.types import HOP_S, BeatState, FloatArray, MusicFrame


class Dance(Protocol):
    """Poses at known times; `realtime.rehearsal.Performance` is one."""

    @property
    def time_s(self) -> FloatArray:
        """Show time of each pose: shape (T,), rising."""
        ...

    @property
    def root_m(self) -> FloatArray:
        """Position of the pelvis: shape (T, 3)."""
        ...

    @property
    def rotations_wxyz(self) -> FloatArray:
        """Each `parent_from_joint`: shape (T, J, 4)."""
        ...

    @property
    def contacts(self) -> FloatArray:
        """Feet on the floor: shape (T, F), 0 to 1."""
        ...


class DancedStage:
    """Shows a dance at any show time, between its poses too; before and after it, its first and last pose.

    Args:
        dance: poses at known times, at least one.
        music: what was heard, oldest first; none for a stage that stands in no music.
        fps: pictures per second that will be asked for: an onset between two of them is shown by the later one.
    """

    def __init__(self, dance: Dance, music: Sequence[MusicFrame] = (), *, fps: float = 60.0) -> None:
        if not len(dance.time_s):
            raise ValueError("a dance to be shown must have at least one pose, got none")
        self._dance = dance
        self._music = music
        self._music_s = [frame.time_s for frame in music]
        self._slot_s = 1.0 / fps

    def __call__(self, host_s: float) -> StageFrame:
        """Return what is seen at a show time."""
        root_m, rotations, contacts = self._pose_at(host_s)
        world = forward_kinematics(root_m, rotations)
        # A frame of music tells of the hop that ends at its time.
        last = bisect_right(self._music_s, host_s + HOP_S)
        if last == 0:
            clock = self._music[0].beat if self._music else BeatState()
            return StageFrame(
                host_s, world.positions_m, world.world_from_joint_wxyz, contacts, clock.beat_at(host_s), energy=0.15
            )
        first = min(bisect_right(self._music_s, host_s + HOP_S - self._slot_s), last - 1)
        heard = self._music[last - 1]
        return StageFrame(
            time_s=host_s,
            positions_m=world.positions_m,
            world_from_joint_wxyz=world.world_from_joint_wxyz,
            contacts=contacts,
            beat=heard.beat.beat_at(host_s),
            beats_per_bar=heard.beat.beats_per_bar,
            energy=heard.features.energy,
            low=heard.features.low,
            onset=max(frame.features.onset for frame in self._music[first:last]),
        )

    def _pose_at(self, show_s: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        dance = self._dance
        after = int(np.clip(np.searchsorted(dance.time_s, show_s), 1, max(len(dance.time_s) - 1, 1)))
        if after >= len(dance.time_s):
            return dance.root_m[0], dance.rotations_wxyz[0], dance.contacts[0]
        before = after - 1
        span_s = float(dance.time_s[after] - dance.time_s[before])
        weight = float(np.clip((show_s - dance.time_s[before]) / span_s, 0.0, 1.0))
        return (
            dance.root_m[before] + weight * (dance.root_m[after] - dance.root_m[before]),
            slerp(normalise(dance.rotations_wxyz[before]), normalise(dance.rotations_wxyz[after]), weight),
            dance.contacts[before] + weight * (dance.contacts[after] - dance.contacts[before]),
        )
