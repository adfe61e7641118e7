"""A source whose input can be changed while the show runs: show time goes on, and no sample is heard twice."""

from collections.abc import Callable
from dataclasses import replace

from realtime.clock import Clock
from realtime.ports import AudioSource
from realtime.types import SAMPLE_RATE_HZ, AudioBlock, SourceStatus

OpenSource = Callable[[], AudioSource]


class SwitchedSource:
    """An `AudioSource` over another one. One thread reads, any thread asks for the time or for another input."""

    def __init__(self, first: AudioSource, clock: Clock) -> None:
        self._clock = clock
        # Inner source and what its show time lacks to ours: one value, replaced whole.
        self._inner: tuple[AudioSource, int] = (first, 0)
        self._next_sample = 0
        self._wanted: OpenSource | None = None
        self._closed = False

    @property
    def input_latency_s(self) -> float:
        """Seconds from the air to a block in our hands."""
        return self._inner[0].input_latency_s

    @property
    def status(self) -> SourceStatus:
        """How the input is doing."""
        return self._inner[0].status

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time."""
        source, ahead = self._inner
        return source.show_s(host_s) + ahead / SAMPLE_RATE_HZ

    def change(self, opened: OpenSource) -> None:
        """Listen to what `opened` opens, from the next read on; the old input is closed first. Any thread."""
        self._wanted = opened

    def read(self, timeout_s: float) -> AudioBlock | None:
        """Wait for the next block of the input of this moment."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None and not self._closed:
            self._switch(wanted)
        source, ahead = self._inner
        block = source.read(timeout_s)
        return None if block is None else self._placed(block, ahead)

    def close(self) -> None:
        """Give the device back."""
        self._closed = True
        self._inner[0].close()

    def _switch(self, opened: OpenSource) -> None:
        before, ahead = self._inner
        before.close()
        after = opened()
        now_s = self._clock.now_s()
        shown_s = before.show_s(now_s) + ahead / SAMPLE_RATE_HZ
        self._inner = (after, round((shown_s - after.show_s(now_s)) * SAMPLE_RATE_HZ))

    def _placed(self, block: AudioBlock, ahead: int) -> AudioBlock | None:
        """Return the block at its place in our show time, without what was heard already."""
        start = block.start_sample + ahead
        heard_twice = self._next_sample - start
        if heard_twice > 0:
            if heard_twice >= len(block.samples):
                return None
            block = replace(block, samples=block.samples[heard_twice:])
            start = self._next_sample
        placed = replace(block, start_sample=start, gap_samples=start - self._next_sample)
        self._next_sample = start + len(block.samples)
        return placed
