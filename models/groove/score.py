"""The score: every slow quantity of the dance as a sum of eased changes over beats.

A channel (where a foot is, how far an arm is raised, how much the body waves) has a value before the first key, and
every key moves it to a new value, arriving on a beat. A sum of eased changes needs no neighbours to be evaluated:
keys may overlap, a new one never alters the past, and a channel without a running key stands exactly still, which is
what planted feet need. One matrix product evaluates all channels of a chunk.
"""

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from realtime.types import FloatArray


class Channel(IntEnum):
    """Column of each quantity; metres, radians, or 0 to 1 for amounts. Per foot and per arm: left, then right."""

    LEFT_FOOT_X = 0
    LEFT_FOOT_Z = 1
    LEFT_FOOT_YAW = 2
    LEFT_FOOT_PITCH = 3
    LEFT_FOOT_RAISE = 4
    RIGHT_FOOT_X = 5
    RIGHT_FOOT_Z = 6
    RIGHT_FOOT_YAW = 7
    RIGHT_FOOT_PITCH = 8
    RIGHT_FOOT_RAISE = 9
    PELVIS_X = 10
    PELVIS_Z = 11
    FACING = 12
    WEIGHT = 13
    CROUCH = 14
    LEAN = 15
    SIDE = 16
    TWIST = 17
    DOWN = 18
    UP = 19
    WAVE = 20
    POP = 21
    SHIMMY = 22
    HIPS = 23
    CIRCLE = 24
    SHRUG = 25
    LEFT_ARM_AZIMUTH = 26
    LEFT_ARM_ELEVATION = 27
    LEFT_ARM_REACH = 28
    LEFT_ARM_SWIVEL = 29
    LEFT_ARM_FLEX = 30
    RIGHT_ARM_AZIMUTH = 31
    RIGHT_ARM_ELEVATION = 32
    RIGHT_ARM_REACH = 33
    RIGHT_ARM_SWIVEL = 34
    RIGHT_ARM_FLEX = 35
    HEAD_YAW = 36
    HEAD_PITCH = 37
    HEAD_ROLL = 38
    SINK = 39


CHANNEL_COUNT = len(Channel)
FEET = (Channel.LEFT_FOOT_X, Channel.RIGHT_FOOT_X)
"""First channel of each foot; then z, yaw, pitch, raise."""
ARMS = (Channel.LEFT_ARM_AZIMUTH, Channel.RIGHT_ARM_AZIMUTH)
"""First channel of each arm; then elevation, reach, swivel, flex."""

_ANTICIPATION = 0.4
"""A key that winds up first starts this much of its duration early."""
_RECOIL = 2.0
"""A key that overshoots has settled after this many durations."""


class Score:
    """Keys in beats, and where they have brought every channel."""

    def __init__(self, values: FloatArray) -> None:
        """Begin with every channel at rest at `values`, shape (CHANNEL_COUNT,)."""
        self.goal = values.copy()
        """Where each channel will be when all keys have arrived."""
        self._base = values.copy()
        self._timings = np.zeros((0, 4))
        self._changes = np.zeros((0, CHANNEL_COUNT))
        self._pages = np.zeros(0)
        self.page = 0
        """The beat on which keys are being written; `tear_from` takes whole pages out again."""

    def key(
        self,
        arrival_beat: float,
        duration_beats: float,
        targets: Mapping[Channel, float] | Mapping[int, float],
        *,
        overshoot: float = 0.0,
        anticipation: float = 0.0,
    ) -> None:
        """Bring some channels to new values at a beat.

        Args:
            arrival_beat: when they stop there.
            duration_beats: how long the way takes.
            targets: channel -> value.
            overshoot: fraction of the change by which the arrival goes too far, to fall back afterwards.
            anticipation: fraction of the change that is first made the other way.
        """
        change = np.zeros(CHANNEL_COUNT)
        for channel, target in targets.items():
            change[channel] = target - self.goal[channel]
            self.goal[channel] = target
        timing = (arrival_beat - duration_beats, duration_beats, overshoot, anticipation)
        self._timings = np.vstack([self._timings, timing])
        self._changes = np.vstack([self._changes, change])
        self._pages = np.append(self._pages, self.page)

    def add(self, arrival_beat: float, duration_beats: float, changes: Mapping[int, float]) -> None:
        """Move some channels by an amount; a pair of opposite ones makes a bump."""
        self.key(arrival_beat, duration_beats, {c: self.goal[c] + change for c, change in changes.items()})

    def forget_before(self, beat: float) -> None:
        """Fold the keys that have settled before `beat` into the ground."""
        settled = self._timings[:, 0] + _RECOIL * self._timings[:, 1] < beat
        if settled.any():
            self._base = self._base + self._changes[settled].sum(axis=0)
            self._keep(~settled)
        if not len(self._timings):
            self._base = self.goal.copy()

    def tear_from(self, page: int) -> None:
        """Take out every key written on `page` or later; none of them may have begun."""
        self._keep(self._pages < page)
        self.goal = self._base + self._changes.sum(axis=0)

    def _keep(self, rows: NDArray[np.bool_]) -> None:
        self._timings, self._changes, self._pages = self._timings[rows], self._changes[rows], self._pages[rows]

    def values(self, beats: FloatArray) -> FloatArray:
        """Return every channel at `beats` (T,): shape (T, CHANNEL_COUNT)."""
        start, duration, overshoot, anticipation = self._timings.T
        progress = (beats[:, None] - start) / duration
        eased = smootherstep(progress)
        late, early = overshoot != 0.0, anticipation != 0.0  # most keys have neither
        recoil = eased[:, late] - smoothstep(progress[:, late] - 1.0)
        eased[:, late] += overshoot[late] * recoil
        wind_up = _bump((progress[:, early] + _ANTICIPATION) / (_ANTICIPATION + 0.2))
        eased[:, early] -= anticipation[early] * wind_up
        return self._base + eased @ self._changes


def smootherstep(x: FloatArray) -> FloatArray:
    """Return 0 before 0, 1 after 1, with two derivatives zero at both ends (Perlin 2002)."""
    u = np.clip(x, 0.0, 1.0)
    return u * u * u * (10.0 + u * (6.0 * u - 15.0))


def smoothstep(x: FloatArray) -> FloatArray:
    """Return 0 before 0, 1 after 1, with one derivative zero at both ends."""
    u = np.clip(x, 0.0, 1.0)
    return u * u * (3.0 - 2.0 * u)


def _bump(x: FloatArray) -> FloatArray:
    """Return a smooth hill between 0 and 1, 1 high."""
    u = np.clip(x, 0.0, 1.0)
    return 16.0 * (u * (1.0 - u)) ** 2
