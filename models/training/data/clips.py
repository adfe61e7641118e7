"""A clip of motion on our skeleton, and the packed file that holds many of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from realtime.errors import FarandoleError
from realtime.motion.rotations import normalise
from realtime.motion.skeleton import JOINT_COUNT, JOINT_NAMES
from realtime.types import FloatArray

PRIOR_STYLE = "general"
"""Clips of this style are not dance: they teach how bodies move and get no music."""


@dataclass(frozen=True)
class Clip:
    """A stretch of motion.

    Attributes:
        name: unique in its collection.
        style: "salsa", "break", ...; `PRIOR_STYLE` for what is no dance.
        trial: what was recorded together; never divided between training and test.
        source, licence: to be named wherever the data or what it taught goes.
        fps: frames per second.
        root_m: shape (T, 3).
        rotations_wxyz: shape (T, J, 4), each `parent_from_joint`.
        bpm: tempo of the music that it was danced to, where known.
        beat_origin_s: a time of the clip on a beat of that music.
        beat_exact: whether tempo and origin are known rather than estimated.
    """

    name: str
    style: str
    trial: str
    source: str
    licence: str
    fps: float
    root_m: FloatArray
    rotations_wxyz: FloatArray
    bpm: float | None = None
    beat_origin_s: float | None = None
    beat_exact: bool = False

    @property
    def seconds(self) -> float:
        """How long it is, from the first frame to the last."""
        return (len(self.root_m) - 1) / self.fps

    def part(self, first: int, last: int, name: str) -> "Clip":
        """Return frames `first` to before `last` as a clip of its own; its beats stay where they were."""
        origin_s = None if self.beat_origin_s is None else self.beat_origin_s - first / self.fps
        return replace(
            self,
            name=name,
            root_m=self.root_m[first:last],
            rotations_wxyz=self.rotations_wxyz[first:last],
            beat_origin_s=origin_s,
        )


def plain_name(name: str) -> str:
    """Return a name that is good for files everywhere."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name)


def read_packed(file: Path) -> Iterator[Clip]:
    """Yield the clips of `NAME.npz` with its `NAME.json`.

    Raises:
        FarandoleError: a file is missing, or is of another skeleton.
    """
    table_file = file.with_suffix(".json")
    try:
        table: list[dict[str, Any]] = json.loads(table_file.read_text(encoding="utf-8"))
        with np.load(file) as arrays:
            roots_m = arrays["root_m"].astype(np.float64)
            xyzw = arrays["local_quat_xyzw"]
            names = tuple(str(name) for name in arrays["joint_names"])
    except (OSError, KeyError, ValueError) as error:
        raise FarandoleError(f"{file}: expected packed motion with a {table_file.name} beside it: {error}") from error
    if xyzw.shape[1:] != (JOINT_COUNT, 4) or [name.lower() for name in names] != list(JOINT_NAMES):
        raise FarandoleError(f"{file}: expected the {JOINT_COUNT} joints {JOINT_NAMES}, got {names}")
    for row in table:
        frames = slice(row["start"], row["start"] + row["frames"])
        rotations_wxyz = xyzw[frames].astype(np.float64)[..., [3, 0, 1, 2]]
        yield Clip(
            name=row["name"],
            style=row["style"],
            trial=row["trial"],
            source=row["source"],
            licence=row["licence"],
            fps=float(row["fps"]),
            root_m=roots_m[frames],
            rotations_wxyz=normalise(rotations_wxyz),
            bpm=row.get("bpm"),
            beat_origin_s=row.get("beat_origin_s"),
            beat_exact=str(row.get("beat_source") or "").startswith("exact"),
        )
