"""One lane of a room: a dancer who works ahead in a process of its own, and the file that the dance is in."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic

from realtime.engine import Engine
from realtime.room.ahead import Plan, Who
from realtime.room.danced import DancedFile
from realtime.room.processes import DancingProcess, Launch


class DancingLane(Generic[Who]):
    """A dance that grows. The room's thread calls it, any thread may read `danced`."""

    def __init__(
        self,
        make: Callable[[Who], Engine],
        heard: Path,
        path: Path,
        plan: Plan[Who],
        *,
        duration_s: float,
        launch: Launch,
    ) -> None:
        self.danced = DancedFile.create(path, duration_s)
        self._process = DancingProcess(make, heard, path, plan, launch)

    @property
    def failure(self) -> str:
        """What went wrong, or ""."""
        return self._process.failure

    @property
    def finished(self) -> bool:
        """Whether the whole track is danced as it was last asked for."""
        return self.danced.plan == self._process.number and self.danced.complete

    def change(self, plan: Plan[Who]) -> None:
        """Dance by another plan."""
        self._process.change(plan)

    def stop(self) -> None:
        """End the dancer; the file stays."""
        self._process.stop()
