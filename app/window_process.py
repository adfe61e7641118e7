"""The window as a child process of the show: started, watched, started again when it dies."""

import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Protocol

from realtime.clock import Clock

_RESTARTS_PER_MINUTE = 5
_STARTS = 3
_START_S = 3.0
_PLATFORMS_WITHOUT_A_DISPLAY = ("offscreen", "minimal", "vnc", "eglfs", "linuxfb")
"""Qt's own, by which it needs neither X nor Wayland."""

logger = logging.getLogger("farandole.window")


def display_available() -> bool:
    """Return whether a window can be shown on this machine."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(_PLATFORMS_WITHOUT_A_DISPLAY):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Child(Protocol):
    """What is needed of a process; `subprocess.Popen` has it."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    def poll(self) -> int | None:
        """Return how it ended, None while it lives."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, once it has."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def kill(self) -> None:
        """End it."""
        ...


def start_child(command: list[str]) -> Child:
    """Start a process that the terminal's Ctrl-C does not reach: the show ends it, when it ends itself."""
    return subprocess.Popen(command, start_new_session=True)


class Patience:
    """Decides whether a window that died gets another try."""

    def __init__(self) -> None:
        self._deaths_s: deque[float] = deque(maxlen=_RESTARTS_PER_MINUTE)
        self._stillborn = 0

    def ends_with(self, started_s: float, died_s: float) -> str:
        """Take a death; return why it was the last one, or "" for another try.

        Args:
            started_s: when the window was started, host time.
            died_s: when it died, host time.
        """
        self._stillborn = self._stillborn + 1 if died_s - started_s < _START_S else 0
        if self._stillborn == _STARTS:
            return "the window cannot start; the show goes on without it"
        if len(self._deaths_s) == _RESTARTS_PER_MINUTE and died_s - self._deaths_s[0] < 60.0:
            return f"the window died {_RESTARTS_PER_MINUTE + 1} times in a minute; the show goes on without it"
        self._deaths_s.append(died_s)
        return ""


class WindowProcess:
    """Keeps one window attached to a show. Thread-safe; one thread of its own waits for the child."""

    def __init__(
        self,
        link: Path,
        clock: Clock,
        *,
        arguments: list[str],
        on_close: Callable[[], None],
        start: Callable[[list[str]], Child] = start_child,
    ) -> None:
        """Start the window.

        Args:
            link: the show's description file.
            clock: host time.
            arguments: passed on to the window.
            on_close: called when the person closed the window (it ended with 0).
            start: starts a process; tests bring their own.
        """
        self._command = [sys.executable, "-m", "app.window_main", "--attach", str(link), *arguments]
        self._clock = clock
        self._on_close = on_close
        self._start = start
        self._stopping = False
        self._started_s = clock.now_s()
        self._child = start(self._command)
        self._watcher = Thread(target=self._watch, name="window", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """Process id of the window that is open now."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the window's process lives."""
        return self._child.poll() is None

    def stop(self) -> None:
        """Close the window."""
        self._stopping = True
        if self.running:
            self._child.terminate()
            try:
                self._child.wait(timeout=3.0)
            except subprocess.TimeoutExpired:
                self._child.kill()

    def join(self) -> None:
        """Wait until the window is closed, or is not tried again."""
        self._watcher.join()

    def _watch(self) -> None:
        patience = Patience()
        while True:
            code = self._child.wait()
            if self._stopping:
                return
            if code == 0:
                self._on_close()
                return
            now_s = self._clock.now_s()
            if reason := patience.ends_with(self._started_s, now_s):
                logger.error("%s (code %d)", reason, code)
                return
            logger.warning("the window died (code %d); the show goes on and opens another", code)
            self._clock.sleep_until(now_s + 0.5)
            if not self._stopping:
                self._started_s = self._clock.now_s()
                self._child = self._start(self._command)
