"""A recorded dance on disk: a folder with `session.json` and parts of ten seconds, so that a crash costs one part.

Each part is an npz with one row for each pose: `time_s` (n,), `root_m` (n, 3), `rotations_wxyz` (n, J, 4), `contacts`
(n, F), and the beat that held then: `tempo_bpm`, `beat`, `beats_per_bar`, `confidence`, each (n,). Commands are in
`commands.jsonl`, one to a line, with the show time at which they were given. `read_recording` also takes the
`performance.npz` of a rehearsal.
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from realtime.errors import RecordingError
from realtime.motion.skeleton import JOINT_COUNT, JOINT_NAMES
from realtime.types import BeatState, FloatArray, Pose

SCHEMA = 1
HEADER = "session.json"
COMMANDS = "commands.jsonl"
Row = tuple[Pose, BeatState]


@dataclass(frozen=True, eq=False)
class Recording:
    """A dance to export.

    Attributes:
        time_s: shape (T,), rising.
        root_m: shape (T, 3).
        rotations_wxyz: shape (T, J, 4), each `parent_from_joint`.
        fps: poses per second, about.
    """

    time_s: FloatArray
    root_m: FloatArray
    rotations_wxyz: FloatArray
    fps: float


def header(**facts: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON takes
    """Return what `session.json` says."""
    return {"schema": SCHEMA, "program": "farandole", "joint_names": list(JOINT_NAMES), **facts}


def write_header(folder: Path, content: dict[str, Any]) -> None:
    """Write `session.json`, whole or not at all."""
    unfinished = folder / (HEADER + ".unfinished")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(folder / HEADER)


def write_part(folder: Path, number: int, rows: Sequence[Row]) -> None:
    """Write one part, whole or not at all."""
    unfinished = folder / f"part-{number:05}.unfinished"
    with unfinished.open("wb") as file:
        np.savez(
            file,
            time_s=np.array([pose.time_s for pose, _ in rows]),
            root_m=np.array([pose.root_m for pose, _ in rows]),
            rotations_wxyz=np.array([pose.rotations_wxyz for pose, _ in rows]),
            contacts=np.array([pose.contacts for pose, _ in rows]),
            tempo_bpm=np.array([beat.tempo_bpm for _, beat in rows]),
            beat=np.array([beat.beat_at(pose.time_s) for pose, beat in rows]),
            beats_per_bar=np.array([beat.beats_per_bar for _, beat in rows]),
            confidence=np.array([beat.confidence for _, beat in rows]),
        )
    unfinished.replace(folder / f"part-{number:05}.npz")


def read_recording(path: Path) -> Recording:
    """Return the dance in a session's folder, a rehearsal's folder or a `performance.npz`.

    Raises:
        RecordingError: there is none, or it is damaged.
    """
    files = [path] if path.suffix == ".npz" else sorted(path.glob("part-*.npz")) or [path / "performance.npz"]
    try:
        parts = [_read_part(file) for file in files]
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise RecordingError(
            f"{path}: no recorded dance ({error}); expected the folder of a session, or the performance.npz of a "
            "rehearsal"
        ) from error
    time_s, root_m, rotations = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    # A show may stand still or be sought in; what does not go on in time is not part of one dance.
    rising = np.concatenate([[True], time_s[1:] > np.maximum.accumulate(time_s)[:-1]])
    time_s, root_m, rotations = time_s[rising], root_m[rising], rotations[rising]
    if len(time_s) < 2:
        raise RecordingError(f"{path}: this dance has {len(time_s)} poses, which is too few to export")
    return Recording(time_s, root_m, rotations, 1.0 / float(np.median(np.diff(time_s))))


def _read_part(file: Path) -> tuple[FloatArray, FloatArray, FloatArray]:
    with np.load(file, allow_pickle=False) as arrays:
        time_s, root_m, rotations = arrays["time_s"], arrays["root_m"], arrays["rotations_wxyz"]
    n = len(time_s)
    if root_m.shape != (n, 3) or rotations.shape != (n, JOINT_COUNT, 4):
        raise ValueError(f"{file.name}: expected {n} poses of {JOINT_COUNT} joints, got {rotations.shape}")
    if not (np.isfinite(time_s).all() and np.isfinite(root_m).all() and np.isfinite(rotations).all()):
        raise ValueError(f"{file.name}: it holds values that are not numbers")
    return time_s, root_m, rotations
