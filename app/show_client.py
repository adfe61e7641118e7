"""What a window needs of a show: the newest snapshot, the pose of a moment, and a way to ask for things.

`realtime.link.WindowLink` is one; the tests have a small fake.
"""

from collections.abc import Callable
from typing import Protocol

from realtime.commands import Command
from realtime.health import HealthSnapshot
from realtime.types import Pose


class ShowClient(Protocol):
    """The show, seen from a window. One thread calls it, and no call ever blocks."""

    @property
    def alive(self) -> bool:
        """Whether the show published within the last second."""
        ...

    def snapshot(self) -> HealthSnapshot | None:
        """Return the newest snapshot, None before the first."""
        ...

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time (`time.monotonic()` seconds)."""
        ...

    def pose_at(self, show_s: float) -> Pose | None:
        """Return the pose at a show time, None before the first."""
        ...

    def send(self, command: Command) -> bool:
        """Hand a command to the show; False when the show is gone."""
        ...

    def close(self) -> None:
        """Let go of the show, which goes on without this window."""
        ...


Attach = Callable[[], ShowClient]
"""Finds a show; raises `realtime.errors.LinkError` when there is none."""
