"""Listens to every input in turn and writes how loud each is: `python -m app.meter_inputs`, a line of JSON a time.

It runs in a process of its own beside a window: a driver that hangs or dies takes no picture with it. It ends with
whoever reads it.
"""

import json
import sys
from collections.abc import Callable
from time import monotonic

import numpy as np

from realtime.audio.device import Capture, InputDevice, input_devices
from realtime.clock import HostClock
from realtime.errors import DeviceError

LISTEN_S = 0.25
_FIRST_BLOCK_S = 1.2
"""An input that slept needs so long to wake."""
_FLOOR_DB = -120.0


def level_db(device: InputDevice) -> float | None:
    """Return how loud an input is, dB; None where it sends nothing.

    Raises:
        DeviceError: it cannot be opened.
    """
    capture = Capture(device, HostClock(), rate_hz=0.0, block_samples=0, channels=0)
    loudest, heard = 0.0, False
    until_s = monotonic() + _FIRST_BLOCK_S
    try:
        while (now_s := monotonic()) < until_s:
            block = capture.take(0.05)
            if block is None:
                continue
            if not heard:
                heard, until_s = True, now_s + LISTEN_S
            loudest = max(loudest, float(np.sqrt(np.mean(np.square(block.samples)))))
    finally:
        capture.close()
    return max(20.0 * float(np.log10(max(loudest, 1e-6))), _FLOOR_DB) if heard else None


def meter(
    devices: list[InputDevice], write: Callable[[str], object], listen: Callable[[InputDevice], float | None]
) -> None:
    """Write one line for each input: its name, its level, and what is wrong with it."""
    for device in devices:
        try:
            line = {"name": device.name, "level_db": listen(device), "problem": ""}
        except DeviceError as error:
            line = {"name": device.name, "level_db": None, "problem": str(error)}
        write(json.dumps(line) + "\n")


def main() -> int:
    """Meter the inputs until nobody reads."""

    def write(line: str) -> None:
        sys.stdout.write(line)
        sys.stdout.flush()

    try:
        devices = input_devices()
        while devices:
            meter(devices, write, level_db)
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    except DeviceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
