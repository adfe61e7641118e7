"""Keeps the machine awake and its screen on while a show runs; when the show ends, however it does, so does this.

Linux: a child under `systemd-inhibit` that ends when its input does, and so with us. macOS: `caffeinate -w` watches our
process. Windows: `SetThreadExecutionState`, which lasts as long as the thread that called it.
"""

import ctypes
import logging
import os
import shutil
import subprocess
import sys
from threading import Event, Thread

logger = logging.getLogger("farandole.awake")

_ES_CONTINUOUS, _ES_SYSTEM_REQUIRED, _ES_DISPLAY_REQUIRED = 0x8000_0000, 0x1, 0x2


def inhibitor(platform: str, pid: int) -> list[str]:
    """Return the command that keeps a system awake while it runs; none where another way is needed."""
    if platform.startswith("linux"):
        why = ["--who=Farandole", "--why=A show is running", "--mode=block"]
        return ["systemd-inhibit", "--what=idle:sleep:handle-lid-switch", *why, "cat"]
    if platform == "darwin":
        return ["caffeinate", "-d", "-i", "-m", "-s", "-w", str(pid)]
    return []


class Awake:
    """Keeps the machine awake from `start` to `stop`. One thread calls it. What the system refuses is said once."""

    def __init__(self, platform: str = sys.platform) -> None:
        self._platform = platform
        self._child: subprocess.Popen[bytes] | None = None
        self._release: Event | None = None

    def start(self) -> bool:
        """Keep the machine awake; return whether the system was asked."""
        if self._platform == "win32":
            self._release = release = Event()
            Thread(target=_hold_windows, args=(release,), name="awake", daemon=True).start()
            return True
        command = inhibitor(self._platform, os.getpid())
        if not command or shutil.which(command[0]) is None:
            logger.info("nothing here keeps the machine awake; switch its sleep off for the show")
            return False
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            logger.warning("the machine may fall asleep: %s does not start (%s)", command[0], error)
            return False
        return True

    @property
    def holding(self) -> bool:
        """Whether the machine is kept awake now, as far as can be told."""
        return self._release is not None or (self._child is not None and self._child.poll() is None)

    def stop(self) -> None:
        """Let the machine sleep again."""
        if self._release is not None:
            self._release.set()
            self._release = None
        child, self._child = self._child, None
        if child is not None:
            if child.stdin is not None:
                child.stdin.close()
            child.terminate()
            try:
                child.wait(timeout=2.0)
            except subprocess.TimeoutExpired:
                child.kill()


def _hold_windows(release: Event) -> None:
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only Windows has it
    kernel.SetThreadExecutionState(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED | _ES_DISPLAY_REQUIRED)
    release.wait()
    kernel.SetThreadExecutionState(_ES_CONTINUOUS)
