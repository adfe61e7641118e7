"""What the network hears: frames of sound and beat at 30 a second, on the dance's own grid of times."""

from collections.abc import Sequence

import numpy as np

from models.live.felt_beat import FeltBeat
from realtime.music import conditioning
from realtime.types import BeatState, FloatArray, MusicFrame

_LONGEST_GAP = 0.2


class Ear:
    """Turns hops into frames: frame k is what sounded in the thirtieth before `origin_s + k / 30`."""

    def __init__(self, origin_s: float, kept: int) -> None:
        """Keep the last `kept` frames; frame 0 is at show time `origin_s`."""
        self._origin_s, self._kept = origin_s, kept
        self._pending: list[MusicFrame] = []
        self._heard_s = float("-inf")
        self._frames: list[FloatArray] = []
        self._count = 0
        self._felt = FeltBeat()

    @property
    def count(self) -> int:
        """How many frames are complete: the next one is frame `count`."""
        return self._count

    def hear(self, music: Sequence[MusicFrame]) -> None:
        """Take the hops that are new."""
        new = [frame for frame in music if frame.time_s > self._heard_s]
        if not new:
            return
        if not self._frames and not self._pending:
            # Begin in the past, with the first hop there is; counts may be negative.
            self._count = int(np.ceil((new[0].time_s - self._origin_s) * conditioning.RATE_HZ))
        self._heard_s = new[-1].time_s
        for hop in new:
            while hop.time_s > self._end_s(self._count) + 1e-9:
                self._complete()
            self._pending.append(hop)
        while self._heard_s >= self._end_s(self._count) - 1e-9:
            self._complete()

    def felt(self, clock: BeatState) -> BeatState:
        """Return what the network is told of a clock, as the tempo was when the last frame was complete."""
        return self._felt.of(clock)

    def last(self, end: int, count: int) -> FloatArray:
        """Return (count, SOUND + BEAT): the frames before frame `end`; what was not heard repeats the oldest."""
        there = self._frames[: len(self._frames) - (self._count - end)]
        if not there:
            return np.zeros((count, conditioning.SOUND + conditioning.BEAT))
        there = there[-count:]
        return np.array([there[0]] * (count - len(there)) + there)

    def _end_s(self, number: int) -> float:
        return self._origin_s + number / conditioning.RATE_HZ

    def _complete(self) -> None:
        if self._pending:
            clock = self._pending[-1].beat
            self._felt.hear(clock)
            beat = conditioning.beat(self.felt(clock), np.array([self._end_s(self._count)]))[0]
            self._frames.append(np.concatenate([conditioning.sound(self._pending), beat]))
            self._pending = []
        elif self._frames:
            self._frames.append(self._frames[-1])
        self._frames = self._frames[-self._kept :]
        self._count += 1
