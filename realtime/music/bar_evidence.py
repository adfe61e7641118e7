"""What tells the first beat of a bar: the networks that hear frames, and one that hears what whole beats are like."""

from collections import deque
from pathlib import Path

import numpy as np

from realtime.music.activations import Vector
from realtime.music.bands import N_BANDS
from realtime.music.bar_activations import LAGS, BarActivations
from realtime.music.beat_features import ATTACK_FRAMES, WINDOW_FRAMES, of_beat

DOWNBEAT_WEIGHT = 0.3
"""What counts of a frame's downbeat: by how much it is unusual among the last beats of this music."""
_MEMORY_BEATS = 16
_LEAST_SPREAD, _MOST_UNUSUAL = 0.3, 3.0


class BarEvidence:
    """Hears every frame; at a beat, says what speaks for its being the first of a bar. One thread calls it."""

    def __init__(self, weights: Path) -> None:
        self._network = BarActivations(weights)
        # Every frame is written twice, so that the last ones always lie together.
        self._bands = np.zeros((2 * WINDOW_FRAMES, N_BANDS), np.float32)
        self._frames = 0
        self._downbeats: deque[float] = deque(maxlen=3)
        self._usual: deque[float] = deque(maxlen=_MEMORY_BEATS)

    def hear(self, downbeat: float, bands: Vector | None = None) -> None:
        """Hear a frame: the network's log likelihood ratio of a downbeat, and the bands; without them it knows less."""
        self._downbeats.append(downbeat)
        if bands is None:
            self._frames = 0
            return
        place = self._frames % WINDOW_FRAMES
        self._bands[place] = self._bands[place + WINDOW_FRAMES] = bands
        self._frames += 1

    def at_beat(self, period: float) -> tuple[float, ...]:
        """Return log likelihood ratios of being a downbeat: of the beat just counted, and of the one before.

        Args:
            period: frames per beat.
        """
        this, before = self._of_beats(period)
        return this + DOWNBEAT_WEIGHT * self._unusual(), before

    def forget(self) -> None:
        """Begin anew: the beats to come are not the same beats as before. What was heard stays."""
        self._network.forget()
        self._usual.clear()

    def _of_beats(self, period: float) -> tuple[float, ...]:
        if self._frames <= 2 * period + ATTACK_FRAMES:
            return (0.0,) * LAGS  # there is no beat before to compare with
        end = (self._frames - 1) % WINDOW_FRAMES + WINDOW_FRAMES + 1
        return self._network.step(of_beat(self._bands[end - min(self._frames, WINDOW_FRAMES) : end], period))

    def _unusual(self) -> float:
        """Return how unusual the downbeat that was heard is: what all beats have in common says nothing."""
        downbeat = sum(self._downbeats) / max(len(self._downbeats), 1)
        usual = np.array(self._usual)
        self._usual.append(downbeat)
        if not len(usual):
            return 0.0
        apart = (downbeat - float(usual.mean())) / (float(usual.std()) + _LEAST_SPREAD)
        return min(max(apart, -_MOST_UNUSUAL), _MOST_UNUSUAL)
