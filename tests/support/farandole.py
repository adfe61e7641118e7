"""The real program, as a person starts it, and a receiver that listens to it."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

ROOT = Path(__file__).parents[2]


def farandole(*arguments: str, timeout_s: float = 60.0, environment: Mapping[str, str] | None = None) -> "Outcome":
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


@contextmanager
def running(*arguments: str, environment: Mapping[str, str] | None = None) -> Generator[subprocess.Popen[str]]:
    """Start a command and end it with Ctrl-C's signal at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@dataclass
class Receiver:
    """A UDP port that decodes with python-osc and remembers the newest value of every address."""

    port: int
    values: dict[str, tuple[object, ...]] = field(default_factory=dict[str, tuple[object, ...]])
    history: dict[str, list[tuple[float, object]]] = field(default_factory=dict[str, list[tuple[float, object]]])
    packets: int = 0

    def value(self, address: str) -> float:
        """Return the newest number at an address; NaN before the first."""
        value = self.values.get(address, (float("nan"),))[0]
        assert isinstance(value, int | float)
        return float(value)


@contextmanager
def receiver(*watched: str) -> Generator[Receiver]:
    """Listen on a free port of the loopback; keep `(host time, value)` of the watched addresses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        port.settimeout(0.2)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        heard = Receiver(port.getsockname()[1])
        stop = threading.Event()
        thread = threading.Thread(target=_listen, args=(port, heard, watched, stop))
        thread.start()
        try:
            yield heard
        finally:
            stop.set()
            thread.join()


def _listen(port: socket.socket, heard: Receiver, watched: tuple[str, ...], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            packet = port.recv(65_536)
        except TimeoutError:
            continue
        now_s = monotonic()
        heard.packets += 1
        for message in OscBundle(packet):
            assert isinstance(message, OscMessage)
            heard.values[message.address] = tuple(message.params)
            if message.address in watched:
                heard.history.setdefault(message.address, []).append((now_s, message.params[0]))
