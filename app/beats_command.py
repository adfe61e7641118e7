"""`farandole beats`: the causal beats of a track, or how good the tracker is on annotated recordings."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.beat_run import HopRun
from app.beats_csv import print_beats, write_beats
from realtime.audio.track import Track, heard
from realtime.errors import FarandoleError
from realtime.types import HOP_SAMPLES, SAMPLE_RATE_HZ

_BLOCK_SAMPLES = SAMPLE_RATE_HZ


def track_beats(track: Track, *, out: Path | None = None, plot: Path | None = None) -> None:
    """Write the beats that the clock declares in a track to `out` (or the terminal), and draw them into `plot`.

    Raises:
        FarandoleError: the track cannot be read or a file not written.
    """
    run = HopRun()
    peaks: list[float] = []
    with _progress("listening to {task.description}", unit="s") as progress:
        task = progress.add_task(track.title, total=round(track.duration_s))
        for block in heard(track, _BLOCK_SAMPLES):
            run.hear(block.samples)
            progress.update(task, completed=round(block.end_s))
            peaks += [float(abs(part).max()) for part in _parts(block.samples)]
    result = run.result()
    try:
        if out is None:
            print_beats(sys.stdout, result.beats)
        else:
            write_beats(out, result.beats)
        if plot is not None:
            from app.beat_plot import draw_beats  # noqa: PLC0415 - Qt only for a plot

            draw_beats(plot, title=track.title, peaks=peaks, run=result)
    except OSError as error:
        raise FarandoleError(f"cannot write here ({error}); choose another file") from error


def evaluate_folder(folder: Path, *, out: Path | None = None, robust: bool = False, workers: int | None = None) -> None:
    """Print how the tracker and plain aubio do on annotated recordings; keep beats and report in `out`.

    Raises:
        FarandoleError: nothing to evaluate, a file cannot be read, or `mir_eval` is not installed.
    """
    try:
        from app import beat_evaluation, beat_report  # noqa: PLC0415 - mir_eval only for an evaluation
    except ModuleNotFoundError as error:
        raise FarandoleError(f"the evaluation needs {error.name}: pip install 'farandole[evaluate]'") from error
    tasks = beat_evaluation.tasks_of(folder, out=out, robust=robust)
    results: list[beat_evaluation.Result] = []
    with _progress("{task.description}", unit="") as progress:
        task = progress.add_task("evaluating", total=len(tasks))
        for result in beat_evaluation.evaluate(tasks, workers):
            results.append(result)
            progress.advance(task)
    results.sort(key=lambda result: (result.task.audio.name, result.task.tracker, result.task.condition))
    tables = beat_report.summaries(results)
    beat_report.print_report(Console(), tables)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        beat_report.write_report(out, tables, results)


def _parts(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    return (samples[start : start + HOP_SAMPLES] for start in range(0, len(samples), HOP_SAMPLES))


def _progress(text: str, *, unit: str) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
