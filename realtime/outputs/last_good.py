"""A guard before the wire: what is not a number never leaves; the last good value goes in its place."""

from dataclasses import replace
from math import isfinite

import numpy as np

from realtime.motion.pose_buffer import standing_pose
from realtime.types import FloatArray, MusicFrame, Pose, ShowState

FAR_M = 1e6
"""Nothing on a stage is further away; it would overflow elsewhere."""
MANY_BEATS = 2**31
"""Beat numbers must fit OSC's 32 bits."""


class LastGood:
    """Replaces poses, music or states with numbers that are not finite. One thread calls it.

    Each is replaced by itself: the beat goes on under a pose that broke. A replaced pose keeps its time where it has
    one; before the first good one the dancer stands.
    """

    def __init__(self) -> None:
        self.replaced = 0
        self._pose = standing_pose(0.0)
        self._music: MusicFrame | None = None
        self._state = ShowState()

    def of(self, pose: Pose, music: MusicFrame, state: ShowState) -> tuple[Pose, MusicFrame, ShowState] | None:
        """Return the same three, or the last good ones; None as long as there was no good music."""
        good_pose = _is_good_pose(pose)
        if good_pose:
            self._pose = pose
        elif isfinite(pose.time_s):
            self._pose = replace(self._pose, time_s=pose.time_s)
        good_music = _is_good_music(music, self._pose.time_s)
        if good_music:
            self._music = music
        good_state = _is_good_state(state)
        if good_state:
            self._state = state
        self.replaced += not (good_pose and good_music and good_state)
        return None if self._music is None else (self._pose, self._music, self._state)


def _is_good_pose(pose: Pose) -> bool:
    return isfinite(pose.time_s) and all(map(_is_near, (pose.root_m, pose.rotations_wxyz, pose.contacts)))


def _is_near(values: FloatArray) -> bool:
    # False for NaN as well, which no comparison holds for.
    return bool(np.abs(values).max() < FAR_M)


def _is_good_music(music: MusicFrame, time_s: float) -> bool:
    features, beat = music.features, music.beat
    heard = features.level_db + features.low + features.mid + features.high + features.onset + features.energy
    return (
        isfinite(heard + beat.confidence + beat.bar_confidence)
        and 0.0 < beat.tempo_bpm < FAR_M
        and beat.beats_per_bar > 0
        and abs(beat.beat_at(time_s)) < MANY_BEATS
    )


def _is_good_state(state: ShowState) -> bool:
    latency_s = state.latency_total_s + state.latency_audio_s + state.latency_beat_s
    return isfinite(latency_s + state.latency_model_s + state.latency_send_s + state.blackout) and state.fps > 0.0
