"""Audio inputs by name, through PortAudio: listing, choosing, opening, and capturing without losing count.

PortAudio never refreshes its list of devices, and initialising it again kills every stream: `refresh` is called only
when no stream is open. A device is remembered as "host API: name"; its number is only a hint.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol, cast

import numpy as np
import sounddevice
from numpy.typing import NDArray

from realtime.audio import pulse
from realtime.clock import Clock
from realtime.errors import DeviceError

_QUEUED_BLOCKS = 512


@dataclass(frozen=True, slots=True)
class InputDevice:
    """An input as PortAudio lists it.

    Attributes:
        index: its number in this list, valid until the next refresh.
        name: "host API: name", by which presets remember it.
        channels: how many channels it can capture.
        rate_hz: the rate it prefers.
        is_default: whether the system would choose it.
        source: the sound server's own name of it, where it is reached through that; else "".
    """

    index: int
    name: str
    channels: int
    rate_hz: float
    is_default: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class CapturedBlock:
    """What one callback handed over: `samples` (n, channels), when its first sample was in the air, and whether
    PortAudio lost something before it."""

    samples: NDArray[np.float32]
    host_s: float
    overflowed: bool


class StreamTime(Protocol):
    """PortAudio's times of one callback, seconds on its own clock; 0 where a driver does not know."""

    inputBufferAdcTime: float  # noqa: N815 - PortAudio's names
    outputBufferDacTime: float  # noqa: N815
    currentTime: float  # noqa: N815


def input_devices() -> list[InputDevice]:
    """Return every input, in PortAudio's order.

    Raises:
        DeviceError: PortAudio itself does not work here.
    """
    try:
        apis: Any = sounddevice.query_hostapis()
        devices: Any = sounddevice.query_devices()
        default = sounddevice.default.device[0]
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"the audio system does not answer ({error}); is a sound server running?") from error
    found = [
        InputDevice(
            index,
            f"{apis[device['hostapi']]['name']}: {device['name']}",
            int(device["max_input_channels"]),
            float(device["default_samplerate"]),
            index == default,
        )
        for index, device in enumerate(devices)
        if device["max_input_channels"] > 0
    ]
    return [*found, *_through_server(found)]


def find_input(wanted: str | None) -> InputDevice:
    """Return the input that `wanted` means: a number, "host API: name", a part of one name, or None for the default.

    Raises:
        DeviceError: there is none such, or several.
    """
    devices = input_devices()
    if not devices:
        raise DeviceError("no audio input found; plug one in, or start a sound server, and it will be taken up")
    if wanted is None or wanted == "":
        return next((device for device in devices if device.is_default), devices[0])
    if wanted.isdecimal():
        matches = [device for device in devices if device.index == int(wanted)]
    else:
        matches = [device for device in devices if device.name == wanted] or [
            device for device in devices if wanted.casefold() in device.name.casefold()
        ]
    if len(matches) == 1:
        return matches[0]
    listed = "; ".join(f"{device.index} {device.name}" for device in (matches or devices))
    problem = f"{len(matches)} inputs match" if matches else "no input is called"
    raise DeviceError(f'{problem} "{wanted}"; choose one of: {listed}')


def refresh() -> None:
    """Look for devices again. Kills every open stream, so close them first.

    Raises:
        DeviceError: the audio system does not start again.
    """
    try:
        sounddevice._terminate()  # pyright: ignore[reportPrivateUsage]
        sounddevice._initialize()  # pyright: ignore[reportPrivateUsage]
    except sounddevice.PortAudioError as error:
        raise DeviceError(f"the audio system does not answer ({error}); is a sound server running?") from error


def _through_server(found: list[InputDevice]) -> list[InputDevice]:
    """Return what the sound server offers besides: each of its sources, what plays on this machine among them."""
    way = next((device for device in found if device.name.rpartition(": ")[2] == "pulse"), None)
    if way is None:
        return []
    return [
        InputDevice(way.index, f"{pulse.HOST_API}: {s.title}", s.channels, s.rate_hz, is_default=False, source=s.name)
        for s in pulse.sources()
    ]


class Capture:
    """An open input. PortAudio's thread hands blocks over, one other thread takes them."""

    def __init__(self, device: InputDevice, clock: Clock, *, rate_hz: float, block_samples: int, channels: int) -> None:
        """Open and start.

        Raises:
            DeviceError: it is gone, busy, or refuses the rate or the channels.
        """
        self.device = device
        self.rate_hz = rate_hz or device.rate_hz
        self.dropped_blocks = 0
        self._clock = clock
        self._blocks: deque[CapturedBlock] = deque(maxlen=_QUEUED_BLOCKS)
        self._arrived = Event()
        channels = channels or min(device.channels, 2)
        try:
            with pulse.recording_from(device.source):
                self._stream = sounddevice.InputStream(
                    samplerate=self.rate_hz,
                    blocksize=block_samples,
                    device=device.index,
                    channels=channels,
                    dtype="float32",
                    latency="low",
                    callback=self._hand_over,
                )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise DeviceError(
                f"{device.name}: cannot record {channels} channel(s) at {self.rate_hz:g} Hz ({error}); it offers "
                f"{device.channels} channel(s) and prefers {device.rate_hz:g} Hz"
            ) from error

    @property
    def latency_s(self) -> float:
        """Seconds from the air to the callback, as PortAudio says."""
        return float(cast(float, self._stream.latency))

    def take(self, timeout_s: float) -> CapturedBlock | None:
        """Return the oldest block, waiting up to `timeout_s`; None when none came."""
        if not self._blocks and not self._arrived.wait(timeout_s):
            return None
        self._arrived.clear()
        try:
            return self._blocks.popleft()
        except IndexError:
            return None

    def close(self) -> None:
        """Stop and give the device back; a device that has died may say anything."""
        try:
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)
        except sounddevice.PortAudioError:
            return

    def _hand_over(
        self, indata: NDArray[np.float32], frames: int, time_info: StreamTime, status: sounddevice.CallbackFlags
    ) -> None:
        now_s = self._clock.now_s()
        age_s = time_info.currentTime - time_info.inputBufferAdcTime
        # Some drivers leave the ADC time at 0 or in another time base.
        plausible = time_info.inputBufferAdcTime > 0.0 and 0.0 <= age_s < 1.0
        start_s = now_s - (age_s if plausible else frames / self.rate_hz)
        if len(self._blocks) == _QUEUED_BLOCKS:
            self.dropped_blocks += 1
        self._blocks.append(CapturedBlock(indata.copy(), start_s, bool(status.input_overflow)))
        self._arrived.set()


OpenCapture = Callable[[], Capture]
"""Finds the wanted device and opens it; raises `DeviceError`."""
