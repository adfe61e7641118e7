"""`farandole devices`: every input with a level meter."""

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from app.input_loudness import level_db
from realtime.audio.device import InputDevice, input_devices
from realtime.errors import DeviceError

_LISTEN_S = 0.6
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
        heard_db = level_db(device, listen_s=_LISTEN_S)
    except DeviceError as error:
        return escape(f"cannot be opened: {error}".replace(f"{device.name}: ", ""))
    if heard_db is None:
        return "sends nothing (silent loopback, or asleep)"
    cells = round(_METER_CELLS * min(max(1.0 - heard_db / _FLOOR_DB, 0.0), 1.0))
    return f"[green]{'|' * cells}[/green]{'.' * (_METER_CELLS - cells)} {heard_db:6.1f} dB"


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
