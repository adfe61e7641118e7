"""Writes a take into a file for somebody else: a film with the music, a motion format, or the cue list.

It runs in a process of its own (`app/export_job.py`): a film takes the machine, and a window must stay alive.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.export_motion import FORMATS, VRMA_FPS
from app.exports.csv_dance import csv_text
from app.exports.resample import resampled
from realtime.audio.av_track import open_track
from realtime.errors import RecordingError
from realtime.outputs.session import Recording
from realtime.room.cues import CUE_LISTS
from realtime.room.danced import DANCE_FPS, DancedFile
from realtime.room.grid import BeatGrid
from realtime.room.heard import HeardFile
from realtime.room.take import load_take
from realtime.types import FloatArray, MusicFrame

FILM = "mp4"
KINDS = (FILM, "glb", "bvh", "vrma", "csv", "cues.csv", "cues.md")
"""What a take can be written as, by the ending of its file."""


@dataclass(frozen=True)
class ExportOrder:
    """What to write, and from what.

    Attributes:
        kind: one of `KINDS`.
        out: the file.
        track: path of the track.
        danced: the lane's `DancedFile`.
        heard: the `HeardFile`.
        take: the take's file.
        look, camera: of the film.
        size: of the film, pixels.
        fps: pictures a second of the film.
    """

    kind: str
    out: Path
    track: Path
    danced: Path
    heard: Path
    take: Path
    look: str = "neon"
    camera: str = "orbit"
    size: tuple[int, int] = (1920, 1080)
    fps: int = 60


@dataclass(frozen=True, eq=False)
class TakenDance:
    """A whole dance out of a `DancedFile`; a `Dance` and more."""

    time_s: FloatArray
    root_m: FloatArray
    rotations_wxyz: FloatArray
    contacts: FloatArray


def export_take(
    order: ExportOrder,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Write the file; return False when it was cancelled, and then no file is left.

    Raises:
        FarandoleError: there is nothing to write, or the file cannot be written.
    """
    try:
        if order.kind.startswith("cues."):
            order.out.write_text(_cues(order), encoding="utf-8")
            return True
        dance = read_dance(order.danced)
        if order.kind == FILM:
            return _film(order, dance, progress, cancelled)
        order.out.write_bytes(_motion(order.kind, dance))
    except OSError as error:
        raise RecordingError(f"{order.out}: cannot write here ({error.strerror})") from error
    return True


def read_dance(path: Path) -> TakenDance:
    """Return what is danced so far.

    Raises:
        RecordingError: nothing is.
    """
    roots, rotations, contacts = DancedFile.attach(path).dance()
    if not len(roots):
        raise RecordingError(f"{path}: nothing is danced yet; wait a moment and export again")
    return TakenDance(
        np.arange(len(roots)) / DANCE_FPS,
        roots.astype(np.float64),
        rotations.astype(np.float64),
        contacts.astype(np.float64),
    )


def free_path(track: Path, kind: str) -> Path:
    """Return a path beside the track that is not taken: TRACK.take.mp4, TRACK.take-2.mp4 and so on."""
    stem = track.with_suffix("")
    candidate = Path(f"{stem}.take.{kind}")
    number = 2
    while candidate.exists():
        candidate = Path(f"{stem}.take-{number}.{kind}")
        number += 1
    return candidate


def _motion(kind: str, dance: TakenDance) -> bytes:
    recording = Recording(dance.time_s, dance.root_m, dance.rotations_wxyz, DANCE_FPS)
    if kind == "csv":
        return csv_text(recording).encode("ascii")
    return FORMATS[kind](resampled(recording, VRMA_FPS if kind == "vrma" else None))


def _cues(order: ExportOrder) -> str:
    take = load_take(order.take)
    return CUE_LISTS[order.kind.removeprefix("cues.")](take, take.beat_grid, order.track.stem)


def _film(
    order: ExportOrder, dance: TakenDance, progress: Callable[[float], None], cancelled: Callable[[], bool]
) -> bool:
    from app.exports.video import render_video  # noqa: PLC0415 - VisPy, for films only

    track = open_track(order.track)
    music = _on_grid(HeardFile.attach(order.heard), load_take(order.take).beat_grid)
    film = render_video(
        order.out,
        dance,
        music=music,
        audio=track,
        look=order.look,
        camera=order.camera,
        size=order.size,
        fps=order.fps,
        until_s=min(track.duration_s, float(dance.time_s[-1])),
        progress=progress,
        cancelled=cancelled,
    )
    return film is not None


def _on_grid(heard: HeardFile, grid: BeatGrid | None) -> list[MusicFrame]:
    frames = heard.frames(0, heard.count)
    if grid is None:
        return frames
    return [MusicFrame(frame.time_s, frame.features, grid.clock_at(frame.time_s)) for frame in frames]
