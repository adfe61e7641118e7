"""A device that may come and go: while it is away the show runs on its internal clock, and it is retried.

Show time never stops and never jumps: when the device is lost, silence is delivered at the pace of the host clock; when
it comes back its first sample takes the place that show time has reached.
"""

from typing import Protocol

import numpy as np

from realtime.audio.device import CapturedBlock
from realtime.audio.host_time import HostTime
from realtime.audio.track import Mixdown
from realtime.clock import Clock
from realtime.errors import DeviceError
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ, AudioBlock, SourceStatus

LOST_AFTER_S = 1.5
"""An idle sink's first callback may take 1-2 s; a running one's never takes so long."""
FIRST_BLOCK_AFTER_S = 4.0
RETRY_S = 2.0
_TOLERATED_GAP_S = 0.05


class OpenDevice(Protocol):
    """What `Capture` offers; tests plug in their own."""

    rate_hz: float
    dropped_blocks: int

    @property
    def latency_s(self) -> float:
        """Seconds from the air to the callback."""
        ...

    def take(self, timeout_s: float) -> CapturedBlock | None:
        """Return the oldest block, waiting for it."""
        ...

    def close(self) -> None:
        """Give the device back."""
        ...


class DeviceOpener(Protocol):
    """Opens the wanted device."""

    @property
    def title(self) -> str:
        """What to call it while it is away."""
        ...

    def open(self, *, again: bool) -> tuple[OpenDevice, str]:
        """Return the open device and its name; `again` asks the system to look for devices anew.

        Raises:
            DeviceError: it is not there or refuses.
        """
        ...


class LiveInput:
    """An `AudioSource` that outlives its device. One thread reads, any thread asks for the time."""

    def __init__(self, opener: DeviceOpener, clock: Clock, *, silence_is_loss: bool = True) -> None:
        """Try to open the device at once; failing that, start on the internal clock.

        Args:
            opener: finds and opens the device.
            clock: host time.
            silence_is_loss: false for loopbacks that stop calling back when nothing plays.
        """
        self._opener = opener
        self._clock = clock
        self._silence_is_loss = silence_is_loss
        self._host_time = HostTime(clock.now_s())
        self._device: OpenDevice | None = None
        self._mixdown = Mixdown(SAMPLE_RATE_HZ)
        self._next_sample = 0
        self._device_start_sample = 0
        self._device_frames = 0
        self._last_block_s = 0.0
        self._patience_s = FIRST_BLOCK_AFTER_S
        self._retry_at_s = 0.0
        self._status = SourceStatus(opener.title)
        self._input_latency_s = 0.0
        self._why = ""
        self._open(again=False)

    @property
    def input_latency_s(self) -> float:
        """Seconds from the air to a block in our hands."""
        return self._input_latency_s

    @property
    def status(self) -> SourceStatus:
        """How it is doing."""
        return self._status

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time."""
        return self._host_time.show_s(host_s)

    def read(self, timeout_s: float) -> AudioBlock | None:
        """Wait for the next block; silence in its stead while the device is away."""
        if self._device is None:
            if self._clock.now_s() >= self._retry_at_s:
                self._open(again=True)
            return self._internal_block(timeout_s)
        captured = self._device.take(timeout_s)
        if captured is not None:
            return self._block(captured, self._device)
        if self._clock.now_s() - self._last_block_s > self._patience_s:
            if self._silence_is_loss:
                self._lose()
            return self._internal_block(timeout_s)
        return None

    def close(self) -> None:
        """Give the device back."""
        if self._device is not None:
            self._device.close()
            self._device = None

    def _open(self, *, again: bool) -> None:
        now_s = self._clock.now_s()
        overruns = self._status.overruns
        try:
            self._device, name = self._opener.open(again=again)
        except DeviceError as error:
            self._retry_at_s = now_s + RETRY_S
            self._status = SourceStatus(self._opener.title, "lost", f"Input lost - {self._why}{error}", overruns)
            return
        self._why = ""
        self._mixdown = Mixdown(self._device.rate_hz)
        self._input_latency_s = self._device.latency_s
        self._device_frames = -1
        self._last_block_s = self._clock.now_s()
        self._patience_s = FIRST_BLOCK_AFTER_S
        self._status = SourceStatus(name, "live", "", overruns)

    def _lose(self) -> None:
        self.close()
        self._why = "unplugged? "
        self._retry_at_s = self._clock.now_s() + RETRY_S
        self._host_time.restart(self._clock.now_s())
        self._status = SourceStatus(self._status.title, "lost", "Input lost - unplugged?", self._status.overruns)

    def _block(self, captured: CapturedBlock, device: OpenDevice) -> AudioBlock | None:
        """Give a captured block its place in show time."""
        self._last_block_s = self._clock.now_s()
        self._patience_s = LOST_AFTER_S
        if self._device_frames < 0:
            # The device's first sample takes the place that show time has reached.
            self._device_frames = 0
            self._host_time.restart(self._clock.now_s())
            self._device_start_sample = max(round(self.show_s(captured.host_s) * SAMPLE_RATE_HZ), self._next_sample)
        lost_frames = self._lost_frames(captured, device)
        self._device_frames += lost_frames
        scale = SAMPLE_RATE_HZ / device.rate_hz
        self._host_time.add(self._device_start_sample + self._device_frames * scale, captured.host_s)
        self._device_frames += len(captured.samples)
        mono = self._mixdown.step(captured.samples)
        start = self._next_sample if lost_frames == 0 else self._next_sample + round(lost_frames * scale)
        start = max(start, self._device_start_sample)
        block = AudioBlock(mono, start, gap_samples=start - self._next_sample)
        self._next_sample = start + len(mono)
        return block

    def _lost_frames(self, captured: CapturedBlock, device: OpenDevice) -> int:
        """Return how many frames are missing before this block; counts an overrun."""
        scale = SAMPLE_RATE_HZ / device.rate_hz
        expected_s = (self._device_start_sample + self._device_frames * scale) / SAMPLE_RATE_HZ
        late_s = self.show_s(captured.host_s) - expected_s
        if not captured.overflowed and late_s < 4 * _TOLERATED_GAP_S:
            return 0
        self._status = SourceStatus(self._status.title, "live", "", self._status.overruns + 1)
        return round(late_s * device.rate_hz) if late_s > _TOLERATED_GAP_S else 0

    def _internal_block(self, timeout_s: float) -> AudioBlock | None:
        """Return the silence that show time has passed over since the last block, a hop at least."""
        self._clock.sleep_until(self._clock.now_s() + min(timeout_s, 0.02))
        due = round(self.show_s(self._clock.now_s()) * SAMPLE_RATE_HZ) - self._next_sample
        if due < HOP_SAMPLES:
            return None
        block = AudioBlock(np.zeros(due, dtype=np.float32), self._next_sample)
        self._next_sample += due
        # The device's own count stood still meanwhile: its next block takes the place that show time has reached.
        self._device_frames = -1
        return block
