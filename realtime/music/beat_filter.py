"""A hidden Markov model of where the music is in its beat: the bar-pointer model, filtered forward only.

States are (period in frames, frames since the beat), after Krebs, Böck and Widmer, "An efficient state-space model for
joint tempo and meter tracking" (ISMIR 2015): every state moves on by one frame per step, and the tempo changes only at
a beat. Laid out period after period, moving on is a shift of the whole array by one.
"""

from dataclasses import dataclass
from math import ceil, pi

import numpy as np
from numpy.typing import NDArray

from realtime.music.rhythm_activations import PHASES
from realtime.types import HOP_S

Vector = NDArray[np.float32]

_LEAST_WIDTH_FRAMES = 0.5


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """How the filter weighs what it hears.

    Attributes:
        min_bpm, max_bpm: the tempi it knows.
        tempo_bpm, tempo_octaves: centre and width of the prior over tempi.
        steadiness: how unlikely a change of tempo from beat to beat is; per share of the tempo.
        leak: share of the belief that starts afresh every frame.
        pull: what a tempo one octave from the centre loses per beat, in nats.
        sharpness: exponent on the likelihoods of events; neighbouring frames are not independent.
        parts_sharpness: exponent on the likelihoods of the parts of a beat.
    """

    min_bpm: float = 55.0
    max_bpm: float = 215.0
    tempo_bpm: float = 98.0
    tempo_octaves: float = 0.75
    steadiness: float = 150.0
    leak: float = 3e-5
    pull: float = 0.5
    sharpness: float = 0.15
    parts_sharpness: float = 0.03


@dataclass(frozen=True, slots=True)
class BeatPlace:
    """A place in the beat, and how much of the belief is there.

    Attributes:
        period: frames per beat.
        phase: share of the beat that has passed, 0 to 1.
        mass: 0 to 1.
    """

    period: float
    phase: float
    mass: float


_BIN_BEFORE, _BIN_AFTER = np.arange(-1, 15), np.arange(1, 17) % 16
"""Neighbours of 16 bins in a circle; np.roll takes twenty times as long."""


