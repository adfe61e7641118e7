"""Where the time comes from: the host's monotonic clock live, a virtual one in rehearsal and in tests.

Conventions: host time is `time.monotonic()` seconds, the same in every process of one machine.
Show time is another thing: the number of samples heard divided by their rate (see `audio/host_time.py`).
"""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the host time and waits for it."""

    def now_s(self) -> float:
        """Return the host time in seconds."""
        ...

    def sleep_until(self, host_s: float) -> None:
        """Return when `now_s() >= host_s`; at once when that has passed."""
        ...


class HostClock:
    """The machine's monotonic clock. Any thread may call any method."""

    def now_s(self) -> float:
        """Return `time.monotonic()`."""
        return time.monotonic()

    def sleep_until(self, host_s: float) -> None:
        """Sleep until the host time is `host_s`."""
        while (left_s := host_s - time.monotonic()) > 0:
            time.sleep(left_s)


class VirtualClock:
    """A clock that stands still until somebody sleeps on it: an hour passes in no time."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._now_s = start_s

    def now_s(self) -> float:
        """Return the virtual time in seconds."""
        return self._now_s

    def sleep_until(self, host_s: float) -> None:
        """Jump to `host_s`; time never runs backwards."""
        self._now_s = max(self._now_s, host_s)
