"""Evaluates the beat tracker on annotated recordings, beside plain aubio; work is spread over the cores."""

import csv
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.beat_conditions import CONDITIONS, Samples, as_it_is
from app.beat_metrics import Annotation, BeatScores, Declared, Times, quiet_stretches, score
from app.beat_run import BeatRun, run_best_aubio, run_farandole, run_plain_aubio
from app.beats_csv import write_beats
from app.versions import available_cores
from realtime.audio.track import FileTrack, heard
from realtime.errors import FarandoleError
from realtime.music.beat_log import DeclaredBeat
from realtime.types import HOP_S, HOP_SAMPLES, SAMPLE_RATE_HZ

AS_IT_IS = "as it is"
TRACKERS: dict[str, Callable[[Samples], BeatRun]] = {
    "farandole": run_farandole,
    "aubio default": run_plain_aubio,
    "aubio complex": run_best_aubio,
}
_AUDIO = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".opus")


@dataclass(frozen=True, slots=True)
class Task:
    """One recording, one tracker, one condition."""

    audio: Path
    genre: str
    tracker: str = "farandole"
    condition: str = AS_IT_IS
    csv_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task.

    Attributes:
        announced: share of the beats that were decided before they sounded.
    """

    task: Task
    scores: BeatScores
    us_per_hop: float
    announced: float


def tasks_of(folder: Path, *, out: Path | None = None, robust: bool = False) -> list[Task]:
    """Return what to do for a folder of audio with `.beats` files; genres are in its `sources.csv`, if there is one.

    Raises:
        FarandoleError: no annotated recording is there.
    """
    audio = [path for path in sorted(folder.glob("*")) if path.suffix.lower() in _AUDIO]
    annotated = [path for path in audio if path.with_suffix(".beats").exists()]
    if not annotated:
        raise FarandoleError(f"{folder}: expected audio files with NAME.beats beside them, found none")
    genres = _genres(folder)
    tasks = [
        Task(
            path,
            genres.get(path.stem, "all"),
            tracker,
            csv_file=_csv_file(out, path) if tracker == "farandole" else None,
        )
        for path in annotated
        for tracker in TRACKERS
    ]
    if robust:
        tasks += [Task(path, genres.get(path.stem, "all"), condition=name) for path in annotated for name in CONDITIONS]
    return tasks


def evaluate(tasks: Iterable[Task], workers: int | None = None) -> Iterator[Result]:
    """Yield the results as they come, from as many processes as there are cores.

    Raises:
        FarandoleError: a recording or its annotation cannot be read.
    """
    with ProcessPoolExecutor(workers or available_cores()) as pool:
        futures = [pool.submit(run, task) for task in tasks]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def run(task: Task) -> Result:
    """Return how the tracker does in one recording."""
    condition = CONDITIONS.get(task.condition, as_it_is)
    samples, annotation = condition(read_audio(task.audio), read_annotation(task.audio.with_suffix(".beats")))
    played = TRACKERS[task.tracker](samples)
    if task.csv_file is not None:
        task.csv_file.parent.mkdir(parents=True, exist_ok=True)
        write_beats(task.csv_file, played.beats)
    scores = score(annotation, _declared(played.beats), quiet_stretches(_levels_db(samples), HOP_S))
    early = [beat.announced_at_s < beat.time_s for beat in played.beats]
    return Result(task, scores, played.us_per_hop, float(np.mean(early)) if early else 0.0)


def read_audio(path: Path) -> Samples:
    """Return a recording as the show would hear it: mono at SAMPLE_RATE_HZ.

    Raises:
        FarandoleError: it cannot be read.
    """
    return np.concatenate([block.samples for block in heard(FileTrack(path), SAMPLE_RATE_HZ)])


def read_annotation(path: Path) -> Annotation:
    """Return the beats of a `.beats` file: a time and, if known, a place in the bar per line.

    Raises:
        FarandoleError: a line is not that, times do not grow, or there are fewer than two.
    """
    times_s: list[float] = []
    places: list[int] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split()
        if not fields:
            continue
        try:
            times_s.append(float(fields[0]))
            places.append(int(float(fields[1])) if len(fields) > 1 else 0)
        except ValueError as error:
            raise FarandoleError(f'{path}:{number}: expected "seconds place", got "{line.strip()}"') from error
    if len(times_s) < 2 or np.any(np.diff(times_s) <= 0):
        raise FarandoleError(f"{path}: expected at least two times that grow from line to line")
    return Annotation(np.array(times_s), np.array(places))


def _declared(beats: list[DeclaredBeat]) -> Declared:
    return Declared(
        np.array([beat.time_s for beat in beats]),
        np.array([beat.beat_in_bar for beat in beats], dtype=np.int64),
        np.array([beat.confidence for beat in beats]),
    )


def _levels_db(samples: Samples) -> Times:
    hops = samples[: len(samples) // HOP_SAMPLES * HOP_SAMPLES].reshape(-1, HOP_SAMPLES)
    return 10 * np.log10(np.mean(np.square(hops, dtype=np.float64), axis=1) + 1e-12)


def _genres(folder: Path) -> dict[str, str]:
    sources = folder / "sources.csv"
    if not sources.exists():
        return {}
    with sources.open(newline="", encoding="utf-8") as file:
        return {row["name"]: row["genre"] for row in csv.DictReader(file) if "name" in row and "genre" in row}


def _csv_file(out: Path | None, audio: Path) -> Path | None:
    return None if out is None else out / audio.stem / "beats.csv"
