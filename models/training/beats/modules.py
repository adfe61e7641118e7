"""Labels music that says where its beats are: tracker modules (.mod, .s3m, .xm, .it), played row by row by libopenmpt.

    python -m models.training.beats.modules OUT SONG.xm ...

A module is a recording and its score in one: its samples are real sounds, and its patterns say when each row is
played. A pattern begins with a beat, which is the first of a bar; how many rows make a beat is not written down, so the
tracker's own networks choose among the counts that are usual. They have no say in which rows are the beats and which
lie between.
The result is takes of `models.training.beats.dataset`. libopenmpt is Debian's package `libopenmpt0`.
"""

import argparse
import ctypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.beats.dataset import Labels, bands_of, save_takes
from models.training.beats.hindsight import Evidence, hear, likelihood
from models.training.beats.pieces import frames_of
from models.training.beats.renderer import limited
from realtime.errors import FarandoleError
from realtime.music.beat_filter import FilterSettings
from realtime.types import HOP_S, SAMPLE_RATE_HZ

ROWS_OF_A_BEAT = (3, 4, 6, 8, 12, 16)
_SLOWEST_BPM, _FASTEST_BPM = 58.0, 190.0
_LEAST_AHEAD = 2.5
"""Nats a second by which a count of rows must beat every other count."""
_LONGEST_S, _SHORTEST_S = 100.0, 25.0
_BLOCK = 48
"""Samples that are played between two looks at the row: the beats are right to a millisecond."""
_LEAST_BEATS = 20


@dataclass(frozen=True)
class Played:
    """What a module sounds like and when its rows were played.

    Attributes:
        samples: mono, at `SAMPLE_RATE_HZ`.
        rows_s: when each row began, shape (rows,).
        rows: its number in its pattern, shape (rows,).
        lengths: how many rows its pattern has, shape (rows,).
    """

    samples: NDArray[np.float32]
    rows_s: NDArray[np.float64]
    rows: NDArray[np.int64]
    lengths: NDArray[np.int64]


@cache
def _library() -> ctypes.CDLL:
    """Return libopenmpt, with the types of what is called."""
    try:
        library = ctypes.CDLL("libopenmpt.so.0")
    except OSError as error:
        raise FarandoleError("modules: expected libopenmpt; it is not installed; install libopenmpt0") from error
    pointer, number, size = ctypes.c_void_p, ctypes.c_int32, ctypes.c_size_t
    library.openmpt_module_create_from_memory2.restype = pointer
    library.openmpt_module_create_from_memory2.argtypes = [ctypes.c_char_p, size, *[pointer] * 7]
    library.openmpt_module_get_duration_seconds.restype = ctypes.c_double
    library.openmpt_module_get_duration_seconds.argtypes = [pointer]
    library.openmpt_module_destroy.argtypes = [pointer]
    library.openmpt_module_read_float_mono.restype = size
    library.openmpt_module_read_float_mono.argtypes = [pointer, number, size, pointer]
    library.openmpt_module_get_pattern_num_rows.argtypes = [pointer, number]
    for what in ("order", "pattern", "row"):
        getattr(library, f"openmpt_module_get_current_{what}").argtypes = [pointer]
    return library


def play(path: Path, *, seconds: float = _LONGEST_S) -> Played:
    """Play a module from its beginning, once, for so long at most.

    Raises:
        FarandoleError: the file is no module, or libopenmpt is missing.
        OSError: the file cannot be read.
    """
    library, data = _library(), path.read_bytes()
    module = library.openmpt_module_create_from_memory2(data, len(data), *[None] * 7)
    if not module:
        raise FarandoleError(f"{path}: expected a tracker module (.mod, .s3m, .xm, .it); libopenmpt cannot read it")
    lasts_s = float(library.openmpt_module_get_duration_seconds(module))
    blocks = np.zeros((int(seconds * SAMPLE_RATE_HZ) // _BLOCK, _BLOCK), np.float32)
    seen, before, count = list[tuple[float, int, int]](), (-1, -1), 0
    try:
        for count, block in enumerate(blocks):
            if library.openmpt_module_read_float_mono(module, SAMPLE_RATE_HZ, _BLOCK, block.ctypes.data) < _BLOCK:
                break
            order, row, pattern = (
                getattr(library, f"openmpt_module_get_current_{what}")(module) for what in ("order", "row", "pattern")
            )
            if (order, row) != before:
                length = library.openmpt_module_get_pattern_num_rows(module, pattern)
                seen.append((count * _BLOCK / SAMPLE_RATE_HZ, row, length))
                before = order, row
    finally:
        library.openmpt_module_destroy(module)
    times_s, rows, lengths = (np.array(column) for column in zip(*seen, strict=True))
    inside = times_s < lasts_s - 2 * _BLOCK / SAMPLE_RATE_HZ  # at its end a module is at its beginning once more
    samples = blocks[:count].ravel()[: round(lasts_s * SAMPLE_RATE_HZ)]
    return Played(samples, times_s[inside], rows[inside], lengths[inside])


def beats_of(played: Played, rows_of_a_beat: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return times of beats and places in the bar, were so many rows a beat.

    Bars are of four, or of three where only those fill a pattern.
    """
    on_beat = played.rows % rows_of_a_beat == 0
    beats = played.lengths // rows_of_a_beat
    per_bar = 3 if np.median(beats) % 4 and np.median(beats) % 3 == 0 else 4
    return played.rows_s[on_beat], played.rows[on_beat] // rows_of_a_beat % per_bar


def rows_of_a_beat(played: Played, evidence: Evidence) -> int | None:
    """Return the count of rows that sounds most like a beat; None where two are alike, or none fits."""
    found: dict[int, float] = {}
    for rows in ROWS_OF_A_BEAT:
        beats_s, _ = beats_of(played, rows)
        if len(beats_s) < _LEAST_BEATS or not _SLOWEST_BPM <= 60.0 / np.median(np.diff(beats_s)) <= _FASTEST_BPM:
            continue
        heard = frames_of(beats_s)
        frames = np.arange(int(heard[0]) + 1, min(int(heard[-1]), len(evidence.beat)))
        beat = np.interp(frames, heard, np.arange(len(heard)))
        found[rows] = likelihood(evidence, frames, beat) / (len(frames) * HOP_S)
    best = max(found, key=lambda rows: found[rows], default=None)
    others = [value for rows, value in found.items() if rows != best]
    return None if best is None or (others and found[best] < max(others) + _LEAST_AHEAD) else best


def main() -> None:
    """Label modules; say which are left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("songs", type=Path, nargs="+")
    parser.add_argument("--first", type=int, default=60_001, help="number of the first take")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number, song in enumerate(sorted(arguments.songs), start=arguments.first):
        played = play(song)
        if not played.samples.any() or len(played.samples) < _SHORTEST_S * SAMPLE_RATE_HZ:
            print(f"{song.name}: too short or silent", flush=True)  # noqa: T201
            continue
        samples = limited(played.samples)
        rows = rows_of_a_beat(played, hear(bands_of(samples), FilterSettings()))
        print(f"{song.name}: {'left out' if rows is None else f'{rows} rows a beat'}", flush=True)  # noqa: T201
        if rows is not None:
            save_takes(arguments.out, number, samples, Labels(*beats_of(played, rows), "module"))


if __name__ == "__main__":
    main()
