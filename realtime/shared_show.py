"""The memory that a show and its windows share: a ring of poses, a clock line, and the health of the show.

Every record is written between two increments of its sequence number (a seqlock): a reader that sees an odd number, or
another number after reading, reads again. The writer never waits. One thread writes poses, one writes health.
"""

import mmap
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from realtime.health import HealthSnapshot
from realtime.motion.rotations import slerp
from realtime.motion.skeleton import JOINT_COUNT
from realtime.types import CONTACT_NAMES, Pose

_SLOTS = 128
_HEALTH_BYTES = 32_768
_MAGIC = 0x46415231
_TRIES = 50

_POSE = np.dtype(
    [
        ("sequence", np.uint64),
        ("time_s", np.float64),
        ("root_m", np.float64, (3,)),
        ("rotations_wxyz", np.float64, (JOINT_COUNT, 4)),
        ("contacts", np.float64, (len(CONTACT_NAMES),)),
    ]
)
_LAYOUT = np.dtype(
    [
        ("magic", np.uint64),
        ("newest", np.int64),
        ("poses", _POSE, (_SLOTS,)),
        ("sequence", np.uint64),
        ("host_s", np.float64),
        ("show_s", np.float64),
        ("length", np.uint64),
        ("health", np.uint8, (_HEALTH_BYTES,)),
    ]
)


class SharedShow:
    """A mapped file with the layout above."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self._all = np.frombuffer(memory, dtype=_LAYOUT, count=1)[0]
        self._poses: Any = self._all["poses"]
        self._decoder = msgspec.json.Decoder(HealthSnapshot)
        self._count = 0

    @classmethod
    def create(cls, path: Path) -> Self:
        """Return a new, empty memory in a file that only this user may read."""
        path.touch(mode=0o600)
        path.write_bytes(bytes(_LAYOUT.itemsize))
        shared = cls(_map(path))
        shared._all["newest"] = -1
        shared._all["magic"] = _MAGIC
        return shared

    @classmethod
    def attach(cls, path: Path) -> Self:
        """Return the memory in an existing file.

        Raises:
            ValueError: the file is not such a memory.
            OSError: the file cannot be mapped.
        """
        if path.stat().st_size != _LAYOUT.itemsize:
            raise ValueError(f"{path}: expected {_LAYOUT.itemsize} bytes of shared show, from the same version")
        shared = cls(_map(path))
        if int(shared._all["magic"]) != _MAGIC:
            raise ValueError(f"{path}: not a shared show")
        return shared

    @property
    def published_host_s(self) -> float:
        """Host time of the newest health."""
        return float(self._all["host_s"])

    def write_pose(self, pose: Pose) -> None:
        """Put a pose into the ring."""
        slot = self._poses[self._count % _SLOTS]
        slot["sequence"] += np.uint64(1)
        slot["time_s"] = pose.time_s
        slot["root_m"] = pose.root_m
        slot["rotations_wxyz"] = pose.rotations_wxyz
        slot["contacts"] = pose.contacts
        slot["sequence"] += np.uint64(1)
        self._all["newest"] = self._count
        self._count += 1

    def read_pose(self, time_s: float) -> Pose | None:
        """Return the pose at a show time: between two published ones, or the nearest outside."""
        newest = int(self._all["newest"])
        if newest < 0:
            return None
        kept = range(max(0, newest - _SLOTS + 9), newest + 1)
        times = self._poses["time_s"][np.array(kept) % _SLOTS]
        after = int(np.searchsorted(times, time_s))
        later = self._read_slot(kept[min(after, len(kept) - 1)])
        earlier = self._read_slot(kept[max(min(after - 1, len(kept) - 1), 0)])
        if later is None or earlier is None:
            return later or earlier
        span_s = later.time_s - earlier.time_s
        weight = min(max((time_s - earlier.time_s) / span_s, 0.0), 1.0) if span_s > 0.0 else 0.0
        return Pose(
            earlier.time_s + weight * span_s,
            earlier.root_m + weight * (later.root_m - earlier.root_m),
            slerp(earlier.rotations_wxyz, later.rotations_wxyz, weight),
            later.contacts if weight > 0.5 else earlier.contacts,
        )

    def write_health(self, snapshot: HealthSnapshot, *, host_s: float, show_s: float) -> None:
        """Publish the health and that `show_s` is the show time at `host_s`."""
        payload = msgspec.json.encode(snapshot)
        if len(payload) > _HEALTH_BYTES:
            # 32 targets with long errors: what they said last can be missed.
            payload = msgspec.json.encode(replace(snapshot, targets=()))
        self._all["sequence"] += np.uint64(1)
        self._all["host_s"] = host_s
        self._all["show_s"] = show_s
        self._all["length"] = len(payload)
        self._all["health"][: len(payload)] = np.frombuffer(payload, dtype=np.uint8)
        self._all["sequence"] += np.uint64(1)

    def read_health(self) -> HealthSnapshot | None:
        """Return the newest health; None before the first, and when the show was stopped while it writes."""
        for _ in range(_TRIES):
            before = int(self._all["sequence"])
            if before == 0:
                return None
            payload = self._all["health"][: int(self._all["length"])].tobytes()
            if before % 2 == 0 and int(self._all["sequence"]) == before:
                return self._decoder.decode(payload)
        return None

    def show_s(self, host_s: float) -> float:
        """Return the show time at a host time."""
        line_host_s = line_show_s = 0.0
        for _ in range(_TRIES):
            before = int(self._all["sequence"])
            line_host_s, line_show_s = float(self._all["host_s"]), float(self._all["show_s"])
            if before % 2 == 0 and int(self._all["sequence"]) == before:
                break
        return line_show_s + host_s - line_host_s

    def close(self) -> None:
        """Let go of the memory; it goes when nobody maps it any more."""
        del self._all, self._poses

    def _read_slot(self, number: int) -> Pose | None:
        slot = self._poses[number % _SLOTS]
        for _ in range(_TRIES):
            before = int(slot["sequence"])
            copy = slot.copy()
            if before % 2 == 0 and int(slot["sequence"]) == before:
                return Pose(float(copy["time_s"]), copy["root_m"], copy["rotations_wxyz"], copy["contacts"])
        return None


def _map(path: Path) -> mmap.mmap:
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), _LAYOUT.itemsize)
