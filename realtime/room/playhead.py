"""Reads a track from some place on, at some speed, round a loop: the blocks that go to the loudspeakers."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from realtime.audio.stretch import Stretch
from realtime.audio.track import Track
from realtime.room.feed import Tag
from realtime.room.transport import Anchor, Loop

BLOCK_FRAMES = 1024
_FADE_S = 0.004
"""Music that starts in the middle of a wave would click."""


class Playhead:
    """Where the track is read. One thread calls it.

    Args:
        track: what is read.
        track_s: from where on.
        speed: how fast, see `transport`.
        loop: what is read again and again.
    """

    def __init__(self, track: Track, track_s: float, speed: float, loop: Loop | None) -> None:
        rate = track.sample_rate_hz
        self._track = track
        self._loop = loop
        self._anchor = Anchor(0.0, track_s, speed, loop)
        self._stretch = None if speed == 1.0 else Stretch(rate, track.channels, speed)
        self._frame = round(track_s * rate)
        self._loops = loop is not None and self._frame < round(loop.end_s * rate)
        self._input = self._blocks_from(self._frame)
        self._played_frames = 0
        self._fade = min(max(round(_FADE_S * rate), 1), BLOCK_FRAMES)

    def next(self) -> tuple[NDArray[np.float32], Tag] | None:
        """Return the next block, shape (n, channels) with n at least 1, and its tag; None at the end of the track."""
        block = self._next_input()
        while block is not None and self._stretch is not None:
            stretched = self._stretch.step(block)
            if len(stretched):
                block = stretched
                break
            block = self._next_input()
        if block is None:
            return None
        if self._played_frames == 0:
            block = block.copy()
            count = min(self._fade, len(block))
            block[:count] *= np.linspace(0.0, 1.0, count, dtype=np.float32)[:, None]
        anchor = self._anchor
        tag = Tag(anchor.track_at(self._played_frames / self._track.sample_rate_hz), anchor.speed)
        self._played_frames += len(block)
        return block, tag

    def _next_input(self) -> NDArray[np.float32] | None:
        if self._loops and self._loop is not None:
            end = round(self._loop.end_s * self._track.sample_rate_hz)
            if self._frame >= end:
                self._frame = round(self._loop.start_s * self._track.sample_rate_hz)
                self._input = self._blocks_from(self._frame)
            block = next(self._input, None)
            block = None if block is None else block[: end - self._frame]
        else:
            block = next(self._input, None)
        if block is None or not len(block):
            return None
        self._frame += len(block)
        return np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)

    def _blocks_from(self, frame: int) -> Iterator[NDArray[np.float32]]:
        return self._track.blocks(BLOCK_FRAMES, frame)
