"""The queue between a room and its loudspeakers: blocks that know which part of the track they are."""

from collections import deque
from threading import Event
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Tag(NamedTuple):
    """Which part of the track a block is: its first frame, and how fast the track runs in it; 0 is a pause."""

    track_s: float
    speed: float


class TaggedFeed:
    """Blocks go in, an output pulls frames; what it really took, and when, is remembered.

    One thread pushes, replaces and reads what was taken; the output's thread pulls. Neither waits.
    """

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._line: deque[tuple[NDArray[np.float32], Tag | None]] = deque()
        self.taken_frames = 0
        self.taken: deque[tuple[int, float]] = deque(maxlen=1024)
        self.begun: deque[tuple[int, Tag]] = deque(maxlen=1024)
        self.moved = Event()
        self.shortages = 0

    @property
    def waiting(self) -> int:
        """How many blocks wait."""
        return len(self._line)

    def push(self, block: NDArray[np.float32], tag: Tag) -> None:
        """Queue a block: shape (n, channels), n at least 1."""
        self._line.append((block, tag))

    def replace(self, blocks: list[tuple[NDArray[np.float32], Tag]]) -> None:
        """Queue these blocks instead of what was not taken. A pull that is under way still finishes with the old."""
        self._line = deque(blocks)

    def pull(self, frames: int, heard_host_s: float) -> NDArray[np.float32]:
        """Return exactly `frames` frames, silence where there are none; the first is heard at `heard_host_s`."""
        out = np.zeros((frames, self._channels), dtype=np.float32)
        line = self._line
        filled = 0
        while filled < frames and line:
            block, tag = line.popleft()
            if tag is not None:
                self.begun.append((self.taken_frames + filled, tag))
            used = min(len(block), frames - filled)
            out[filled : filled + used] = block[:used]
            if used < len(block):
                line.appendleft((block[used:], None))
            filled += used
        self.shortages += filled < frames
        self.taken.append((self.taken_frames, heard_host_s))
        self.taken_frames += frames
        self.moved.set()
        return out
