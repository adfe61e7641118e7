"""Takes to evaluate on, as `farandole data pair` wrote them: dance, what the live listener heard, and true beats."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.dance_revolution.pairs import features_of, with_revolution
from models.training.data.store import TakeInfo, read_index
from models.training.metrics.motion import Motion
from realtime.errors import FarandoleError
from realtime.types import BeatState, FloatArray, MusicFeatures, MusicFrame


@dataclass(frozen=True, eq=False)
class Take:
    """One take on disk; its arrays are read when they are asked for.

    Attributes:
        info: its entry of the index.
        folder: the paired directory.
    """

    info: TakeInfo
    folder: Path

    @property
    def audio(self) -> Path:
        """The music's file."""
        return self.folder / f"{self.info.name}.ogg"

    @property
    def end_s(self) -> float:
        """When the dance ends, on the time line of the music."""
        return self.info.start_s + self.info.seconds

    @cached_property
    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        path = self.folder / f"{self.info.name}.npz"
        try:
            with np.load(path, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        except (OSError, ValueError, KeyError) as error:
            raise FarandoleError(
                f"{path}: expected a take's arrays ({error}); run farandole data pair again"
            ) from error

    @property
    def motion(self) -> Motion:
        """The dance as a person danced it, on the time line of the music."""
        root, rotations = (np.asarray(self._arrays[name], np.float64) for name in ("root_m", "rotations_wxyz"))
        return Motion(root, rotations, self.info.start_s)

    @property
    def beats_s(self) -> FloatArray:
        """Every beat of the music: shape (B,)."""
        return np.asarray(self._arrays["beats_s"], np.float64)

    def beats_between(self, from_s: float, until_s: float) -> FloatArray:
        """Return the beats from one time to another, both included."""
        beats_s = self.beats_s
        return beats_s[(beats_s >= from_s) & (beats_s <= until_s)]

    def frames(self, *, revolution: bool = False) -> list[MusicFrame]:
        """Return what the live listener heard, hop by hop: the same music and clock that a show's dancer gets.

        The peak of a hop was not kept; no dancer asks for it. With `revolution` the features of Dance Revolution are
        there too, as `models.training.dance_revolution.pairs` keeps them.
        """
        arrays = self._arrays
        rows = zip(
            np.asarray(arrays["hop_time_s"], np.float64).tolist(),
            np.asarray(arrays["hop_levels"], np.float64).tolist(),
            np.asarray(arrays["hop_log_mel"], np.float32),
            np.asarray(arrays["hop_clock"], np.float64).tolist(),
            strict=True,
        )
        frames = [_frame(time_s, levels, log_mel, clock) for time_s, levels, log_mel, clock in rows]
        return with_revolution(frames, features_of(self.folder, self.info.name, causal=True)) if revolution else frames


def read_takes(folder: Path, *, split: str = "test", kind: str = "dance") -> list[Take]:
    """Return the takes of one split, in the order of their names.

    Raises:
        FarandoleError: this is no paired directory, or it has no such take.
    """
    return [Take(entry, folder) for entry in read_index(folder, split=split, kinds=(kind,))]


def spread_over(takes: list[Take], count: int | None) -> list[Take]:
    """Return `count` of the takes, from as many trials as possible; all without a count."""
    if count is None or count >= len(takes):
        return takes
    waiting: dict[str, list[Take]] = {}
    for take in takes:
        waiting.setdefault(take.info.trial, []).append(take)
    chosen: list[Take] = []
    while len(chosen) < count:
        for queue in waiting.values():
            if queue and len(chosen) < count:
                chosen.append(queue.pop(0))
    return sorted(chosen, key=lambda take: take.info.name)


def _frame(time_s: float, levels: list[float], log_mel: NDArray[np.float32], clock: list[float]) -> MusicFrame:
    level_db, low, mid, high, onset, energy, silent = levels
    tempo_bpm, origin_s, origin_beat, rate_hz, confidence, beats_per_bar, locked = clock
    features = MusicFeatures(
        level_db=level_db,
        peak=min(10.0 ** (level_db / 20.0) * 1.414, 1.0),
        low=low,
        mid=mid,
        high=high,
        onset=onset,
        energy=energy,
        silent=silent > 0.5,
        log_mel=log_mel,
    )
    beat = BeatState(
        tempo_bpm=tempo_bpm,
        origin_s=origin_s,
        origin_beat=origin_beat,
        beats_per_bar=int(beats_per_bar),
        confidence=confidence,
        locked=locked > 0.5,
        glide=rate_hz * 60.0 / tempo_bpm if tempo_bpm > 0.0 else 1.0,
    )
    return MusicFrame(time_s, features, beat)
