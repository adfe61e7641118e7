"""Plays recorded music to a beat tracker hop by hop, as the show would hear it, and keeps what it declared."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import aubio
import numpy as np
from numpy.typing import NDArray

from realtime.music.beat import AubioBeatTracker
from realtime.music.beat_log import BeatLog, DeclaredBeat
from realtime.music.features import FeatureExtractor
from realtime.types import HOP_S, HOP_SAMPLES, SAMPLE_RATE_HZ

_MICROSECONDS = 1e6


@dataclass(frozen=True, slots=True)
class BeatRun:
    """What a tracker declared in a recording.

    Attributes:
        beats: in order.
        us_per_hop: median cost of the tracker per hop, microseconds.
        levels_db: shape (hops,).
        onsets: shape (hops,), 0 to 1.
        tempo_belief: shape (hops / 10, tempi), how likely each tempo is; empty for plain aubio.
    """

    beats: list[DeclaredBeat]
    us_per_hop: float
    levels_db: NDArray[np.floating]
    onsets: NDArray[np.floating]
    tempo_belief: NDArray[np.floating]


class HopRun:
    """Our tracker, hearing a recording piece by piece."""

    def __init__(self) -> None:
        self._tracker, self._features, self._log = AubioBeatTracker(), FeatureExtractor(), BeatLog()
        self._beats: list[DeclaredBeat] = []
        self._costs_s: list[float] = []
        self._levels_db: list[float] = []
        self._onsets: list[float] = []
        self._beliefs: list[NDArray[np.floating]] = []
        self._pending = np.empty(0, np.float32)

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Hear mono samples at SAMPLE_RATE_HZ."""
        samples = np.concatenate([self._pending, samples])
        whole = len(samples) // HOP_SAMPLES * HOP_SAMPLES
        self._pending = samples[whole:]
        for hop in samples[:whole].reshape(-1, HOP_SAMPLES):
            self._hear_hop(hop)

    def _hear_hop(self, hop: NDArray[np.float32]) -> None:
        features = self._features.step(hop)
        time_s = (len(self._costs_s) + 1) * HOP_S
        began_s = time.perf_counter()
        state = self._tracker.step(hop, features, time_s)
        self._costs_s.append(time.perf_counter() - began_s)
        self._beats += self._log.step(state, time_s)
        self._levels_db.append(features.level_db)
        self._onsets.append(features.onset)
        if len(self._costs_s) % 10 == 0:
            self._beliefs.append(self._tracker.tempo_belief())

    def result(self) -> BeatRun:
        """Return what was declared so far."""
        return BeatRun(
            self._beats,
            float(np.median(self._costs_s or [0.0])) * _MICROSECONDS,
            np.array(self._levels_db),
            np.array(self._onsets),
            np.array(self._beliefs),
        )


def run_farandole(samples: NDArray[np.float32]) -> BeatRun:
    """Return the beats of our tracker in mono samples at SAMPLE_RATE_HZ."""
    run = HopRun()
    run.hear(samples)
    return run.result()


def run_plain_aubio(samples: NDArray[np.float32], method: str = "default", window: int = 1024) -> BeatRun:
    """Return the beats of `aubio.tempo` alone, announced when it says so; it knows no bars."""
    hop_samples = window // 2
    tempo: Any = aubio.tempo(method, window, hop_samples, SAMPLE_RATE_HZ)  # pyright: ignore[reportAttributeAccessIssue]
    beats: list[DeclaredBeat] = []
    costs_s: list[float] = []
    for index, hop in enumerate(_hops(samples, hop_samples)):
        began_s = time.perf_counter()
        is_beat = tempo(hop)[0] > 0
        costs_s.append(time.perf_counter() - began_s)
        if is_beat:
            now_s = (index + 1) * hop_samples / SAMPLE_RATE_HZ
            confidence = min(max(float(tempo.get_confidence()), 0.0), 1.0)
            beats.append(DeclaredBeat(float(tempo.get_last_s()), now_s, 0, float(tempo.get_bpm()), confidence))
    empty = np.empty(0)
    return BeatRun(beats, float(np.median(costs_s or [0.0])) * _MICROSECONDS, empty, empty, np.empty((0, 0)))


def run_best_aubio(samples: NDArray[np.float32]) -> BeatRun:
    """Return the beats of `aubio.tempo` with its best onset function on annotated recordings."""
    return run_plain_aubio(samples, "complex")


def _hops(samples: NDArray[np.float32], hop_samples: int) -> Iterable[NDArray[np.float32]]:
    return samples[: len(samples) // hop_samples * hop_samples].reshape(-1, hop_samples)
