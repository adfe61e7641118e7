"""`farandole devices`: every input with a level meter."""

from time import monotonic

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from realtime.audio.device import Capture, InputDevice, input_devices
from realtime.clock import HostClock
from realtime.errors import DeviceError

_LISTEN_S = 0.6
_FIRST_BLOCK_S = 2.0
_METER_CELLS = 24
_FLOOR_DB = -60.0


def list_devices(console: Console, *, meter: bool, watch: bool) -> None:
    """Print the inputs; with `meter` each is listened to for a moment, with `watch` again and again.

    Raises:
        DeviceError: the audio system does not answer.
    """
    devices = input_devices()
    if not devices:
        console.print("no audio input found; plug one in or start a sound server, then ask again")
        return
    levels: dict[int, str] = {}
    with Live(_table(devices, levels), console=console, transient=False, refresh_per_second=10) as view:
        while meter:
            for device in devices:
                levels[device.index] = "listening ..."
                view.update(_table(devices, levels))
                levels[device.index] = _level(device)
                view.update(_table(devices, levels))
            if not watch:
                break
    console.print('Choose one with: farandole live --device "NAME OR A PART OF IT"', highlight=False)


def _level(device: InputDevice) -> str:
    """Return a meter bar of what the input hears now, or why it cannot be heard."""
    try:
        capture = Capture(device, HostClock(), rate_hz=0.0, block_samples=0, channels=0)
    except DeviceError as error:
        return escape(f"cannot be opened: {error}".replace(f"{device.name}: ", ""))
    squares: list[float] = []
    deadline_s = monotonic() + _FIRST_BLOCK_S
    try:
        while (now_s := monotonic()) < deadline_s:
            block = capture.take(0.1)
            if block is None:
                continue
            if not squares:
                deadline_s = now_s + _LISTEN_S
            squares.append(float(np.mean(np.square(block.samples))))
    finally:
        capture.close()
    if not squares:
        return "sends nothing (silent loopback, or asleep)"
    level_db = 10.0 * np.log10(max(np.mean(squares), 1e-12))
    cells = round(_METER_CELLS * min(max(1.0 - level_db / _FLOOR_DB, 0.0), 1.0))
    return f"[green]{'|' * cells}[/green]{'.' * (_METER_CELLS - cells)} {level_db:6.1f} dB"


def _table(devices: list[InputDevice], levels: dict[int, str]) -> Table:
    table = Table()
    table.add_column("number", justify="right")
    for column in ("name", "channels", "rate", "level"):
        table.add_column(column, overflow="fold")
    for device in devices:
        name = escape(f"{device.name} (default)" if device.is_default else device.name)
        table.add_row(
            str(device.index), name, str(device.channels), f"{device.rate_hz:g} Hz", levels.get(device.index, "")
        )
    return table
