"""The dance of a locked take, kept beside the track: opened again it is shown as it was, and nothing is danced anew.

So it stays what it was when a dancer learns something, or a person moves to another machine. 1.5 MB a minute.
"""

from pathlib import Path
from typing import Generic

from realtime.room.ahead import Plan, Who
from realtime.room.danced import DancedFile
from realtime.room.growing import GrowingFile


class KeptLane(Generic[Who]):
    """A lane that nobody dances; see `lane.DancingLane`, whose place it takes."""

    failure = ""
    finished = True

    def __init__(self, danced: DancedFile) -> None:
        self.danced = danced

    def change(self, plan: Plan[Who]) -> None:
        """Stay as it is."""

    def stop(self) -> None:
        """Do nothing: nobody dances."""


def kept_path(track: Path, lane: str) -> Path:
    """Return where the dance of a lane is kept."""
    return track.with_name(f"{track.name}.farandole-{lane.lower()}.dance")


def keep(danced: DancedFile, path: Path) -> None:
    """Write a finished dance, all of it or nothing.

    Raises:
        OSError: the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    copy = GrowingFile.create(unfinished, danced.records.dtype, danced.count)
    copy.append(danced.records)
    copy.finish()
    unfinished.replace(path)


def kept(path: Path) -> DancedFile | None:
    """Return the dance that was kept there; None when there is none, or none that can be read."""
    try:
        danced = DancedFile.attach(path)
    except (OSError, ValueError):
        return None
    return danced if danced.complete else None
