"""What tells the first beat of a bar: the network, the attack, and where the harmony and the bass change.

Chords change on the first beat more often than elsewhere, and that is heard only when the new chord has sounded for a
while; so a beat also speaks about the one before it. Each measure counts as how unusual it is among the last beats of
this music: whatever all its beats have in common says nothing.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from realtime.music.bands import N_BANDS
from realtime.types import FloatArray

_ATTACK_FRAMES = 4
"""A beat is counted this many frames after its attack."""
_BEFORE_FRAMES = 3
_MEMORY_BEATS = 16
_MOST_PERIOD_FRAMES = 110
_KEPT_FRAMES = 2 * _MOST_PERIOD_FRAMES + 2 * _ATTACK_FRAMES
_LOW = slice(0, 6)
_BASS, _CHORD = slice(0, 10), slice(4, 30)
_LEAST_SPREAD = np.array([0.3, 0.05, 0.01, 0.01])
_MOST_UNUSUAL = 3.0


class _Measure(NamedTuple):
    """Its weight, fitted on half of the annotated recordings (`beat_weights.md`), and how many beats ago it means."""

    weight: float
    beats_ago: int


_MEASURES = (
    _Measure(0.82, 0),  # the network's downbeat
    _Measure(0.44, 0),  # attack of the bass
    _Measure(0.31, 1),  # change of the harmony, from the beat before to the beat after
    _Measure(0.18, 1),  # change of the bass
)
_WEIGHTS = np.array([measure.weight for measure in _MEASURES])
LAGS = 1 + max(measure.beats_ago for measure in _MEASURES)
_BY_LAG = np.array([[measure.beats_ago == lag for measure in _MEASURES] for lag in range(LAGS)], dtype=np.float64)


class BarEvidence:
    """Hears every frame; at a beat, says what speaks for its being the first of a bar. One thread calls it."""

    def __init__(self) -> None:
        self._sums = np.zeros((_KEPT_FRAMES + 1, N_BANDS))
        self._frames = 0
        self._previous: FloatArray | None = None
        self._attacks: deque[float] = deque(maxlen=_ATTACK_FRAMES + _BEFORE_FRAMES + 1)
        self._downbeats: deque[float] = deque(maxlen=3)
        self._usual: deque[FloatArray] = deque(maxlen=_MEMORY_BEATS)

    def hear(self, downbeat: float, bands: FloatArray | None = None) -> None:
        """Hear a frame: the network's log likelihood ratio of a downbeat, and the bands; without them it knows less."""
        self._downbeats.append(downbeat)
        if bands is None:
            bands = np.zeros(N_BANDS)
        rises = np.maximum(bands - (bands if self._previous is None else self._previous), 0.0)
        self._previous = bands
        self._attacks.append(float(rises[_LOW].sum()))
        last = self._sums[self._frames % len(self._sums)]
        self._frames += 1
        # Sums from the beginning: those of ten hours of hops still tell one hop's bands to ten digits.
        self._sums[self._frames % len(self._sums)] = last + bands

    def at_beat(self, period: float) -> tuple[float, ...]:
        """Return log likelihood ratios of being a downbeat: of the beat just counted, and of the one before.

        Args:
            period: frames per beat.
        """
        frames = min(round(period), _MOST_PERIOD_FRAMES)
        if self._frames <= 2 * frames + _ATTACK_FRAMES:
            return (0.0,) * LAGS  # there is no beat before to compare with
        measured = self._measured(frames)
        unusual = np.zeros(len(_MEASURES))
        if self._usual:
            usual = np.array(self._usual)
            unusual = (measured - usual.mean(axis=0)) / (usual.std(axis=0) + _LEAST_SPREAD)
        self._usual.append(measured)
        return tuple((_BY_LAG @ (_WEIGHTS * np.clip(unusual, -_MOST_UNUSUAL, _MOST_UNUSUAL))).tolist())

    def _measured(self, period: int) -> FloatArray:
        attack = self._frames - 1 - _ATTACK_FRAMES
        start, before, now = (self._sum_to(frame) for frame in (attack - 2 * period, attack - period, attack))
        earlier, later = before - start, now - before
        downbeat = sum(self._downbeats) / len(self._downbeats)
        return np.array([downbeat, max(self._attacks), _unlike(earlier, later, _CHORD), _unlike(earlier, later, _BASS)])

    def _sum_to(self, frame: int) -> FloatArray:
        """Return the sum of all bands before a frame; the oldest known one where it is too long ago."""
        oldest = max(self._frames - _KEPT_FRAMES, 0)
        return self._sums[max(frame, oldest) % len(self._sums)]


def _unlike(before: FloatArray, after: FloatArray, bands: slice) -> float:
    """Return 0 for the same spectrum, 1 for one that has nothing to do with it."""
    x, y = before[bands] - before[bands].mean(), after[bands] - after[bands].mean()
    return 1.0 - float(x @ y) / (float(x @ x) ** 0.5 * float(y @ y) ** 0.5 + 1e-4)
