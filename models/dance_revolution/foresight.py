"""Music that has not sounded yet, as a dancer expects it: the last bar once more, by the beat clock.

The show asks for poses that will be seen a moment from now; the network wants the music of every frame. What is
expected serves for those frames only until they are heard. It is the encoding of a bar ago that is repeated, not its
features: half of the work, and a dancer who expects a bar like the last expects to feel it alike.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from models.dance_revolution.clock import CLOCK, clock_at, half_beat_at
from models.dance_revolution.frames import FPS
from realtime.types import BeatState

_KEPT_FRAMES = 150


class Foresight:
    """Keeps the encodings of the last ten seconds and says what comes next. Frame n ends at n / FPS seconds."""

    def __init__(self, *, clocked: bool = False, lead_s: float = 0.0) -> None:
        """Expect nothing yet.

        Args:
            clocked: encodings end in a clock block, which is read off the clock, not repeated.
            lead_s: how far ahead the clock is read.
        """
        self._lead_s = lead_s
        self._heard: deque[tuple[NDArray[np.float32], int]] = deque(maxlen=_KEPT_FRAMES)
        self._clocked = clocked
        self.newest = 0

    def heard(self, frame: int, encoded: NDArray[np.float32], half_beat: int = 0) -> None:
        """Remember a frame: its encoding (1, heard) and the half beat of its step.

        Frames come in order; what came before a gap is forgotten.
        """
        if frame != self.newest + 1:
            self._heard.clear()
        self._heard.append((encoded, half_beat))
        self.newest = frame

    def half_beat(self, frame: int, clock: BeatState) -> int:
        """Return the half beat that the step from a frame belongs to, heard or to come; see `at`."""
        if frame <= self.newest:
            return self._heard[len(self._heard) - 1 - (self.newest - frame)][1]
        return half_beat_at(clock, frame / FPS + self._lead_s)

    def at(self, frame: int, clock: BeatState) -> NDArray[np.float32]:
        """Return the encoding of a frame: as it was heard, or, for a later one, as the clock lets expect.

        Raises:
            LookupError: the frame was heard too long ago, or nothing was heard.
        """
        if frame <= self.newest:
            return self._heard[len(self._heard) - 1 - (self.newest - frame)][0]
        if not self._heard:
            raise LookupError("no music was heard yet")
        bar = max(round(clock.beats_per_bar / clock.rate_hz * FPS), 1)
        while bar > len(self._heard) and bar > 1:
            bar //= 2
        into = (frame - self.newest - 1) % bar
        expected = self._heard[len(self._heard) - bar + into][0]
        if self._clocked:
            expected = expected.copy()
            expected[0, -CLOCK:] = clock_at(clock, frame / FPS + self._lead_s)
        return expected

    @property
    def oldest(self) -> int:
        """The first frame that is remembered; beyond `newest` when there is none."""
        return self.newest - len(self._heard) + 1
