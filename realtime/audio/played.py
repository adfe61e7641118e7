"""A track played through the loudspeakers while the show listens to it: rehearsal with the window, and the demo.

Show time is what is heard: the sample at the loudspeaker now. The show hears a block when the output takes it, a little
before the room does, which is why the dance can be on the beat without any latency to hide. With no output device the
track runs silently at the pace of the host clock, and says so.
"""

from collections import deque
from collections.abc import Callable, Iterator
from threading import Event
from typing import Protocol, cast

import numpy as np
import sounddevice
from numpy.typing import NDArray

from realtime.audio.device import StreamTime
from realtime.audio.host_time import HostTime
from realtime.audio.track import Mixdown, Track
from realtime.clock import Clock
from realtime.errors import DeviceError
from realtime.types import SAMPLE_RATE_HZ, AudioBlock, SourceStatus

_BLOCK_FRAMES = 1024
_QUEUED_BLOCKS = 8
_OUTPUT_DIES_AFTER_S = 2.0


class Output(Protocol):
    """Takes blocks at its own pace and tells when each is heard."""

    def close(self) -> None:
        """Stop."""
        ...


class Pulled(Protocol):
    """What an output pulls its frames from."""

    def pull(self, frames: int, heard_host_s: float) -> NDArray[np.float32]:
        """Return exactly `frames` frames, shape (frames, channels); the first is heard at `heard_host_s`."""
        ...


class Feed:
    """The queue between the reading thread and the output's callback."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._queue: deque[NDArray[np.float32]] = deque()
        self._rest = np.empty((0, channels), dtype=np.float32)
        self._taken_frames = 0
        self.taken: deque[tuple[int, float]] = deque(maxlen=1024)
        self.moved = Event()
        self.underruns = 0

    @property
    def room(self) -> int:
        """How many more blocks it wants."""
        return _QUEUED_BLOCKS - len(self._queue)

    def push(self, block: NDArray[np.float32]) -> None:
        """Queue a block: shape (n, channels). The reading thread calls this."""
        self._queue.append(block)

    def pull(self, frames: int, heard_host_s: float) -> NDArray[np.float32]:
        """Return exactly `frames` frames, silence where there are none; its first is heard at `heard_host_s`."""
        start = self._taken_frames
        while len(self._rest) < frames and self._queue:
            self._rest = np.concatenate([self._rest, self._queue.popleft()])
        out, self._rest = self._rest[:frames], self._rest[frames:]
        self._taken_frames += len(out)
        self.taken.append((start, heard_host_s))
        self.moved.set()
        if len(out) < frames:
            self.underruns += 1
            out = np.concatenate([out, np.zeros((frames - len(out), self._channels), dtype=np.float32)])
        return out

    @property
    def taken_frames(self) -> int:
        """How many frames the output has taken so far."""
        return self._taken_frames


OpenOutput = Callable[[int, int, Pulled], Output]
"""Opens and starts an output at a rate with so many channels, fed by the queue; raises `DeviceError`."""


class PlayedTrack:
    """An `AudioSource` that plays a track. One thread reads, any thread asks for the time."""

    def __init__(self, track: Track, clock: Clock, open_output: OpenOutput | None, *, loop: bool = False) -> None:
        """Start playing.

        Args:
            track: what to play.
            clock: host time.
            open_output: opens the loudspeakers; None plays silently.
            loop: start again at the end, or go on in silence.
        """
        self._track = track
        self._clock = clock
        self._loop = loop
        self._blocks: Iterator[NDArray[np.float32]] | None = track.blocks(_BLOCK_FRAMES)
        self._mixdown = Mixdown(track.sample_rate_hz)
        self._waiting: deque[tuple[int, NDArray[np.float32]]] = deque()
        self._pushed_frames = 0
        self._next_sample = 0
        self._feed = Feed(track.channels)
        self._host_time = HostTime(clock.now_s())
        self._status = SourceStatus(track.title, "playing")
        self._output: Output | None = None
        self._moved_at_s = clock.now_s()
        self._silent_due_s = clock.now_s() + _BLOCK_FRAMES / track.sample_rate_hz
        self._late_s = 0.0
        self._gap_samples = 0
        self._top_up()
        if open_output is not None:
            self._open(open_output)

    input_latency_s = 0.0

    @property
    def status(self) -> SourceStatus:
        """How it is doing."""
        return self._status

    @property
    def duration_s(self) -> float:
        """Return the length of the track."""
        return self._track.duration_s

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time: the sample at the loudspeaker."""
        return self._host_time.show_s(host_s)

    def read(self, timeout_s: float) -> AudioBlock | None:
        """Wait until the output takes the next block and return what the show hears of it."""
        self._top_up()
        if self._output is None:
            self._play_silently(timeout_s)
        elif not self._feed.moved.wait(timeout_s) and self._clock.now_s() - self._moved_at_s > _OUTPUT_DIES_AFTER_S:
            self._fall_silent("the output stopped")
            return None
        self._feed.moved.clear()
        self._learn_time()
        if not self._taken():
            return None
        mono = self._mixdown.step(self._waiting.popleft()[1])
        gap, self._gap_samples = self._gap_samples, 0
        block = AudioBlock(mono, self._next_sample + gap, gap_samples=gap)
        self._next_sample += gap + len(mono)
        if self._taken():
            self._feed.moved.set()  # More has been taken already: the next read need not wait.
        return block

    def close(self) -> None:
        """Stop playing."""
        if self._output is not None:
            self._output.close()
            self._output = None

    def _taken(self) -> bool:
        """Whether the output has taken all of the oldest block that the show has not heard."""
        return bool(self._waiting) and self._waiting[0][0] <= self._feed.taken_frames

    def _open(self, open_output: OpenOutput) -> None:
        try:
            self._output = open_output(self._track.sample_rate_hz, self._track.channels, self._feed)
        except DeviceError as error:
            self._say(f"No output, playing silently - {error}")

    def _fall_silent(self, why: str) -> None:
        self.close()
        now_s = self._clock.now_s()
        # Show time went on while the output was dying: the track takes up where it stopped, later.
        self._gap_samples = max(round(self.show_s(now_s) * SAMPLE_RATE_HZ) - self._next_sample, 0)
        self._late_s = self.show_s(now_s) - self._feed.taken_frames / self._track.sample_rate_hz
        self._host_time.restart(now_s)
        self._silent_due_s = now_s
        self._say(f"Output lost, playing silently - {why}")

    def _say(self, message: str) -> None:
        self._status = SourceStatus(self._track.title, self._status.state, message, self._feed.underruns)

    def _top_up(self) -> None:
        """Keep the output's queue full; past the end there is silence."""
        while self._feed.room > 0:
            block = self._next_block()
            self._feed.push(block)
            self._pushed_frames += len(block)
            self._waiting.append((self._pushed_frames, block))

    def _next_block(self) -> NDArray[np.float32]:
        block = None if self._blocks is None else next(self._blocks, None)
        if block is None and self._loop:
            self._blocks = self._track.blocks(_BLOCK_FRAMES)
            block = next(self._blocks, None)
        if block is None:
            self._blocks = None
            self._status = SourceStatus(self._track.title, "ended", self._status.message, self._feed.underruns)
            block = np.zeros((_BLOCK_FRAMES, self._track.channels), dtype=np.float32)
        return block

    def _learn_time(self) -> None:
        while self._feed.taken:
            frame, host_s = self._feed.taken.popleft()
            show_s = frame / self._track.sample_rate_hz + self._late_s
            self._host_time.add(show_s * SAMPLE_RATE_HZ, host_s)
            self._moved_at_s = self._clock.now_s()

    def _play_silently(self, timeout_s: float) -> None:
        """Take one block when it has sounded."""
        now_s = self._clock.now_s()
        if self._silent_due_s < now_s - 1.0:
            self._silent_due_s = now_s  # The machine slept: do not catch up.
        self._clock.sleep_until(min(self._silent_due_s, now_s + timeout_s))
        if self._clock.now_s() >= self._silent_due_s:
            block_s = _BLOCK_FRAMES / self._track.sample_rate_hz
            self._feed.pull(_BLOCK_FRAMES, self._silent_due_s - block_s)
            self._silent_due_s += block_s


