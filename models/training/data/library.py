"""Motion that was imported: one `NAME.npz` per clip and an index; and any folder of motion that `pair` can read.

npz: `root_m` (T, 3) and `rotations_wxyz` (T, J, 4), float32, each `parent_from_joint`; `fps`; `entry`, as JSON: what
the index says of the clip, and what file it came from. A clip's file appears whole or not at all; the index is written
last, from the files.
"""

import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.training.data.clips import Clip, read_packed
from realtime.errors import FarandoleError
from realtime.motion.skeleton import JOINT_COUNT

FORMAT = "farandole-motion-1"
INDEX = "index.json"


def write_clip(folder: Path, clip: Clip, origin: str) -> None:
    """Write one clip; `origin` says what it was made from."""
    part = folder / f".{clip.name}.part"
    with part.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            root_m=clip.root_m.astype(np.float32),
            rotations_wxyz=clip.rotations_wxyz.astype(np.float32),
            fps=np.float64(clip.fps),
            entry=np.array(json.dumps(_entry(clip, origin))),
        )
    part.replace(folder / f"{clip.name}.npz")


def read_clip(file: Path) -> Clip:
    """Return one clip.

    Raises:
        FarandoleError: the file is none.
    """
    try:
        with np.load(file) as arrays:
            entry = json.loads(str(arrays["entry"]))
            root_m = arrays["root_m"].astype(np.float64)
            rotations_wxyz = arrays["rotations_wxyz"].astype(np.float64)
            fps = float(arrays["fps"])
            fields = {key: entry[key] for key in ("name", "style", "trial", "source", "licence")}
            beats = {key: entry[key] for key in ("bpm", "beat_origin_s", "beat_exact")}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise FarandoleError(f"{file}: expected an imported clip: {error}; import it again") from error
    if rotations_wxyz.shape != (len(root_m), JOINT_COUNT, 4):
        raise FarandoleError(f"{file}: expected rotations (T, {JOINT_COUNT}, 4), got {rotations_wxyz.shape}")
    return Clip(**fields, fps=fps, root_m=root_m, rotations_wxyz=rotations_wxyz, **beats)


def origin_of(folder: Path, name: str) -> str:
    """Return what a clip that is there was made from; "" when it is not there or broken."""
    try:
        with np.load(folder / f"{name}.npz") as arrays:
            return str(json.loads(str(arrays["entry"]))["origin"])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return ""


def write_index(folder: Path, names: Sequence[str]) -> None:
    """Write the index of the clips called `names`."""
    clips: list[dict[str, Any]] = []
    for name in sorted(names):
        with np.load(folder / f"{name}.npz") as arrays:
            clips.append(json.loads(str(arrays["entry"])))
    part = folder / ".index.part"
    part.write_text(json.dumps({"format": FORMAT, "clips": clips}, indent=1) + "\n", encoding="utf-8")
    os.replace(part, folder / INDEX)  # noqa: PTH105


def read_motion(folder: Path) -> Iterator[Clip | FarandoleError]:
    """Yield the clips of a folder: imported ones, or packed files (`NAME.npz` with `NAME.json`).

    A clip that cannot be read is yielded as the error that says so, and the others follow.

    Raises:
        FarandoleError: the folder holds neither.
    """
    index = folder / INDEX
    packed = [file for file in sorted(folder.glob("*.npz")) if file.with_suffix(".json").exists()]
    if index.exists():
        content = _index(index)
        for entry in content["clips"]:
            try:
                yield read_clip(folder / f"{entry['name']}.npz")
            except FarandoleError as error:
                yield error
    elif packed:
        for file in packed:
            yield from read_packed(file)
    else:
        raise FarandoleError(
            f"{folder}: expected a folder made by `farandole data import`, or packed motion (NAME.npz with NAME.json)"
        )


def _index(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FarandoleError(f"{file}: expected the index of imported motion: {error}") from error
    if content.get("format") != FORMAT:
        raise FarandoleError(
            f"{file}: expected format {FORMAT}, got {content.get('format')!r}; import the motion again"
        )
    return content


def _entry(clip: Clip, origin: str) -> dict[str, Any]:
    return {
        "name": clip.name,
        "style": clip.style,
        "trial": clip.trial,
        "source": clip.source,
        "licence": clip.licence,
        "bpm": clip.bpm,
        "beat_origin_s": clip.beat_origin_s,
        "beat_exact": clip.beat_exact,
        "seconds": round(clip.seconds, 3),
        "origin": origin,
    }
