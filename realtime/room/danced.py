"""The dance of a track: one record for each pose, 60 a second, in a file that grows; float32, as the wires carry it."""

from collections.abc import Sequence
from math import ceil, floor
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from realtime.motion.rotations import slerp
from realtime.motion.skeleton import JOINT_COUNT
from realtime.room.growing import GrowingFile
from realtime.types import CONTACT_NAMES, FloatArray, Pose

DANCE_FPS = 60.0
RECORD = np.dtype(
    [
        ("root_m", np.float32, (3,)),
        ("rotations_wxyz", np.float32, (JOINT_COUNT, 4)),
        ("contacts", np.float32, (len(CONTACT_NAMES),)),
    ]
)


class DancedFile:
    """The poses of a track, frame k at k / DANCE_FPS. One process writes, any reads."""

    def __init__(self, file: GrowingFile) -> None:
        self._file = file

    @classmethod
    def create(cls, path: Path, duration_s: float) -> Self:
        """Return an empty file with room for a track, and some more."""
        return cls(GrowingFile.create(path, RECORD, ceil((1.1 * duration_s + 60.0) * DANCE_FPS)))

    @classmethod
    def attach(cls, path: Path, *, writable: bool = False) -> Self:
        """Return the file as it is.

        Raises:
            ValueError: it holds something else.
            OSError: it cannot be read.
        """
        return cls(GrowingFile(path, RECORD, writable=writable))

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._file.path

    @property
    def count(self) -> int:
        """How many poses are decided."""
        return self._file.count

    @property
    def revision(self) -> int:
        """How often the dance was changed."""
        return self._file.revision

    @property
    def danced_s(self) -> float:
        """Up to where the dance is decided, seconds of the track."""
        return self.count / DANCE_FPS

    @property
    def complete(self) -> bool:
        """Whether the whole track is danced."""
        return self._file.complete

    @property
    def plan(self) -> int:
        """The number of the plan that is danced; see `processes.DancingProcess`."""
        return self._file.note

    def dance_by(self, plan: int) -> None:
        """Say which plan is danced from now on."""
        self._file.leave_note(plan)

    @property
    def records(self) -> NDArray[Any]:
        """A copy of all decided records."""
        return self._file.read(0, self.count)

    def append(self, poses: Sequence[Pose]) -> None:
        """Add poses in order."""
        records = np.zeros(len(poses), dtype=RECORD)
        for record, pose in zip(records, poses, strict=True):
            record["root_m"] = pose.root_m
            record["rotations_wxyz"] = pose.rotations_wxyz
            record["contacts"] = pose.contacts
        self._file.append(records)

    def go_back(self, count: int) -> None:
        """Take back all poses from number `count` on."""
        self._file.go_back(count)

    def finish(self) -> None:
        """Say that the track is danced to its end."""
        self._file.finish()

    def pose_at(self, track_s: float) -> Pose | None:
        """Return the pose at a time of the track; past what is decided the last one stays; None before the first."""
        place = min(max(track_s * DANCE_FPS, 0.0), max(self.count - 1.0, 0.0))
        # A time that was computed as k / fps is frame k, whatever the last bit says: then the pose is the stored one.
        if abs(place - round(place)) < 1e-6:
            place = float(round(place))
        frame = floor(place)
        around = self._file.read(frame, 2)
        if not len(around):
            return None
        first, weight = around[0], place - frame
        root_m, rotations = first["root_m"].astype(np.float64), first["rotations_wxyz"].astype(np.float64)
        contacts = first["contacts"].astype(np.float64)
        if weight > 0.0 and len(around) > 1:
            root_m = root_m + weight * (around[1]["root_m"] - root_m)
            rotations = slerp(rotations, around[1]["rotations_wxyz"].astype(np.float64), weight)
        return Pose(track_s, root_m, rotations, contacts)

    def dance(self, first: int = 0, count: int | None = None) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return roots (T, 3), rotations (T, J, 4) and contacts (T, F) of a stretch of it."""
        records = self._file.read(first, self.count - first if count is None else count)
        return records["root_m"], records["rotations_wxyz"], records["contacts"]