class BeatFilter:
    """Keeps the belief over all states. One `step` per frame."""

    def __init__(self, settings: FilterSettings | None = None) -> None:
        self._settings = settings = settings or FilterSettings()
        frames_per_minute = 60.0 / HOP_S
        self._periods = np.arange(
            round(frames_per_minute / settings.max_bpm), round(frames_per_minute / settings.min_bpm) + 1
        )
        self._first = np.concatenate([[0], np.cumsum(self._periods)])
        self._last = self._first[1:] - 1
        self._first = self._first[:-1]
        row = np.repeat(np.arange(len(self._periods)), self._periods)
        frame = np.arange(len(row)) - self._first[row]
        self._phase = (frame / self._periods[row]).astype(np.float32)
        self._turn = np.exp(2j * pi * self._phase).astype(np.complex64)
        period = self._periods[row]
        self._part = (self._phase * PHASES).astype(np.intp)
        self._beats = np.flatnonzero((frame <= 1) | (frame == period - 1))
        middle = np.abs(frame - period / 2)
        self._offbeats = np.flatnonzero(middle <= 1.25)
        self._changes = self._tempo_changes()
        self._prior = self._prior_of(settings.min_bpm, settings.max_bpm)
        self._belief = self._prior.copy()
        self._next = np.empty_like(self._belief)

    def step(self, none: float, beat: float, offbeat: float, parts: Vector | None = None) -> None:
        """Move on by a frame and hear it.

        Args:
            none: log likelihood of no event,
            beat: of a beat,
            offbeat: and of the middle between two beats.
            parts: shape (PHASES,), log likelihood of each part of the beat.
        """
        belief, moved, sharpness = self._belief, self._next, self._settings.sharpness
        arriving = self._changes @ belief[self._last]
        moved[1:] = belief[:-1]
        moved[self._first] = arriving
        moved[self._beats] *= np.float32(np.exp(sharpness * (beat - none)))
        moved[self._offbeats] *= np.float32(np.exp(sharpness * (offbeat - none)))
        if parts is not None:
            moved *= np.exp(np.float32(self._settings.parts_sharpness) * parts)[self._part]
        moved *= np.float32((1.0 - self._settings.leak) / float(moved.sum()))
        moved += self._leak
        self._belief, self._next = moved, belief

    def limit(self, min_bpm: float, max_bpm: float) -> None:
        """Believe only in tempi of this range (widened to hold at least one period)."""
        self._prior = self._prior_of(min_bpm, max_bpm)
        self._changes = self._tempo_changes() * (self._prior[self._first] > 0)[:, None]
        self._belief = np.where(self._prior > 0, self._belief, 0).astype(np.float32) + 1e-9 * self._prior
        self._belief /= self._belief.sum()

    def seed(self, place: BeatPlace, share: float) -> None:
        """Believe with this share in one place, and with the rest in the prior."""
        apart = np.abs((self._phase - place.phase + 0.5) % 1.0 - 0.5) * place.period / 1.5
        rows = np.abs(self._periods - place.period) / max(0.01 * place.period, 0.5)
        chance = np.exp(-0.5 * apart**2) * np.repeat(np.exp(-0.5 * rows**2), self._periods)
        self._belief[:] = share * chance / chance.sum() + (1.0 - share) * self._prior

    @property
    def periods(self) -> NDArray[np.integer]:
        """The periods it knows, in frames."""
        return self._periods

    def tempo_belief(self) -> Vector:
        """Return the belief in each of `periods`."""
        return np.add.reduceat(self._belief, self._first)

    def best(self) -> BeatPlace:
        """Return the place around which most of the belief lies."""
        rows = self.tempo_belief()
        near = np.convolve(rows, np.ones(5, np.float32), "same")
        row = int(near.argmax())
        low, high = max(row - 2, 0), min(row + 3, len(rows))
        span = slice(int(self._first[low]), int(self._last[high - 1]) + 1)
        belief, phase = self._belief[span], self._phase[span]
        bins = np.bincount((phase * 16).astype(np.intp), belief, 16)
        wide = bins + bins[_BIN_BEFORE] + bins[_BIN_AFTER]
        centre = (int(wide.argmax()) + 0.5) / 16
        return self._around(float(self._periods[row]), centre, 0.05)

    def near(self, period: float, phase: float) -> BeatPlace:
        """Return the mean place and the mass around a given one."""
        return self._around(period, phase, 0.04)

    def _around(self, period: float, phase: float, width: float) -> BeatPlace:
        shortest = int(self._periods[0])
        low = max(ceil(period * (1 - width) - 0.5) - shortest, 0)
        high = min(ceil(period * (1 + width) + 0.5) - shortest, len(self._periods))
        if low >= high:
            return BeatPlace(period, phase, 0.0)
        span = slice(int(self._first[low]), int(self._last[high - 1]) + 1)
        belief, turn = self._belief[span], self._turn[span]
        aligned = (turn * np.complex64(np.exp(-2j * pi * phase))).real
        kept = np.where(aligned > 0.6, belief, 0)
        mass = float(kept.sum())
        if mass < 1e-9:
            return BeatPlace(period, phase, 0.0)
        angle = float(np.angle(np.dot(kept, turn)))
        masses = np.add.reduceat(kept, self._first[low:high] - self._first[low])
        mean_period = float(np.dot(masses, self._periods[low:high])) / mass
        return BeatPlace(mean_period, angle / (2 * pi) % 1.0, mass)

    def _prior_of(self, min_bpm: float, max_bpm: float) -> Vector:
        """Return the prior over states and keep what leaks to it per frame."""
        bpm = 60.0 / HOP_S / self._periods
        octaves = np.log2(bpm / self._settings.tempo_bpm) / self._settings.tempo_octaves
        weights = np.exp(-0.5 * octaves**2) / self._periods
        inside = (bpm >= min_bpm * 0.99) & (bpm <= max_bpm * 1.01)
        if not inside.any():
            inside[np.argmin(np.abs(bpm - min_bpm))] = True
        weights *= inside
        prior = np.repeat(weights / (weights * self._periods).sum(), self._periods).astype(np.float32)
        self._leak = np.float32(self._settings.leak) * prior
        return prior

    def _tempo_changes(self) -> Vector:
        """Return the matrix to-from of period changes at a beat: exponential in the difference."""
        # Whole frames are coarse for fast music: stepping between two neighbours must stay cheap there.
        width = np.maximum(self._periods / self._settings.steadiness, _LEAST_WIDTH_FRAMES)
        chance = np.exp(-np.abs(self._periods[:, None] - self._periods[None, :]) / width[None, :])
        octaves = np.log2(60.0 / HOP_S / self._periods / self._settings.tempo_bpm)
        pull = np.exp(-self._settings.pull * octaves**2)
        return (pull[:, None] * chance / chance.sum(axis=0)).astype(np.float32)
