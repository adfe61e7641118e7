"""The last few seconds of the dance, so that echoes can be drawn of it."""

from collections import deque
from math import exp

import numpy as np

from app.stage_frame import StageFrame
from realtime.types import FloatArray


class PoseHistory:
    """A ring of recent frames. The window's thread only."""

    def __init__(self, length_s: float = 6.0) -> None:
        self._length_s = length_s
        self._frames: deque[StageFrame] = deque()

    def add(self, frame: StageFrame) -> None:
        """Remember a frame; if time went back (a seek, another show), forget the rest."""
        if self._frames and frame.time_s < self._frames[-1].time_s:
            self._frames.clear()
        if not self._frames or frame.time_s > self._frames[-1].time_s:
            self._frames.append(frame)
        while self._frames[0].time_s < frame.time_s - self._length_s:
            self._frames.popleft()

    def clear(self) -> None:
        """Forget everything."""
        self._frames.clear()

    def ago(self, delay_s: float) -> StageFrame | None:
        """Return the frame of `delay_s` before the newest, or None if that is not remembered."""
        if not self._frames:
            return None
        wanted_s = self._frames[-1].time_s - delay_s
        for frame in reversed(self._frames):
            if frame.time_s <= wanted_s + 1e-6:
                return frame
        return None

    def beats_ago(self, beats: float) -> StageFrame | None:
        """Return the newest frame that is at least so many beats old, or None if that is not remembered."""
        if not self._frames:
            return None
        wanted = self._frames[-1].beat - beats
        for frame in reversed(self._frames):
            if frame.beat <= wanted + 1e-6:
                return frame
        return None

    def path(self, joint: int, *, length_s: float, points: int) -> FloatArray:
        """Return where a joint has been: shape (points, 3), newest first, evenly spaced in time."""
        times = np.array([frame.time_s for frame in self._frames])
        places = np.array([frame.positions_m[joint] for frame in self._frames])
        wanted = times[-1] - np.linspace(0.0, length_s, points)
        return np.stack([np.interp(wanted, times, places[:, axis]) for axis in range(3)], axis=-1)

    def poses(self, ages_s: FloatArray) -> FloatArray:
        """Return every joint at so long before the newest pose: shape (A, J, 3); the oldest pose where none is older.

        Args:
            ages_s: shape (A,), rising from 0.
        """
        newest_s = self._frames[-1].time_s
        kept = [frame for frame in self._frames if frame.time_s > newest_s - ages_s[-1] - 0.2]
        times = np.array([frame.time_s for frame in kept])
        places = np.array([frame.positions_m for frame in kept])
        wanted = np.maximum(newest_s - ages_s, times[0])
        after = np.clip(np.searchsorted(times, wanted), 1, max(len(kept) - 1, 1))
        before = after - 1
        after = np.minimum(after, len(kept) - 1)
        span = np.maximum(times[after] - times[before], 1e-9)
        share = np.clip((wanted - times[before]) / span, 0.0, 1.0)[:, None, None]
        return (1.0 - share) * places[before] + share * places[after]

    def __len__(self) -> int:
        return len(self._frames)


def ease(value: float, goal: float, elapsed_s: float, halflife_s: float) -> float:
    """Return `value` moved towards `goal` so that half the way is done in `halflife_s`."""
    return goal + (value - goal) * exp(-0.6931 * max(elapsed_s, 0.0) / halflife_s)
