"""Makes training music and saves what the tracker would see of it.

    python -m models.training.beats.dataset OUT --groove DIR --tracks 700 --mma 0.4 --without FILE.mid ...

Every track becomes OUT/NUMBER_TAKE.npz: `bands` (frames, N_BANDS) float16, `beats_s`, `places` (0 for the downbeat),
`beats_per_bar`, `style`.
"""

import argparse
import csv
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.beats import rooms
from models.training.beats.accompanied import LIBRARY, Grooves, accompany, library_of
from models.training.beats.arranger import Score, compose
from models.training.beats.renderer import mixed, render
from realtime.music.beat import AubioBands
from realtime.types import HOP_SAMPLES

TRACK_S = 44.0
TAKES = 2
"""So many mixes of each piece are heard, each somewhere else."""


@dataclass(frozen=True)
class Labels:
    """Times of the beats of a piece, their places in the bar, and what kind of music it is."""

    beats_s: NDArray[np.float64]
    places: NDArray[np.int64]
    style: str

    @classmethod
    def of(cls, score: Score) -> "Labels":
        """Return what a score says."""
        return cls(score.beats_s, score.places, score.style)


def bands_of(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the live front end sees, hop by hop: shape (frames, N_BANDS)."""
    front = AubioBands()
    hops = samples[: len(samples) // HOP_SAMPLES * HOP_SAMPLES].reshape(-1, HOP_SAMPLES)
    return np.stack([front.step(hop) for hop in hops])


def groove_files(folder: Path, without: set[str]) -> list[tuple[Path, str, float]]:
    """Return the performed beats in 4/4 that last long enough: path, style, BPM."""
    with (folder / "info.csv").open() as file:
        rows = list(csv.DictReader(file))
    return [
        (folder / row["midi_filename"], row["style"].split("/")[0], float(row["bpm"]))
        for row in rows
        if row["beat_type"] == "beat"
        and row["time_signature"] == "4-4"
        and float(row["duration"]) > 20.0
        and 60.0 <= float(row["bpm"]) <= 205.0
        and Path(row["midi_filename"]).name not in without
    ]


def make_track(
    number: int, out: Path, grooves: list[tuple[Path, str, float]], library: list[Grooves], share: float
) -> None:
    """Compose, render, disturb and save one track; its number is its seed.

    `share` of all tracks are played by the bands of `library`, MMA's grooves.
    """
    rng = np.random.default_rng(number)
    if rng.random() < share:
        score = accompany(rng, library[rng.integers(len(library))], seconds=TRACK_S)
    else:
        score = compose(rng, seconds=TRACK_S, groove_files=grooves)
    stems = render(score, rng)
    for take in range(TAKES):
        _save_take(out / f"{number:05d}_{take}", mixed(stems, rng), Labels.of(score), rng, plain=not take)


def save_takes(out: Path, number: int, samples: NDArray[np.float32], labels: Labels) -> None:
    """Save takes of a piece that is there already mixed: as it is, or nearly, and somewhere else."""
    rng = np.random.default_rng(number)
    for take in range(TAKES):
        _save_take(out / f"{number:05d}_{take}", samples, labels, rng, plain=not take)


def _save_take(
    path: Path, samples: NDArray[np.float32], labels: Labels, rng: np.random.Generator, *, plain: bool
) -> None:
    """Play at some speed, in some place, unless it is to be plain, and save what the tracker would see."""
    fortieths = int(rng.integers(34, 48)) if rng.random() < 0.6 else 40
    heard = rooms.changed_speed(samples, fortieths)
    bands = bands_of(heard if plain and rng.random() < 0.3 else rooms.disturbed(heard, rng))
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(
            file,
            bands=bands.astype(np.float16),
            beats_s=labels.beats_s * 40 / fortieths,
            places=labels.places,
            beats_per_bar=int(labels.places.max()) + 1,
            style=labels.style,
        )
    unfinished.replace(path.with_suffix(".npz"))


def main() -> None:
    """Make the tracks that are missing, on several cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--groove", type=Path, required=True)
    parser.add_argument("--tracks", type=int, default=700)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--mma", type=float, default=0.0, help="share of tracks played by MMA's bands (Debian's mma)")
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    grooves = groove_files(arguments.groove, set(arguments.without))
    library = library_of() if arguments.mma > 0 else []
    if arguments.mma > 0 and not library:
        parser.error(
            f"--mma: expected MMA's library in {LIBRARY}; found none; install the package mma, or leave it out"
        )
    numbers = range(arguments.first, arguments.first + arguments.tracks)
    missing = [number for number in numbers if not (arguments.out / f"{number:05d}_{TAKES - 1}.npz").exists()]
    with Pool(arguments.workers) as pool:
        jobs = partial(make_track, out=arguments.out, grooves=grooves, library=library, share=arguments.mma)
        for _ in pool.imap_unordered(jobs, missing):
            pass  # one that fails raises here, at once


if __name__ == "__main__":
    main()
