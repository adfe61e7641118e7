"""What was heard in a track: one record for each `MusicFrame`, in a file that grows.

A frame comes back exactly as it went in, so a dance to the file is bit for bit the dance to the music. What only Dance
Revolution wants (`MusicFrame.revolution`) is not kept: it is six times as much as all the rest.
"""

from collections.abc import Iterable, Sequence
from math import ceil, floor
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from realtime.music.beat_log import BeatLog, DeclaredBeat
from realtime.room.growing import GrowingFile
from realtime.types import HOP_S, N_MEL, BeatState, MusicFeatures, MusicFrame, TempoSource

_NUMBERS = ("level_db", "peak", "low", "mid", "high", "onset", "energy")
_CLOCK = ("tempo_bpm", "origin_s", "origin_beat", "confidence", "bar_confidence", "glide")
RECORD = np.dtype(
    [
        ("time_s", np.float64),
        *((name, np.float64) for name in _NUMBERS),
        ("silent", np.int32),
        ("locked", np.int32),
        ("beats_per_bar", np.int32),
        ("source", np.int32),
        *((name, np.float64) for name in _CLOCK),
        ("log_mel", np.float32, (N_MEL,)),
    ]
)


class HeardFile:
    """The frames of a track. One process appends, any reads."""

    def __init__(self, file: GrowingFile) -> None:
        self._file = file

    @classmethod
    def create(cls, path: Path, duration_s: float) -> Self:
        """Return an empty file with room for a track, and some more: headers are not always true."""
        return cls(GrowingFile.create(path, RECORD, ceil((1.1 * duration_s + 60.0) / HOP_S)))

    @classmethod
    def attach(cls, path: Path, *, writable: bool = False) -> Self:
        """Return the file as it is.

        Raises:
            ValueError: it holds something else.
            OSError: it cannot be read.
        """
        return cls(GrowingFile(path, RECORD, writable=writable))

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._file.path

    @property
    def count(self) -> int:
        """How many hops were heard so far."""
        return self._file.count

    @property
    def heard_s(self) -> float:
        """How much of the track was heard so far, seconds."""
        return self.count * HOP_S

    @property
    def complete(self) -> bool:
        """Whether the track was heard to its end."""
        return self._file.complete

    def append(self, frames: Sequence[MusicFrame]) -> None:
        """Add frames in order."""
        records = np.zeros(len(frames), dtype=RECORD)
        for record, frame in zip(records, frames, strict=True):
            _fill(record, frame)
        self._file.append(records)

    def finish(self) -> None:
        """Say that the track is over."""
        self._file.finish()

    def frames(self, first: int, count: int) -> list[MusicFrame]:
        """Return up to `count` frames from number `first` on, as they were heard."""
        return [_frame(record) for record in self._file.read(first, count)]

    def at(self, track_s: float) -> MusicFrame | None:
        """Return the newest frame at a time of the track, the last one after all of them; None before the first."""
        number = min(floor(track_s / HOP_S + 1e-6) - 1, self.count - 1)
        found = self.frames(max(number, 0), 1) if number >= 0 else []
        return found[0] if found else None

    def strongest_onset(self, from_s: float, to_s: float) -> float:
        """Return the strongest onset of the hops that end in `from_s` < time <= `to_s`; 0 for none."""
        first, last = floor(from_s / HOP_S + 1e-6), floor(to_s / HOP_S + 1e-6)
        onsets = self._file.read(first, max(last - first, 0))["onset"]
        return float(onsets.max()) if len(onsets) else 0.0

    def beats(self) -> list[DeclaredBeat]:
        """Return the beats that the ear declared so far."""
        log = BeatLog()
        return [
            beat
            for record in _changes(self._file.read(0, self.count))
            for beat in log.step(_clock(record), float(record["time_s"]))
        ]


def _changes(records: NDArray[Any]) -> Iterable[Any]:
    """Yield every tenth record: a clock slews slowly, and an hour has 360,000 of them."""
    return records[::10]


def _fill(record: Any, frame: MusicFrame) -> None:  # noqa: ANN401 - numpy has no type for one record
    record["time_s"] = frame.time_s
    for name in _NUMBERS:
        record[name] = getattr(frame.features, name)
    for name in _CLOCK:
        record[name] = getattr(frame.beat, name)
    record["silent"] = frame.features.silent
    record["locked"] = frame.beat.locked
    record["beats_per_bar"] = frame.beat.beats_per_bar
    record["source"] = int(frame.beat.source)
    record["log_mel"] = frame.features.log_mel


def _frame(record: Any) -> MusicFrame:  # noqa: ANN401
    features = MusicFeatures(
        *(float(record[name]) for name in _NUMBERS), silent=bool(record["silent"]), log_mel=record["log_mel"]
    )
    return MusicFrame(float(record["time_s"]), features, _clock(record))


def _clock(record: Any) -> BeatState:  # noqa: ANN401
    return BeatState(
        tempo_bpm=float(record["tempo_bpm"]),
        origin_s=float(record["origin_s"]),
        origin_beat=float(record["origin_beat"]),
        beats_per_bar=int(record["beats_per_bar"]),
        confidence=float(record["confidence"]),
        bar_confidence=float(record["bar_confidence"]),
        source=TempoSource(int(record["source"])),
        locked=bool(record["locked"]),
        glide=float(record["glide"]),
    )
