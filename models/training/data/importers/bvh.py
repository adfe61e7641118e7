"""Reads BVH: a hierarchy of offsets and channels, then a line of numbers for every frame.

Channels may come in any order; angles are degrees about the joint's own axes, the first channel outermost.
"""

from pathlib import Path

import numpy as np

from models.training.data.importers.captured import Captured
from realtime.errors import FarandoleError
from realtime.motion.rotations import from_axis_angle, multiply
from realtime.types import FloatArray

_AXES = {"x": np.array([1.0, 0.0, 0.0]), "y": np.array([0.0, 1.0, 0.0]), "z": np.array([0.0, 0.0, 1.0])}


def read_bvh(file: Path) -> Captured:
    """Return the motion of a BVH file.

    Raises:
        FarandoleError: it is none, or is cut short.
    """
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    motion = next((number for number, line in enumerate(lines) if line.strip().upper() == "MOTION"), None)
    if motion is None:
        raise FarandoleError(f"{file}: expected a BVH file with a line MOTION, got {len(lines)} lines without one")
    hierarchy = _Hierarchy(file)
    for number, line in enumerate(lines[:motion], 1):
        hierarchy.read(number, line)
    if not hierarchy.names:
        raise FarandoleError(f"{file}: expected at least one joint before MOTION, got none")
    channels = hierarchy.channels
    fps, values = _motion(lines[motion + 1 :], len(channels), file, motion + 1)
    rotations_wxyz, positions = _animated(values, channels, len(hierarchy.names))
    rest = np.array(hierarchy.offsets)
    moved = any(joint == 0 and kind.endswith("position") for joint, kind in channels)
    root = positions[:, 0] if moved else np.broadcast_to(rest[0], (len(values), 3))
    return Captured(tuple(hierarchy.names), tuple(hierarchy.parents), rest, rotations_wxyz, root, fps)


class _Hierarchy:
    """Collects joints and channels, line by line."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._open: list[int] = []
        self.names: list[str] = []
        self.parents: list[int] = []
        self.offsets: list[list[float]] = []
        self.channels: list[tuple[int, str]] = []

    def read(self, number: int, line: str) -> None:
        """Take one line."""
        words = line.split()
        match words[0].upper() if words else "":
            case "ROOT" | "JOINT":
                self.parents.append(self._open[-1] if self._open else -1)
                self.names.append(" ".join(words[1:]))
                self.offsets.append([0.0, 0.0, 0.0])
                self._open.append(len(self.names) - 1)
            case "END":
                self._open.append(-1)
            case "OFFSET" if self._open:
                offset = _numbers(words[1:], 3, self._file, number)
                if self._open[-1] >= 0:
                    self.offsets[self._open[-1]] = offset
            case "CHANNELS" if self._open and self._open[-1] >= 0:
                self.channels += [(self._open[-1], word.lower()) for word in words[2:]]
            case "}" if self._open:
                self._open.pop()
            case "" | "{" | "HIERARCHY":
                pass
            case _:
                raise _wrong(self._file, number, "HIERARCHY, JOINT, OFFSET, CHANNELS or MOTION", line)


def _motion(lines: list[str], width: int, file: Path, before: int) -> tuple[float, FloatArray]:
    frame_s, rows = 0.0, list[list[float]]()
    for number, line in enumerate(lines, before + 1):
        words = line.split()
        if not words:
            continue
        if line.lower().startswith("frame time"):
            frame_s = _numbers([line.split(":")[-1]], 1, file, number)[0]
        elif not line.lower().startswith("frames"):
            rows.append(_numbers(words, width, file, number))
    if frame_s <= 0.0 or len(rows) < 2:
        raise FarandoleError(f"{file}: expected a frame time and two frames or more, got {frame_s} s and {len(rows)}")
    return 1.0 / frame_s, np.array(rows)


def _animated(values: FloatArray, channels: list[tuple[int, str]], count: int) -> tuple[FloatArray, FloatArray]:
    """Return rotations (T, J, 4) and positions (T, J, 3)."""
    rotations_wxyz = np.zeros((len(values), count, 4))
    rotations_wxyz[..., 0] = 1.0
    positions = np.zeros((len(values), count, 3))
    for column, (joint, kind) in enumerate(channels):
        axis = kind[0]
        if kind.endswith("rotation"):
            turn = from_axis_angle(_AXES[axis], np.radians(values[:, column]))
            rotations_wxyz[:, joint] = multiply(rotations_wxyz[:, joint], turn)
        else:
            positions[:, joint, "xyz".index(axis)] = values[:, column]
    return rotations_wxyz, positions


def _numbers(words: list[str], count: int, file: Path, number: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        raise _wrong(file, number, f"{count} numbers", " ".join(words)) from None
    if len(values) != count:
        raise _wrong(file, number, f"{count} numbers", f"{len(values)}")
    return values


def _wrong(file: Path, number: int, expected: str, got: str) -> FarandoleError:
    return FarandoleError(f"{file}, line {number}: expected {expected}, got {got.strip()[:60]!r}")
