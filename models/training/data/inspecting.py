"""Looks at data before anything learns from it: a sheet per clip, and a table of what there is of each style."""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import numpy as np

from models.training.data import library, store
from models.training.data.clips import Clip
from models.training.data.preparing import Prepared, prepare
from models.training.data.sheets import Drawable, draw_sheet
from models.training.data.store import TakeInfo
from realtime.errors import FarandoleError

Item = TypeVar("Item", TakeInfo, Clip)


@dataclass(frozen=True)
class Row:
    """What there is of a style in one split.

    Attributes:
        style, split: "" as split for motion that is not paired yet.
        count: takes or clips.
        trials: recordings that they come from.
        minutes: of motion.
        bpm: tempi from, to, as text.
        on_beat, on_beat_before, on_beat_shifted, heard: means, see `TakeInfo`; weighted by strong accents and seconds.
        fastest_warp: the farthest of all.
    """

    style: str
    split: str
    count: int
    trials: int
    minutes: float
    bpm: str
    on_beat: float
    on_beat_before: float
    on_beat_shifted: float
    heard: float
    fastest_warp: float


def inspect(
    folder: Path, out: Path, *, sheets: int = 3, progress: Callable[[int, str], None] = lambda _count, _name: None
) -> tuple[list[Row], list[str]]:
    """Draw up to `sheets` sheets for every style into `out`, write `summary.csv`, and return the table.

    Args:
        folder: a paired directory, imported motion or packed motion.
        out: where to write.
        sheets: how many of each style and split.
        progress: is told how many sheets there will be, and each one's name.

    Returns:
        the table, and what could not be read.

    Raises:
        FarandoleError: the folder is none of these.
    """
    out.mkdir(parents=True, exist_ok=True)
    takes = read_takes(folder)
    problems: list[str] = []
    if takes is not None:
        rows = summary(takes)
        chosen = _some(takes, sheets, lambda take: (take.style, take.split))
        for take in chosen:
            draw_sheet(_drawn_take(folder, take), out / f"{take.name}.png")
            progress(len(chosen), take.name)
    else:
        clips: list[Clip] = []
        for clip in library.read_motion(folder):
            if isinstance(clip, FarandoleError):
                problems.append(str(clip))
            else:
                clips.append(clip)
        rows = _motion_summary(clips)
        some = _some(clips, sheets, lambda clip: (clip.style, ""))
        for clip in some:
            for piece in prepare(clip)[:1]:
                draw_sheet(_drawn_piece(piece), out / f"{clip.name}.png")
            progress(len(some), clip.name)
    with (out / "summary.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(Row))
        writer.writerows(astuple(row) for row in rows)
    return rows, problems


def read_takes(folder: Path) -> list[TakeInfo] | None:
    """Return the index of a paired directory; None when the folder is something else."""
    index = folder / "index.json"
    if not index.exists():
        return None
    try:
        content: dict[str, Any] = json.loads(index.read_text(encoding="utf-8"))
    except ValueError as error:
        raise FarandoleError(f"{index}: expected an index in JSON: {error}") from error
    if content.get("format") != store.FORMAT:
        return None
    return [TakeInfo(**take) for take in content["takes"]]


def summary(takes: Sequence[TakeInfo]) -> list[Row]:
    """Return the table of paired takes."""
    groups: dict[tuple[str, str], list[TakeInfo]] = defaultdict(list)
    for take in takes:
        groups[take.style, take.split].append(take)
    return [_row(style, split, group) for (style, split), group in sorted(groups.items())]


def _row(style: str, split: str, takes: list[TakeInfo]) -> Row:
    accents = np.array([take.strong_accents for take in takes], np.float64)
    seconds = np.array([take.seconds for take in takes])
    tempi = [take.bpm for take in takes if take.bpm > 0.0]

    def mean(values: Iterator[float], weights: np.ndarray[Any, np.dtype[np.float64]]) -> float:
        return round(float(np.average(list(values), weights=weights)), 3) if weights.sum() > 0 else 0.0

    return Row(
        style=style,
        split=split,
        count=len(takes),
        trials=len({take.trial for take in takes}),
        minutes=round(float(seconds.sum()) / 60.0, 2),
        bpm=f"{min(tempi):.0f}-{max(tempi):.0f}" if tempi else "",
        on_beat=mean((take.on_beat for take in takes), accents),
        on_beat_before=mean((take.on_beat_before for take in takes), accents),
        on_beat_shifted=mean((take.on_beat_shifted for take in takes), accents),
        heard=mean((take.heard for take in takes), seconds) if tempi else 0.0,
        fastest_warp=max(take.fastest_warp for take in takes),
    )


def _motion_summary(clips: Sequence[Clip]) -> list[Row]:
    rows: list[Row] = []
    for style in sorted({clip.style for clip in clips}):
        group = [clip for clip in clips if clip.style == style]
        tempi = [clip.bpm for clip in group if clip.bpm]
        bpm = f"{min(tempi):.0f}-{max(tempi):.0f}" if tempi else ""
        minutes = round(sum(clip.seconds for clip in group) / 60.0, 2)
        trials = len({clip.trial for clip in group})
        rows.append(Row(style, "", len(group), trials, minutes, bpm, 0.0, 0.0, 0.0, 0.0, 0.0))
    return rows


def _some(items: Sequence[Item], most: int, group: Callable[[Item], tuple[str, str]]) -> list[Item]:
    """Return up to `most` items of every group, scattered over it and always the same."""
    queue = sorted(items, key=lambda item: (crc32(item.name.encode()), item.name))
    chosen: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in queue:
        if len(chosen[group(item)]) < most:
            chosen[group(item)].append(item)
    return [item for key in sorted(chosen) for item in chosen[key]]


def _drawn_take(folder: Path, take: TakeInfo) -> Drawable:
    with np.load(folder / f"{take.name}.npz") as arrays:
        motion = {key: arrays[key].astype(np.float64) for key in ("root_m", "rotations_wxyz", "contacts", "accents")}
        count = len(motion["root_m"])
        beats_s, places, energy = np.empty(0), np.empty(0, np.int64), np.empty(0)
        if take.kind == "dance":
            beats_s, places = arrays["beats_s"] - take.start_s, arrays["beat_in_bar"]
            frame_s = take.start_s + np.arange(count) / store.FPS
            energy = np.interp(frame_s, arrays["hop_time_s"], arrays["hop_levels"][:, 5])
    title = f"{take.name}: {take.style}, {take.split}, {take.bpm:.1f} BPM, {take.source}"
    return Drawable(title=title, fps=store.FPS, beats_s=beats_s, beat_in_bar=places, music_energy=energy, **motion)


def _drawn_piece(piece: Prepared) -> Drawable:
    clip, grid = piece.clip, piece.grids[0] if piece.grids else None
    beats_s = grid.beat_s if grid else np.empty(0)
    places = (np.arange(len(beats_s)) - (grid.downbeat if grid else 0)) % 4 + 1
    tempo = f", {grid.bpm:.1f} BPM" if grid else ""
    return Drawable(
        title=f"{clip.name}: {clip.style}{tempo}, {clip.source}",
        fps=clip.fps,
        root_m=clip.root_m,
        rotations_wxyz=clip.rotations_wxyz,
        contacts=piece.contacts.astype(np.float64),
        accents=piece.accents.on_frames(piece.accents.times_s, len(clip.root_m), clip.fps),
        beats_s=beats_s,
        beat_in_bar=places,
        music_energy=np.empty(0),
    )
