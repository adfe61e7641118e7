"""A file of records that one process appends to while others read it, mapped into memory.

The writer puts records behind the count and then raises the count; a reader never looks past it. Going back lowers the
count and raises the revision first, so a reader that sees the same revision before and after has read what was valid.
The pages belong to the file: two hours of dance cost disk, not memory.
"""

import mmap
import os
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_MAGIC = 0x46415232
_HEADER = np.dtype(
    [
        ("magic", np.uint64),
        ("record_bytes", np.uint64),
        ("capacity", np.int64),
        ("count", np.int64),
        ("revision", np.int64),
        ("complete", np.int64),
        ("note", np.int64),
    ]
)


class GrowingFile:
    """Records of one dtype. One process writes, any process reads."""

    def __init__(self, path: Path, record: np.dtype[Any], *, writable: bool) -> None:
        """Map an existing file; see `create`.

        Raises:
            ValueError: the file holds something else.
            OSError: the file cannot be mapped.
        """
        self.path = path
        size = path.stat().st_size
        with path.open("r+b" if writable else "rb") as file:
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            self._memory = mmap.mmap(file.fileno(), 0, access=access) if size else mmap.mmap(-1, _HEADER.itemsize)
        self._header: Any = np.frombuffer(self._memory, dtype=_HEADER, count=1)[0]
        self.capacity = int(self._header["capacity"])
        wanted = _HEADER.itemsize + self.capacity * record.itemsize
        if (
            int(self._header["magic"]) != _MAGIC
            or int(self._header["record_bytes"]) != record.itemsize
            or size < wanted
        ):
            raise ValueError(f"{path}: expected {record.itemsize}-byte records of a rehearsal, from the same version")
        self.records: NDArray[Any] = np.frombuffer(
            self._memory, dtype=record, count=self.capacity, offset=_HEADER.itemsize
        )

    @classmethod
    def create(cls, path: Path, record: np.dtype[Any], capacity: int) -> Self:
        """Return a new, empty file for at most `capacity` records; sparse where the system knows how."""
        header = np.zeros(1, dtype=_HEADER)
        header["magic"], header["record_bytes"], header["capacity"] = _MAGIC, record.itemsize, capacity
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("wb") as file:
            file.write(header.tobytes())
            os.ftruncate(file.fileno(), _HEADER.itemsize + capacity * record.itemsize)
        return cls(path, record, writable=True)

    @property
    def count(self) -> int:
        """How many records are valid."""
        return int(self._header["count"])

    @property
    def revision(self) -> int:
        """How often the writer went back."""
        return int(self._header["revision"])

    @property
    def complete(self) -> bool:
        """Whether the writer has nothing more to say."""
        return bool(self._header["complete"])

    @property
    def note(self) -> int:
        """A number that the writer left for its readers; 0 at first."""
        return int(self._header["note"])

    def leave_note(self, number: int) -> None:
        """Leave a number for the readers."""
        self._header["note"] = number

    def append(self, records: NDArray[Any]) -> int:
        """Put records behind the last one and return how many there was room for."""
        count = self.count
        fitting = min(len(records), self.capacity - count)
        self.records[count : count + fitting] = records[:fitting]
        self._header["count"] = count + fitting
        return fitting

    def go_back(self, count: int) -> None:
        """Take back all records from `count` on."""
        self._header["complete"] = 0
        self._header["revision"] += 1
        self._header["count"] = min(count, self.count)

    def finish(self) -> None:
        """Say that this is all."""
        self._header["complete"] = 1

    def read(self, first: int, count: int) -> NDArray[Any]:
        """Return a copy of up to `count` records from `first` on, all of them valid."""
        while True:
            revision = self.revision
            copy = self.records[max(first, 0) : max(min(first + count, self.count), 0)].copy()
            if self.revision == revision:
                return copy
