"""The paired directory: one `NAME.npz` (and `NAME.ogg`) per take, and an index that is written last.

A take's file appears whole or not at all, so an interrupted run goes on where it stopped. Each file carries its own
entry of the index, and what it was made from.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.errors import FarandoleError

FORMAT = "farandole-pairs-1"
Arrays = dict[str, NDArray[np.generic]]
FPS = 30.0
"""Frames per second of the motion in a paired directory."""


@dataclass(frozen=True)
class TakeInfo:
    """One entry of the index.

    Attributes:
        name: of the files.
        clip: that it was cut from.
        style, trial, source, licence: of the clip.
        split: "train" or "test".
        kind: "dance", or "prior": motion without music.
        bpm: tempo of the music; 0 without music.
        start_s: time of the music at the first frame of motion.
        seconds: how long the motion is.
        variant: number of the music among those that were made for this stretch of dance.
        strong_accents: how many accents of the stretch are strong.
        heard: share of the time that the live tracker knew the beat, within 70 ms; 0 without music.
        on_beat: share of strong accents within 50 ms of a beat.
        on_beat_before: the same, before the warp, at the best constant tempo.
        on_beat_shifted: the same, after the warp, for the beats moved by a random part of a beat: chance.
        fastest_warp: the farthest that the dance was ever sped up or slowed down, 0.1 is 10 %.
    """

    name: str
    clip: str
    style: str
    trial: str
    split: str
    kind: str
    source: str
    licence: str
    bpm: float
    start_s: float
    seconds: float
    variant: int
    strong_accents: int = 0
    heard: float = 0.0
    on_beat: float = 0.0
    on_beat_before: float = 0.0
    on_beat_shifted: float = 0.0
    fastest_warp: float = 0.0


def read_index(folder: Path, *, split: str, kinds: Sequence[str] = ("dance",)) -> list[TakeInfo]:
    """Return the entries of one side of the split, in the order of their names.

    Raises:
        FarandoleError: this is no paired directory, or it has no such take.
    """
    file = folder / "index.json"
    try:
        index = json.loads(file.read_text(encoding="utf-8"))
        if index["format"] != FORMAT:
            raise FarandoleError(
                f'{file}: expected the format "{FORMAT}", got "{index["format"]}"; pair the data again'
            )
        known = {field.name for field in fields(TakeInfo)}
        entries = [TakeInfo(**{key: value for key, value in row.items() if key in known}) for row in index["takes"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FarandoleError(
            f"{folder}: expected what farandole data pair writes, its index.json cannot be read ({error})"
        ) from error
    takes = [entry for entry in entries if entry.split == split and entry.kind in kinds]
    if not takes:
        raise FarandoleError(f'{folder}: expected {" or ".join(kinds)} takes of the split "{split}", found none')
    return sorted(takes, key=lambda entry: entry.name)


def write_take(folder: Path, info: TakeInfo, arrays: Mapping[str, NDArray[np.generic]], recipe: str) -> None:
    """Write one take; `recipe` names what it was made from and how."""
    part = folder / f".{info.name}.part"
    entry = np.array(json.dumps({"recipe": recipe, "take": asdict(info)}))
    with part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, entry=entry, **arrays)
    part.replace(folder / f"{info.name}.npz")


def read_entry(folder: Path, name: str, recipe: str) -> TakeInfo | None:
    """Return the entry of a take that is there and was made by `recipe`; None otherwise."""
    file = folder / f"{name}.npz"
    if not file.exists():
        return None
    try:
        with np.load(file) as arrays:
            entry = json.loads(str(arrays["entry"]))
    except (OSError, ValueError, KeyError):
        return None
    return TakeInfo(**entry["take"]) if entry["recipe"] == recipe else None


def write_index(folder: Path, takes: Sequence[TakeInfo], seed: int) -> None:
    """Write the index of a finished directory."""
    index = {"format": FORMAT, "seed": seed, "takes": [asdict(take) for take in sorted(takes, key=lambda t: t.name)]}
    part = folder / ".index.part"
    part.write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    os.replace(part, folder / "index.json")  # noqa: PTH105
