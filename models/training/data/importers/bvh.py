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
    names: list[str] = []
    parents: list[int] = []
    offsets: list[list[float]] = []
    channels: list[tuple[int, str]] = []
    open_joints: list[int] = []
    number = 0
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words:
            continue
        match words[0].upper():
            case "ROOT" | "JOINT":
                parents.append(open_joints[-1] if open_joints else -1)
                names.append(" ".join(words[1:]))
                offsets.append([0.0, 0.0, 0.0])
                open_joints.append(len(names) - 1)
            case "END":
                open_joints.append(-1)
            case "OFFSET":
                if open_joints and open_joints[-1] >= 0:
                    offsets[open_joints[-1]] = _numbers(words[1:], 3, file, number)
            case "CHANNELS":
                channels += [(open_joints[-1], word.lower()) for word in words[2:]]
            case "}":
                if not open_joints:
                    raise _wrong(file, number, "a joint to close", line)
                open_joints.pop()
            case "MOTION":
                break
            case "{" | "HIERARCHY":
                pass
            case _:
                raise _wrong(file, number, "HIERARCHY, JOINT, OFFSET, CHANNELS or MOTION", line)
    else:
        raise FarandoleError(f"{file}: expected a BVH file with a line MOTION, got {len(lines)} lines without one")
    if not names:
        raise FarandoleError(f"{file}: expected at least one joint before MOTION, got none")
    fps, values = _motion(lines[number:], len(channels), file, number)
    rotations_wxyz, positions = _animated(values, channels, len(names))
    rest = np.array(offsets)
    moved = np.array([joint == 0 and kind.endswith("position") for joint, kind in channels]).any()
    root = positions[:, 0] if moved else np.broadcast_to(rest[0], (len(values), 3))
    return Captured(tuple(names), tuple(parents), rest, rotations_wxyz, root, fps)


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
