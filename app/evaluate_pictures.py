"""Pictures of an evaluation: plots, a contact sheet for every style, and a film with its music for every dancer."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from app.exports.sheet import render_sheet
from app.exports.video import render_video
from models.training.evaluation.long_run import LongRun
from models.training.evaluation.plots import draw
from models.training.evaluation.summary import Run, Summary
from models.training.metrics.motion import FPS
from realtime.audio.track import FileTrack

_MOMENTS = 16
_STEP_BEATS = 0.5
_SETTLED_S = 2.0


def draw_all(
    out: Path,
    summaries: Sequence[Summary],
    runs: Mapping[str, Sequence[Run]],
    long_runs: Mapping[str, LongRun],
    *,
    video_seconds: float,
    progress: Callable[[float], None],
) -> list[str]:
    """Draw everything into a folder and return the names of the files.

    Args:
        out: the folder.
        summaries: one for each dancer.
        runs: of every dancer, by its name.
        long_runs: of those that had one.
        video_seconds: length of each dancer's film; 0 for none.
        progress: called with the share that was just done.
    """
    names = draw(out, summaries, long_runs)
    sheets = [(model, run) for model, model_runs in runs.items() for run in _one_of_each_style(model_runs)]
    steps = len(sheets) + len(runs)
    for model, run in sheets:
        names.append(_sheet(out, model, run))
        progress(1.0 / steps)
    for model, model_runs in runs.items():
        if video_seconds > 0.0:
            names.append(_film(out, model, model_runs[0], video_seconds))
        progress(1.0 / steps)
    return names


class ShownRun:
    """A run's dance as the stage wants it."""

    def __init__(self, run: Run) -> None:
        motion = run.danced.motion
        self.time_s = motion.start_s + np.arange(len(motion.root_m)) / FPS
        self.root_m = motion.root_m
        self.rotations_wxyz = motion.rotations_wxyz
        self.contacts = np.ones((len(motion.root_m), 4))


def _one_of_each_style(runs: Sequence[Run]) -> list[Run]:
    styles: dict[str, Run] = {}
    for run in runs:
        styles.setdefault(run.take.info.style, run)
    return list(styles.values())


def _sheet(out: Path, model: str, run: Run) -> str:
    """Draw eight beats of a dance, two moments a beat."""
    style = "".join(letter if letter.isalnum() else "_" for letter in run.take.info.style)
    name = f"{model}-{style}.png"
    period_s = float(np.median(np.diff(run.take.beats_s)))
    beats_s = run.take.beats_between(run.take.info.start_s + _SETTLED_S, run.take.end_s)
    first_s = float(beats_s[0]) if len(beats_s) else run.take.info.start_s
    moments_s = first_s + np.arange(_MOMENTS) * _STEP_BEATS * period_s
    render_sheet(out / name, ShownRun(run), moments_s.tolist(), music=run.take.frames())
    return name


def _film(out: Path, model: str, run: Run, seconds: float) -> str:
    name, start_s = f"{model}.mp4", run.take.info.start_s
    render_video(
        out / name,
        ShownRun(run),
        music=run.take.frames(),
        audio=FileTrack(run.take.audio) if run.take.audio.exists() else None,
        look="porcelain",
        camera="front",
        size=(640, 360),
        from_s=start_s,
        until_s=min(start_s + seconds, run.danced.motion.end_s),
    )
    return name
