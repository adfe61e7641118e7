"""`farandole rehearse TRACK --headless --out DIR`: a whole performance to disk, faster than it plays."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
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


def rehearse_to(out: Path, track: Track, preset: Preset, preset_name: str) -> dict[str, Any]:
    """Write `performance.npz`, `beats.csv` and `report.json` into `out` and return the report.

    The files appear all together at the end: an interruption leaves none, or those of an earlier run.

    Raises:
        FarandoleError: the folder cannot be written.
    """
    with _all_or_nothing(out) as folder:
        return _rehearse(folder, track, preset, preset_name)


def _rehearse(folder: Path, track: Track, preset: Preset, preset_name: str) -> dict[str, Any]:
    engine = compose.make_engine(preset, (), NullTimer())
    started_s = time.perf_counter()
    listening = partial(_listen, track, preset)
    with _progress(track) as advance:
        hearings = heard_elsewhere(engine, in_process(listening) if available_cores() > 1 else listening())
        performance = rehearse(engine, hearings, fps=preset.output.fps, progress=advance)
    elapsed_s = time.perf_counter() - started_s
    duration_s = len(performance.time_s) / preset.output.fps
    report: dict[str, Any] = {
        "schema": REPORT_SCHEMA,
        "track": track.title,
        "model": preset.dance.model,
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
    return report


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
def _progress(track: Track) -> Generator[Callable[[float], None]]:
    console = Console(stderr=True)
    columns = (TextColumn("rehearsing {task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(escape(track.title), total=track.duration_s)

        def advance(done_s: float) -> None:
            progress.update(task, completed=done_s)

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
