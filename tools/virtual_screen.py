"""A screen that nobody sees, and programs on it, which end with whoever started them (needs Xvfb)."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[1]
_END_S = 30.0
"""A show that is busy takes so long, at most, to end by itself."""


@contextmanager
def ended_by_signals() -> Generator[None]:
    """Let SIGINT, SIGTERM and SIGHUP raise `SystemExit` meanwhile, so that what was started is ended on the way out.

    SIGTERM by itself ends Python at once, and what it started in sessions of their own runs on. Only the first signal
    counts: ending takes some seconds, and a second Ctrl-C used to leave what was not ended yet.
    """
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
        numbers.append(signal.SIGHUP)

    def end(number: int, _frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def screen(width: int, height: int) -> Generator[dict[str, str]]:
    """Yield the environment of a virtual screen, with a home and a runtime folder of its own."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        reading, writing = os.pipe()
        size = ["-screen", "0", f"{width}x{height}x24"]
        # In a session of its own Ctrl-C does not end it before the windows that it shows.
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), *size, "+extension", "GLX", "-nolisten", "tcp"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            os.close(writing)
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()
            own = {"DISPLAY": f":{number}", "XDG_RUNTIME_DIR": folder, "HOME": folder, "XDG_CONFIG_HOME": folder}
            yield {**os.environ, **own, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
        finally:
            server.terminate()
            server.wait()


@contextmanager
def program(
    arguments: list[str], environment: dict[str, str], *, end_s: float = _END_S
) -> Generator[subprocess.Popen[bytes]]:
    """Run Python with arguments for a while; what has not ended within `end_s` is killed, and what it started too."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=end_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