class LoudspeakerOutput:
    """The system's default output. PortAudio's thread pulls from the feed."""

    def __init__(self, rate_hz: int, channels: int, feed: Pulled, clock: Clock) -> None:
        self._feed = feed
        self._clock = clock
        try:
            self._stream = sounddevice.OutputStream(
                samplerate=rate_hz, channels=channels, dtype="float32", callback=self._pull
            )
            self._stream.start()
            self._latency_s = float(cast(float, self._stream.latency))
        except (sounddevice.PortAudioError, ValueError) as error:
            raise DeviceError(
                f"the default output cannot play {channels} channel(s) at {rate_hz} Hz ({error})"
            ) from error

    def close(self) -> None:
        """Stop."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _pull(
        self, outdata: NDArray[np.float32], frames: int, time_info: StreamTime, _status: sounddevice.CallbackFlags
    ) -> None:
        delay_s = time_info.outputBufferDacTime - time_info.currentTime
        plausible = time_info.outputBufferDacTime > 0.0 and 0.0 <= delay_s < 2.0
        heard_s = self._clock.now_s() + (delay_s if plausible else self._latency_s)
        outdata[:] = self._feed.pull(frames, heard_s)


def loudspeakers(clock: Clock) -> OpenOutput:
    """Return a function that opens the system's default output."""
    return lambda rate_hz, channels, feed: LoudspeakerOutput(rate_hz, channels, feed, clock)
