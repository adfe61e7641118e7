"""Reads Acclaim's pair of files: an ASF skeleton and an AMC motion, as the CMU collection has them.

A bone of an ASF file turns about axes of its own: with C the rotation to those axes and M the turns of the AMC file, a
bone's rotation in its parent is C M C^-1, and identity is the rest pose. Turns are Rz Ry Rx, degrees.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from models.training.data.importers.captured import Captured
from realtime.errors import FarandoleError
from realtime.motion.rotations import conjugate, from_axis_angle, multiply
from realtime.types import FloatArray

CMU_FPS = 120.0
"""AMC files do not say; CMU's are recorded at this rate."""
_AXES = np.eye(3)


@dataclass
class _Bone:
    name: str
    direction: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    length: float = 0.0
    axis_deg: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    dof: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Skeleton:
    """What an ASF file says: bones, the root first, and each one's parent."""

    bones: list[_Bone]
    parents: list[int]


def read_asf_amc(asf: Path, amc: Path, *, fps: float = CMU_FPS) -> Captured:
    """Return the motion of an AMC file on the skeleton of an ASF file.

    Raises:
        FarandoleError: one of them is something else, or they do not belong together.
    """
    skeleton = read_asf(asf)
    bones = skeleton.bones
    index = {bone.name: number for number, bone in enumerate(bones)}
    frames = _frames(amc, {bone.name: len(bone.dof) for bone in bones})
    rotations_wxyz = np.zeros((len(frames), len(bones), 4))
    rotations_wxyz[..., 0] = 1.0
    root = np.zeros((len(frames), 3))
    for name, number in index.items():
        bone = bones[number]
        if not bone.dof:
            continue
        missing = [k for k, frame in enumerate(frames) if name not in frame]
        if missing:
            raise FarandoleError(f"{amc}: expected {name} in every frame, frame {missing[0] + 1} has none")
        values = np.array([frame[name] for frame in frames])
        turns = np.zeros((len(frames), 3))
        for column, kind in enumerate(bone.dof):
            if kind[0] == "t":
                root[:, "xyz".index(kind[1])] = values[:, column]
            elif kind[0] == "r":
                turns[:, "xyz".index(kind[1])] = values[:, column]
        axis_wxyz = _euler(np.array(bone.axis_deg))
        rotations_wxyz[:, number] = multiply(multiply(axis_wxyz, _euler(turns)), conjugate(axis_wxyz))
    # A joint is where its bone begins, which is where its parent's bone ends.
    ends = np.array([np.array(bone.direction) * bone.length for bone in bones])
    offsets = np.array([ends[parent] if parent >= 0 else np.zeros(3) for parent in skeleton.parents])
    names = tuple(bone.name for bone in bones)
    return Captured(names, tuple(skeleton.parents), offsets, rotations_wxyz, root, fps)


def read_asf(file: Path) -> Skeleton:
    """Return the skeleton of an ASF file.

    Raises:
        FarandoleError: it is none.
    """
    bones = [_Bone("root", dof=["tx", "ty", "tz", "rx", "ry", "rz"])]
    children: list[tuple[str, str]] = []
    section = ""
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        try:
            if words[0].startswith(":"):
                section = words[0][1:].lower()
            elif section == "bonedata" and words[0].lower() == "begin":
                bones.append(_Bone(""))
            elif section == "hierarchy" and len(words) > 1:
                children += [(words[0], child) for child in words[1:]]
            elif section in {"root", "bonedata"}:
                _describe(bones[-1], words[0].lower(), words[1:])
        except (ValueError, IndexError):
            raise FarandoleError(f"{file}, line {number}: expected an ASF entry, got {line.strip()[:60]!r}") from None
    return _ordered(bones, children, file)


def _describe(bone: _Bone, word: str, values: list[str]) -> None:
    """Take one line about a bone."""
    match word:
        case "order" | "dof":
            bone.dof = [value.lower() for value in values]
        case "orientation":
            bone.axis_deg = [float(value) for value in values[:3]]
        case "axis":
            # "axis X Y Z" is the root's order of turns; numbers are a bone's own axes.
            bone.axis_deg = bone.axis_deg if len(values) < 3 else [float(value) for value in values[:3]]
        case "name":
            bone.name = values[0]
        case "direction":
            bone.direction = [float(value) for value in values[:3]]
        case "length":
            bone.length = float(values[0])
        case _:
            pass


def _ordered(bones: list[_Bone], children: list[tuple[str, str]], file: Path) -> Skeleton:
    """Return bones with parents before children."""
    by_name = {bone.name: bone for bone in bones}
    if not children:
        raise FarandoleError(f"{file}: expected an ASF skeleton with a :hierarchy, got none")
    order, parents = ["root"], [-1]
    waiting = list(children)
    while waiting:
        ready = [(parent, child) for parent, child in waiting if parent in order]
        if not ready:
            raise FarandoleError(f"{file}: expected every bone to hang from the root, {waiting[0][0]!r} does not")
        for parent, child in ready:
            if child not in by_name:
                raise FarandoleError(f"{file}: expected :bonedata for {child!r}, got none")
            order.append(child)
            parents.append(order.index(parent))
        waiting = [pair for pair in waiting if pair not in ready]
    return Skeleton([by_name[name] for name in order], parents)


def _frames(file: Path, dof: dict[str, int]) -> list[dict[str, list[float]]]:
    frames: list[dict[str, list[float]]] = []
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        words = line.split("#")[0].split()
        if not words or words[0].startswith(":"):
            continue
        if len(words) == 1 and words[0].isdecimal():
            frames.append({})
            continue
        if words[0] not in dof or not frames:
            raise FarandoleError(
                f"{file}, line {number}: expected a frame number or a bone of the skeleton, got {line.strip()[:60]!r}"
            )
        try:
            values = [float(word) for word in words[1:]]
        except ValueError:
            values = []
        if len(values) != dof[words[0]]:
            raise FarandoleError(
                f"{file}, line {number}: expected {dof[words[0]]} numbers for {words[0]}, got {line.strip()[:60]!r}"
            )
        frames[-1][words[0]] = values
    if len(frames) < 2:
        raise FarandoleError(f"{file}: expected two frames or more, got {len(frames)}")
    return frames


def _euler(angles_deg: FloatArray) -> FloatArray:
    """Return Rz Ry Rx for angles (..., 3) about x, y, z: shape (..., 4)."""
    x, y, z = (from_axis_angle(_AXES[k], np.radians(angles_deg[..., k])) for k in range(3))
    return multiply(z, multiply(y, x))
