"""The window as a child process of the show: started, watched, started again when it dies."""

import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from realtime.clock import Clock

_RESTARTS_PER_MINUTE = 5

logger = logging.getLogger("farandole.window")


def display_available() -> bool:
    """Return whether a window can be shown on this machine."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


class WindowProcess:
    """Keeps one window attached to a show. Thread-safe; one thread of its own waits for the child."""

    def __init__(self, link: Path, clock: Clock, *, arguments: list[str], on_close: Callable[[], None]) -> None:
        """Start the window.

        Args:
            link: the show's description file.
            clock: host time.
            arguments: passed on to the window.
            on_close: called when the person closed the window (it ended with 0).
        """
        self._command = [sys.executable, "-m", "app.window_main", "--attach", str(link), *arguments]
        self._clock = clock
        self._on_close = on_close
        self._stopping = False
        self._deaths_s: deque[float] = deque(maxlen=_RESTARTS_PER_MINUTE)
        self._child = subprocess.Popen(self._command)
        Thread(target=self._watch, name="window", daemon=True).start()

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

    def _watch(self) -> None:
        while True:
            code = self._child.wait()
            if self._stopping:
                return
            if code == 0:
                self._on_close()
                return
            now_s = self._clock.now_s()
            if len(self._deaths_s) == _RESTARTS_PER_MINUTE and now_s - self._deaths_s[0] < 60.0:
                logger.error("the window died %d times in a minute; the show goes on without it", _RESTARTS_PER_MINUTE)
                return
            self._deaths_s.append(now_s)
            logger.warning("the window died (code %d); the show goes on and opens another", code)
            self._clock.sleep_until(now_s + 0.5)
            if not self._stopping:
                self._child = subprocess.Popen(self._command)
