"""Everything that is known about the moment a frame is for: what the tables of addresses read from."""

from typing import NamedTuple

import numpy as np

from realtime.motion.kinematics import WorldPose
from realtime.outputs.beat_pulse import BeatPulse, Pulse
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

LONGEST_STEP_S = 0.25
"""Poses further apart than this (a pause, a seek) have no speed between them."""


class Moment(NamedTuple):
    """One frame on its way out; `time_s` is the show time that its pose is for.

    `beat_position` is the fractional beat at `time_s`; `speeds_m_s` has shape (J,).
    """

    time_s: float
    pose: Pose
    world: WorldPose
    speeds_m_s: FloatArray
    music: MusicFrame
    beat_position: float
    pulse: Pulse
    state: ShowState


class MomentReader:
    """Follows one target's frames: counts its beats, measures its speeds. One thread calls it."""

    def __init__(self) -> None:
        self._beats = BeatPulse()
        self._last_s = float("-inf")
        self._last_positions_m: FloatArray = np.zeros(3)

    def read(self, pose: Pose, world: WorldPose, music: MusicFrame, state: ShowState) -> Moment:
        """Return the moment of a pose; `world` is the same pose in world space."""
        time_s, beat = pose.time_s, music.beat
        return Moment(
            time_s=time_s,
            pose=pose,
            world=world,
            speeds_m_s=self._speeds(time_s, world.positions_m),
            music=music,
            beat_position=beat.beat_at(time_s),
            pulse=self._beats.step(beat, time_s),
            state=state,
        )

    def _speeds(self, time_s: float, positions_m: FloatArray) -> FloatArray:
        step_s, moved_m = time_s - self._last_s, positions_m - self._last_positions_m
        self._last_s, self._last_positions_m = time_s, positions_m
        if not 0.0 < step_s <= LONGEST_STEP_S:
            return np.zeros(len(positions_m))
        return np.sqrt(np.einsum("jc,jc->j", moved_m, moved_m)) / step_s
