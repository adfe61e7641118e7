"""Listens to every input in turn and writes how loud each is: `python -m app.meter_inputs`, a line of JSON a time.

It runs in a process of its own beside a window: a driver that hangs or dies takes no picture with it. It ends with
whoever reads it.
"""

import json
import sys
from collections.abc import Callable
from functools import partial

from app.input_loudness import level_db
from realtime.audio.device import InputDevice, input_devices
from realtime.errors import DeviceError

LISTEN_S = 0.25


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
            meter(devices, write, partial(level_db, listen_s=LISTEN_S))
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    except DeviceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
