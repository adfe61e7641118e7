"""What goes wrong in a long evening: screens that die, floods of hostile OSC; and the desk that it happens to."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pythonosc.osc_message_builder import OscMessageBuilder

from realtime.audio.demo import DemoTrack
from tests.support.servers import PulseServer

_PRESET = """name = "Soak"
[remote]
port = {port}
oscquery_port = 0
quantize = "bar"
"""


class Screen:
    """An X server of a fixed number, which may die and come back."""

    def __init__(self, number: int) -> None:
        self.display = f":{number}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            ["Xvfb", self.display, "-screen", "0", "1280x800x24", "+extension", "GLX", "-nolisten", "tcp"],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop(self) -> None:
        """Kill it, as a graphics driver that crashes does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def running_desk(
    folder: Path, pulse: PulseServer, listener: int, *, windowed: bool
) -> Generator[tuple[subprocess.Popen[bytes], Screen, int, Path]]:
    """Start the show, its window and its screen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "soak.toml").write_text(_PRESET.format(port=port), encoding="utf-8")
    screen = Screen(90 + os.getpid() % 900)
    stalls = folder / "stalls.json"
    environment = {
        **pulse.environment,
        "DISPLAY": screen.display,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(folder),
        "FARANDOLE_STALLS": str(stalls),
    }
    if windowed:
        screen.start()
    options = ["--preset", str(folder / "soak.toml"), "--to", f"127.0.0.1:{listener}"]
    options += [] if windowed else ["--headless"]
    with (folder / "show.log").open("wb") as log:
        show = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "live", *options],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield show, screen, port, stalls
    finally:
        show.terminate()
        with suppress(subprocess.TimeoutExpired):
            show.wait(timeout=20)
        show.kill()
        screen.stop()


def flood(sender: socket.socket, port: int, dice: random.Random) -> None:
    """Send six thousand packets in about three seconds: noise, halves of messages, giants, and real commands."""
    commands = [
        message("/dance/ctl/blackout", 1.0),
        message("/dance/ctl/blackout", 0.0),
        message("/dance/ctl/energy", float("nan")),
        message("/dance/ctl/energy", 0.7),
        message("/dance/ctl/bpm", 1e9),
        message("/dance/ctl/freeze", 1.0),
        message("/dance/ctl/freeze", 0.0),
        message("/dance/ctl/preset", "../../etc/passwd"),
        message("/dance/ctl/mute", 0.0),
    ]
    for number in range(6000):
        kind = number % 5
        if kind == 0:
            packet = dice.randbytes(dice.randint(0, 200))
        elif kind == 1:
            whole = dice.choice(commands)
            packet = whole[: dice.randint(0, len(whole))]
        elif kind == 2:
            packet = b"#bundle\x00" + dice.randbytes(60)
        elif kind == 3 and number % 50 == 3:
            packet = bytes(60_000)
        else:
            packet = dice.choice(commands)
        with suppress(OSError):
            sender.sendto(packet, ("127.0.0.1", port))
        if number % 20 == 0:
            time.sleep(0.01)
    for calm in (commands[1], commands[6], commands[8]):
        sender.sendto(calm, ("127.0.0.1", port))


def message(address: str, *arguments: float | str) -> bytes:
    """Return an OSC message."""
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram


def music() -> NDArray[np.float32]:
    """Return the first minute of the demo track, mono."""
    blocks: list[NDArray[np.float32]] = []
    for block in DemoTrack().blocks(48_000):
        blocks.append(block.mean(axis=1))
        if len(blocks) == 60:
            break
    return np.concatenate(blocks).astype(np.float32)
