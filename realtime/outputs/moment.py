"""Everything that is known about the moment a frame is for, however many targets ask: found once, then remembered."""

from collections import deque
from typing import NamedTuple

import numpy as np

from realtime.motion.kinematics import WorldPose, forward_kinematics
from realtime.outputs.beat_pulse import BeatPulse, Pulse
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

LONGEST_STEP_S = 0.25
"""Poses further apart than this (a pause, a seek) have no speed between them."""
_KEPT_POSES = 8
"""Targets look ahead by different leads, so several poses are on their way in one tick."""


class Moment(NamedTuple):
    """One frame on its way out; `time_s` is the show time that its pose is for.

    `world` is the pose in world space, in our axes; `beat_position` is the fractional beat at `time_s`; `speeds_m_s`
    has a number for each joint.
    """

    time_s: float
    pose: Pose
    world: WorldPose
    speeds_m_s: list[float]
    music: MusicFrame
    beat_position: float
    pulse: Pulse
    state: ShowState


class BodyReader:
    """Finds the joints of a pose. One thread calls it."""

    def __init__(self) -> None:
        self._known: deque[tuple[Pose, WorldPose]] = deque(maxlen=_KEPT_POSES)

    def world_of(self, pose: Pose) -> WorldPose:
        """Return where the joints of a pose are."""
        for known, world in self._known:
            if known is pose:
                return world
        world = forward_kinematics(pose.root_m, pose.rotations_wxyz)
        self._known.appendleft((pose, world))
        return world


class MomentReader:
    """Follows a stream of frames: counts its beats, measures its speeds. One thread calls it.

    Targets with the same lead see the same frames and may share one.
    """

    def __init__(self, bodies: BodyReader | None = None) -> None:
        self._bodies = bodies or BodyReader()
        self._beats = BeatPulse()
        self._last: Moment | None = None

    def read(self, pose: Pose, music: MusicFrame, state: ShowState) -> Moment:
        """Return the moment of a pose."""
        last = self._last
        if last is not None and last.pose is pose and last.music is music and last.state is state:
            return last
        time_s, beat = pose.time_s, music.beat
        world = self._bodies.world_of(pose)
        self._last = moment = Moment(
            time_s,
            pose,
            world,
            _speeds(last, time_s, world.positions_m),
            music,
            beat.beat_at(time_s),
            self._beats.step(beat, time_s),
            state,
        )
        return moment


def _speeds(last: Moment | None, time_s: float, positions_m: FloatArray) -> list[float]:
    step_s = time_s - last.time_s if last is not None else 0.0
    if last is None or not 0.0 < step_s <= LONGEST_STEP_S:
        return [0.0] * len(positions_m)
    moved_m = positions_m - last.world.positions_m
    moved_m *= moved_m
    return (np.sqrt(moved_m.dot(_ALL_AXES)) / step_s).tolist()


_ALL_AXES = np.ones(3)
