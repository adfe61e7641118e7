"""`beats.csv`: one row per beat that the clock declared, and when it was last decided."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from realtime.music.beat_log import DeclaredBeat

COLUMNS = ("time_s", "announced_at_s", "beat_in_bar", "tempo_bpm", "confidence", "bar_confidence")


def write_beats(path: Path, beats: Iterable[DeclaredBeat]) -> None:
    """Write all beats to a file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        print_beats(file, beats)


def print_beats(file: TextIO, beats: Iterable[DeclaredBeat]) -> None:
    """Write all beats to an open text file."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for beat in beats:
        writer.writerow(
            [
                f"{beat.time_s:.6f}",
                f"{beat.announced_at_s:.6f}",
                beat.beat_in_bar,
                f"{beat.tempo_bpm:.4f}",
                f"{beat.confidence:.4f}",
                f"{beat.bar_confidence:.4f}",
            ]
        )
