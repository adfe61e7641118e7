"""`farandole rehearse TRACK --headless --out DIR`: a whole performance to disk, faster than it plays."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from app import compose
from app.beats_csv import write_beats
from app.versions import available_cores, versions
from realtime.audio.track import Track, heard
from realtime.config import Preset
from realtime.errors import FarandoleError
from realtime.meter import NullTimer
from realtime.motion.kinematics import forward_kinematics
from realtime.motion.skeleton import JOINT_NAMES, PARENTS
from realtime.rehearsal import Performance, heard_elsewhere, rehearse
from realtime.types import HOP_SAMPLES, MusicFrame
from realtime.worker import in_process

REPORT_SCHEMA = 1
_MOST_FILM_FPS = 60


@dataclass(frozen=True, slots=True)
class Film:
    """A film to make of a rehearsal: the file, and width and height of its pictures."""

    path: Path
    size: tuple[int, int] = (1280, 720)


def rehearse_to(
    out: Path, track: Track, preset: Preset, preset_name: str, *, film: Film | None = None, offline: bool = False
) -> dict[str, Any]:
    """Write `performance.npz`, `beats.csv` and `report.json` into `out`, and a film if asked; return the report.

    With `offline` the dancer knows the whole song before it begins; the report says so.

    The files appear all together at the end: an interruption leaves none, or those of an earlier run.

    Raises:
        FarandoleError: the folder or the film cannot be written.
    """
    heard: list[MusicFrame] = []
    with _all_or_nothing(out) as folder:
        report, performance = _rehearse(folder, track, preset, preset_name, heard if film else None, offline=offline)
    if film is not None:
        film_dance(film, performance, heard, track, preset)
    return report


def parse_size(text: str) -> tuple[int, int]:
    """Return width and height from a text like "1280x720".

    Raises:
        FarandoleError: it is no such text, or no video has that size.
    """
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()) or not all(
        16 <= int(side) <= 8192 and int(side) % 2 == 0 for side in (width, height)
    ):
        raise FarandoleError(f'--size must be even numbers of pixels from 16 to 8192, as in 1280x720, got "{text}"')
    return int(width), int(height)


def film_dance(film: Film, performance: Performance, music: list[MusicFrame], track: Track, preset: Preset) -> None:
    """Film a rehearsed dance in the look and by the camera of its preset.

    Raises:
        FarandoleError: the file cannot be written, or the preset has a look or a camera that is none.
    """
    from app.exports.video import render_video  # noqa: PLC0415 - Qt, GL and codecs only for a film

    try:
        with _progress("filming", film.path.name, 1.0) as advance:
            render_video(
                film.path,
                performance,
                music=music,
                audio=track,
                look=preset.stage.look,
                camera=preset.stage.camera,
                size=film.size,
                fps=min(preset.output.fps, _MOST_FILM_FPS),
                progress=advance,
            )
    except ValueError as error:
        raise FarandoleError(f"{film.path}: {error}") from error


def _rehearse(
    folder: Path,
    track: Track,
    preset: Preset,
    preset_name: str,
    kept: list[MusicFrame] | None,
    *,
    offline: bool,
) -> tuple[dict[str, Any], Performance]:
    started_s = time.perf_counter()
    dancer = compose.make_offline(preset, track) if offline else None
    engine = compose.make_engine(preset, (), NullTimer(), generator=dancer)
    listening = partial(_listen, track, preset)
    with _progress("rehearsing", track.title, track.duration_s) as advance:
        listened = in_process(listening) if available_cores() > 1 else listening()
        hearings = heard_elsewhere(engine, listened if kept is None else _keeping(listened, kept))
        performance = rehearse(engine, hearings, fps=preset.output.fps, progress=advance)
    elapsed_s = time.perf_counter() - started_s
    duration_s = len(performance.time_s) / preset.output.fps
    report: dict[str, Any] = {
        "schema": REPORT_SCHEMA,
        "track": track.title,
        "model": preset.dance.model,
        "offline": offline,
        "backend": "numpy",
        "preset": preset_name,
        "seed": preset.dance.seed,
        "fps": preset.output.fps,
        "duration_s": duration_s,
        "elapsed_s": elapsed_s,
        "real_time_factor": duration_s / elapsed_s if elapsed_s > 0 else 0.0,
        "beats": len(performance.beats),
        "deadline_misses": performance.deadline_misses,
        "starved_s": performance.starved_s,
        "generate_latency_s": preset.output.generate_latency_ms / 1000.0,
        "versions": versions(),
    }
    _write_performance(folder / "performance.npz", performance, preset.output.fps)
    write_beats(folder / "beats.csv", performance.beats)
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report, performance


def _keeping(
    listened: Iterator[tuple[float, list[MusicFrame]]], kept: list[MusicFrame]
) -> Iterator[tuple[float, list[MusicFrame]]]:
    for end_s, frames in listened:
        kept += frames
        yield end_s, frames


def _listen(track: Track, preset: Preset) -> Iterator[tuple[float, list[MusicFrame]]]:
    """Yield the end of each block of a track, and the frames that it completes."""
    listener = compose.make_listener(preset, NullTimer())
    for block in heard(track, HOP_SAMPLES):
        yield block.end_s, listener.hear(block)


def _write_performance(path: Path, performance: Performance, fps: int) -> None:
    positions = forward_kinematics(performance.root_m, performance.rotations_wxyz).positions_m
    np.savez(
        path,
        time_s=performance.time_s,
        root_m=performance.root_m,
        rotations_wxyz=performance.rotations_wxyz,
        positions_m=positions,
        contacts=performance.contacts,
        joint_names=np.array(JOINT_NAMES),
        parents=PARENTS,
        fps=np.float64(fps),
    )


@contextmanager
def _progress(doing: str, what: str, total: float) -> Generator[Callable[[float], None]]:
    console = Console(stderr=True)
    columns = (TextColumn(doing + " {task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(escape(what), total=total)

        def advance(done: float) -> None:
            progress.update(task, completed=done)

        yield advance


@contextmanager
def _all_or_nothing(out: Path) -> Generator[Path]:
    """Yield a folder whose files move into `out` only when everything is written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out))
    except OSError as error:
        raise FarandoleError(f"{out}: cannot write here ({error}); choose another --out folder") from error
    try:
        yield folder
        for file in sorted(folder.iterdir()):
            file.replace(out / file.name)
    except OSError as error:
        raise FarandoleError(f"{out}: writing failed ({error}); is the disk full?") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
